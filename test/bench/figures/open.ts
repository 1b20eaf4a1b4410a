/** Opening conversations that have become long. */
import { BenchWindow } from '../benchWindow.ts';
import { endOf } from '../conversations.ts';
import type { Figure } from '../figure.ts';
import { inTranscript } from '../probe.ts';
import { median } from '../samples.ts';

/** Times that a conversation of each length is opened, each time another one that the host has not read yet. */
const times = 5;

/** From the click to the last message on screen, and how large the page is then. */
export const openFigure: Figure = {
  name: 'open',
  needs: 'window',
  async measure(ground) {
    const named = (kind: string, messages: number) =>
      Array.from({ length: times }, (_, index) => ({ title: `${kind} ${String.fromCharCode(65 + index)}`, messages }));
    const short = named('brief', 4);
    const long = named('thousand', 1000);
    const huge = named('myriad', 10_000);
    const place = await BenchWindow.open(ground, [...huge, ...long, ...short]);
    try {
      const elements: number[] = [];
      const openAll = async (sessions: typeof short): Promise<number[]> => {
        const samples: number[] = [];
        for (const session of sessions) {
          const row = place.window.treeRows(session.title).first();
          await row.waitFor();
          const seen = await place.probe.one(inTranscript(endOf(session)), 'mousedown', () => row.click());
          samples.push(seen.milliseconds);
          elements.push(seen.elements);
          await place.closeTab();
        }
        return samples;
      };
      await openAll(short.slice(0, 2));
      const anchor = { what: 'one of 4 messages', value: median(await openAll(short.slice(2))) };
      const goals = [{ of: 'p95', limit: 150 }] as const;
      const thousand = await openAll(long);
      const myriad = await openAll(huge);
      return [
        { quantity: 'open a chat of 1,000 messages: click → last message on screen', unit: 'ms', samples: thousand, anchor, goals },
        { quantity: 'open a chat of 10,000 messages: click → last message on screen', unit: 'ms', samples: myriad, anchor, goals },
        { quantity: 'elements of the page then, at most', unit: '', value: Math.max(...elements), goals: [{ of: 'value', limit: 1500 }] },
      ];
    } finally {
      await place.close();
    }
  },
};

/** A thousand hosts killed in mid-stream: what was shown must be there afterwards. */
import { stamping } from '../agents/settings.ts';
import { BenchHost, createSession, pidOf, send } from '../benchHost.ts';
import type { Figure } from '../figure.ts';
import { isAfter } from '../../../src/model/isAfter.ts';
import type { Position } from '../../../src/model/events.ts';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { seededRandom } from '../../support/seededRandom.ts';

const rounds = 1000;

/** Runs only when it is asked for: it takes about a quarter of an hour. */
export const killsFigure: Figure = {
  name: 'kills',
  needs: 'programs',
  onlyByName: true,
  async measure({ programs }) {
    const place = await BenchHost.open(programs);
    const random = seededRandom(20_261_121);
    const times: number[] = [];
    let lost = 0;
    let empty = 0;
    try {
      const link = await place.attached();
      let sessionId = await createSession(link, place.folder, { agent: stamping.id });
      for (let round = 0; round < rounds; round++) {
        // A new session now and then, so that kills fall on short and on long journals.
        if (round % 50 === 49) {
          await link.call('session/delete', { sessionId });
          sessionId = await createSession(link, place.folder, { agent: stamping.id });
        }
        const { isLost, sawNothing, milliseconds } = await kill(link, sessionId, random() * 300);
        lost += isLost ? 1 : 0;
        empty += sawNothing ? 1 : 0;
        times.push(milliseconds);
      }
      return [
        {
          quantity: '1,000 kills of the host in mid-stream: rounds in which something shown was lost',
          unit: '',
          value: lost,
          goals: [{ of: 'value', limit: 0 }],
        },
        {
          quantity: 'rounds in which nothing had been shown when the kill came',
          unit: '',
          value: empty,
          goals: [{ of: 'value', limit: rounds / 10 }],
        },
        { quantity: 'kill → connected again with the state', unit: 'ms', samples: times, goals: [{ of: 'p95', limit: 1000 }] },
      ];
    } finally {
      await place.close();
    }
  },
};

/** Streams, kills, comes back, and compares what was shown with what is there. */
async function kill(
  link: HostLink,
  sessionId: string,
  after: number,
): Promise<{ isLost: boolean; sawNothing: boolean; milliseconds: number }> {
  const first = Promise.withResolvers<undefined>();
  const shown = new Map<string, string>();
  let last: Position | undefined;
  const listening = link.on('session/events', ({ events }) => {
    for (const { fact, epoch, seq } of events) {
      last = { epoch, seq };
      if (fact.type !== 'text.added') continue;
      shown.set(fact.entry, (shown.get(fact.entry) ?? '') + fact.text);
      first.resolve(undefined);
    }
  });
  await link.call('session/follow', { sessionId });
  await send(link, sessionId, '60 200');
  await first.promise;
  await new Promise((resolve) => setTimeout(resolve, after));
  const back = Promise.withResolvers<undefined>();
  const waiting = link.onStateChanged(({ state }) => {
    if (state === 'connected') back.resolve(undefined);
  });
  const started = performance.now();
  process.kill(pidOf(link), 'SIGKILL');
  await back.promise;
  waiting.dispose();
  listening.dispose();
  const { checkpoint } = await link.call('session/follow', { sessionId, entries: 2000 });
  const milliseconds = performance.now() - started;
  const there = new Map(
    checkpoint?.turns.flatMap(({ entries }) => entries).map((entry) => [entry.id, entry.kind === 'message' ? entry.text : '']) ?? [],
  );
  const isBehind = checkpoint === undefined || (last !== undefined && isAfter(last, checkpoint.position));
  const isCut = [...shown].some(([entry, text]) => there.get(entry)?.startsWith(text) !== true);
  return { isLost: isBehind || isCut, sawNothing: shown.size === 0, milliseconds };
}

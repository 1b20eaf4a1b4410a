/** Typing the next message while the answer to the last one comes. */
import { join } from 'node:path';
import { BenchWindow } from '../benchWindow.ts';
import type { Figure } from '../figure.ts';
import { inTranscript } from '../probe.ts';
import { ending, markdown, recording } from '../recordings.ts';
import { median } from '../samples.ts';

const keys = 100;

/** Key to paint beside an answer of 50 KB that goes on, and in a flood; the anchor is the same typing at rest. */
export const typingFigure: Figure = {
  name: 'typing',
  needs: 'window',
  async measure(ground) {
    const place = await BenchWindow.open(ground);
    const folder = join(place.harness.scratch.folder, 'recordings');
    try {
      await place.newSession();
      await type(place);
      const still = await type(place);
      const beside = recording(
        folder,
        'typing-beside',
        [
          { say: markdown(50_000), chunk: 4000 },
          ending('Fifty thousand letters are above'),
          { say: 'more words to come {{n}} ', repeat: 4000, rate: 100 },
        ],
        1,
      );
      const streaming = await typeDuring(place, beside, 'Fifty thousand letters are above');
      const flooded = recording(
        folder,
        'typing-flood',
        [ending('The flood begins'), { steps: [{ say: '\n\n' }, { say: 'word {{n}} ', repeat: 30, delay: 0.5 }], repeat: 4000 }],
        1,
      );
      const flood = await typeDuring(place, flooded, 'The flood begins');
      const anchor = { what: 'with nothing streaming', value: median(still) };
      return [
        {
          quantity: 'a key → its paint, beside 50 KB that go on',
          unit: 'ms',
          samples: streaming,
          anchor,
          goals: [{ of: 'p95', limit: 24 }],
        },
        {
          quantity: 'a key → its paint, in a flood of 2,000 updates a second',
          unit: 'ms',
          samples: flood,
          anchor,
          goals: [{ of: 'p95', limit: 32 }],
        },
      ];
    } finally {
      await place.close();
    }
  },
};

async function type(place: BenchWindow): Promise<readonly number[]> {
  await place.chat.composer.click();
  await place.chat.composer.fill('');
  const times = await place.probe.keys(async () => {
    await place.window.page.keyboard.type('abcdefghij '.repeat(Math.ceil(keys / 11)).slice(0, keys), { delay: 40 });
    await new Promise((resolve) => setTimeout(resolve, 300));
  });
  const typed = await place.chat.composer.inputValue();
  if (typed.length !== keys || times.length !== keys)
    throw new Error(`Of ${String(keys)} keys ${String(typed.length)} arrived and ${String(times.length)} were painted.`);
  await place.chat.composer.fill('');
  return times;
}

/** Sends a message, types once the given words are there, and stops the turn, which must still run then. */
async function typeDuring(place: BenchWindow, message: string, words: string): Promise<readonly number[]> {
  await place.newSession();
  await place.write(message);
  await place.probe
    .one(inTranscript(words), 'keydown', () => place.press('Enter'), 60_000)
    .catch(async (error: unknown) => {
      // In a flood the words can have scrolled away before they were seen; that the turn runs is enough.
      if (!(await place.chat.status('Working').isVisible())) throw error;
    });
  const times = await type(place);
  if (!(await place.chat.status('Working').isVisible())) throw new Error('The turn ended before the typing did.');
  await place.window.runCommand('Session Loom: Stop');
  await place.chat.status('Working').waitFor({ state: 'detached', timeout: 60_000 });
  return times;
}

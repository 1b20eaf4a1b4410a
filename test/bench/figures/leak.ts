/** What a hundred sessions leave behind. */
import { join } from 'node:path';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { BenchHost, createSession, pidOf, send, whenRests } from '../benchHost.ts';
import type { Figure } from '../figure.ts';
import { openHandles, residentMegabytes } from '../proc.ts';
import { recording } from '../recordings.ts';

const sessions = 100;
const atOnce = 10;

/** Processes and handles that are there after a hundred sessions were made, used and deleted, and were not before. */
export const leakFigure: Figure = {
  name: 'leak',
  needs: 'programs',
  async measure({ programs }) {
    const place = await BenchHost.open(programs);
    try {
      const link = await place.attached();
      const message = recording(join(place.scratch.folder, 'recordings'), 'short', [{ say: 'word {{n}} ', repeat: 20 }]);
      await round(place, link, message);
      const pid = pidOf(link);
      const before = { handles: await handlesAtRest(place, pid), processes: place.processes().length, memory: residentMegabytes(pid) };
      for (let done = 0; done < sessions; done += atOnce) await round(place, link, message);
      const after = { handles: await handlesAtRest(place, pid), processes: place.processes().length, memory: residentMegabytes(pid) };
      const grown = after.memory - before.memory;
      return [
        {
          quantity: 'processes left after 100 sessions',
          unit: '',
          value: after.processes - before.processes,
          goals: [{ of: 'value', limit: 0 }],
        },
        {
          quantity: 'handles left after 100 sessions',
          unit: '',
          value: Math.max(0, after.handles.length - before.handles.length),
          goals: [{ of: 'value', limit: 0 }],
          note: `the memory changed by ${grown.toFixed(0)} MB`,
        },
      ];
    } finally {
      await place.close();
    }
  },
};

async function round(place: BenchHost, link: HostLink, message: string): Promise<void> {
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      const sessionId = await createSession(link, place.folder);
      const rests = whenRests(link, sessionId);
      await send(link, sessionId, message);
      await rests;
      await link.call('session/delete', { sessionId });
    }),
  );
}

/** The handles once no agent is left and two looks a second apart agree. */
async function handlesAtRest(place: BenchHost, pid: number): Promise<readonly string[]> {
  let before = -1;
  for (let look = 0; look < 20; look++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const handles = openHandles(pid);
    if (handles.length === before && place.processes().length === 1) return handles;
    before = handles.length;
  }
  return openHandles(pid);
}

/** What nine sessions feel of a tenth whose agent floods. */
import type { HostLink } from '../../../src/client/hostLink.ts';
import { flooding, stamping } from '../agents/settings.ts';
import { BenchHost, createSession, send } from '../benchHost.ts';
import type { Figure } from '../figure.ts';
import { percentile } from '../samples.ts';

const sessions = 9;
const rate = 20;
/** Seconds for which the nine are watched, without and with the flood. */
const watched = 6;
/** Updates of the flood: more than can be taken while it is watched. */
const floodOf = 3_000_000;

/** Nine sessions at 20 updates a second each, heard by an attached client, before and while another agent sends as fast as its pipe takes it. */
export const floodFigure: Figure = {
  name: 'flood',
  needs: 'programs',
  async measure({ programs }) {
    const place = await BenchHost.open(programs);
    try {
      const link = await place.attached();
      const ids: string[] = [];
      for (let session = 0; session < sessions; session++) {
        const id = await createSession(link, place.folder, { agent: stamping.id });
        await link.call('session/follow', { sessionId: id });
        await send(link, id, `${String(watched * 2 + 8)} ${String(rate)}`);
        ids.push(id);
      }
      const flood = await createSession(link, place.folder, { agent: flooding.id });
      // The first second is the warm-up of all that starts.
      await seconds(1);
      const before = await hear(link, new Set(ids));
      await send(link, flood, String(floodOf));
      await seconds(1);
      const during = await hear(link, new Set(ids));
      const { sessions: listed } = await link.call('sessions/list', {});
      if (listed.find(({ id }) => id === flood)?.status !== 'working') throw new Error('The flood was over before the nine were heard.');
      const [least, heard] = [sessions * rate * watched * 0.9, Math.min(before.length, during.length)];
      if (heard < least) throw new Error(`Only ${String(heard)} updates of the nine sessions came in ${String(watched)} s.`);
      return [
        {
          quantity: 'update → client, nine sessions at 20/s beside a flood, p95',
          unit: 'ms',
          value: percentile(during, 0.95),
          anchor: { what: 'the same before the flood', value: percentile(before, 0.95) },
          goals: [{ of: 'ratio', limit: 2 }],
        },
      ];
    } finally {
      await place.close();
    }
  },
};

/** Milliseconds from each stamp to this client, of some sessions and for some seconds. */
async function hear(link: HostLink, ids: ReadonlySet<string>): Promise<readonly number[]> {
  const samples: number[] = [];
  const listening = link.on('session/events', ({ sessionId, events }) => {
    if (!ids.has(sessionId)) return;
    const now = (performance.timeOrigin + performance.now()) % 86_400_000;
    for (const { fact } of events)
      if (fact.type === 'text.added') for (const [, stamp] of fact.text.matchAll(/<([\d.]+)>/g)) samples.push(now - Number(stamp));
  });
  await seconds(watched);
  listening.dispose();
  return samples;
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000));
}

/** A host at rest with ten live sessions of a thousand messages each: its memory, and what it does while nothing happens. */
import { BenchHost, pidOf, send, whenRests } from '../benchHost.ts';
import { storeSessions } from '../conversations.ts';
import type { Figure } from '../figure.ts';
import { processorMilliseconds, settledMegabytes } from '../proc.ts';

const live = 10;
/** Seconds for which the idle host is watched. */
const watched = 20;

/** Milliseconds after which the host has checked what is stored. */
const checkedMs = 20_000;

/** Memory and idle processor time of a host whose sessions are loaded, followed, and open in their agent. */
export const liveFigure: Figure = {
  name: 'live',
  needs: 'programs',
  async measure({ programs }) {
    const place = await BenchHost.open(programs);
    try {
      const empty = await place.attached();
      const idle = await settledMegabytes(pidOf(empty));
      await place.end(empty);
      const ids = await storeSessions(
        place.location,
        Array.from({ length: live }, (_, index) => ({ title: `Live session ${String(index)}`, messages: 998 })),
      );
      const link = await place.attached();
      for (const sessionId of ids) {
        await link.call('session/follow', { sessionId });
        const rests = whenRests(link, sessionId);
        await send(link, sessionId, '/help');
        await rests;
      }
      const pid = pidOf(link);
      const full = await settledMegabytes(pid);
      // What is stored is checked once, five seconds after the last request; what is watched is the rest.
      await new Promise((resolve) => setTimeout(resolve, checkedMs));
      const before = processorMilliseconds(pid);
      await new Promise((resolve) => setTimeout(resolve, watched * 1000));
      const used = processorMilliseconds(pid) - before;
      return [
        {
          quantity: 'host memory, 10 live sessions of 1,000 messages',
          unit: 'MB',
          value: full,
          anchor: { what: 'the same host without sessions', value: idle },
          goals: [{ of: 'value', limit: 110 }],
        },
        { quantity: 'idle host, 10 live sessions: processor', unit: '%', value: used / watched / 10, goals: [{ of: 'value', limit: 0.2 }] },
      ];
    } finally {
      await place.close();
    }
  },
};

/** Sends LOOM_COUNT (10,000) numbered chunks in a turn, LOOM_RATE (1,000) a second, 0 for as fast as the pipe takes them. */
import { pause, say, serve, setting } from './wire.ts';

const count = setting('LOOM_COUNT', 10_000);
const rate = setting('LOOM_RATE', 1_000);
let stop = new AbortController();

serve({
  'session/prompt': async ({ sessionId }) => {
    stop = new AbortController();
    const { signal } = stop;
    const start = performance.now();
    for (let sent = 1; sent <= count && !signal.aborted; sent++) {
      await say(sessionId, `${sent} `);
      const early = rate === 0 ? 0 : start + (sent * 1000) / rate - performance.now();
      if (early > 1 || sent % 100 === 0) await pause(Math.max(0, early));
    }
    return { stopReason: signal.aborted ? 'cancelled' : 'end_turn' };
  },
  'session/cancel': () => stop.abort(),
});

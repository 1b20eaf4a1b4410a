/** `seconds rate`: says the time (milliseconds of the wall clock since midnight UTC) in so many updates a second, a new paragraph for every 20. */
import { pause, say, serve } from '../../support/agents/wire.ts';

/** Milliseconds of a day, so that a stamp is short. */
const day = 86_400_000;

let stop = new AbortController();

serve({
  'session/prompt': async ({ sessionId, prompt }) => {
    stop = new AbortController();
    const { signal } = stop;
    const [seconds = 1, rate = 100] = textOf(prompt).split(' ').map(Number);
    const start = performance.now();
    for (let sent = 0; sent < seconds * rate && !signal.aborted; sent++) {
      const early = start + (sent * 1000) / rate - performance.now();
      if (early > 0.5) await pause(early);
      const stamp = ((performance.timeOrigin + performance.now()) % day).toFixed(1);
      await say(sessionId, `<${stamp}>${sent % 20 === 19 ? '\n\n' : ' '}`);
    }
    return { stopReason: signal.aborted ? 'cancelled' : 'end_turn' };
  },
  'session/cancel': () => stop.abort(),
});

function textOf(prompt: unknown): string {
  return Array.isArray(prompt) ? prompt.map((block: { text?: string }) => block.text ?? '').join('') : '';
}

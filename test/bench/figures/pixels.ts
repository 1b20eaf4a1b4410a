/** From an agent's update to the pixels, while ten sessions stream. */
import { writeSettings } from '../../support/vscode/settings.ts';
import { stamping, stampingToo } from '../agents/settings.ts';
import { BareAgent } from '../bareAgent.ts';
import { BenchWindow } from '../benchWindow.ts';
import type { Figure } from '../figure.ts';
import { windowSettings } from '../ground.ts';
import { median } from '../samples.ts';

const sessions = 10;
const rate = 100;
/** Seconds for which the visible session is watched. */
const watched = 12;

/** Ten sessions at a hundred updates a second each, half of them with either of two agents; the one in front is watched, each update says when it was sent. */
export const pixelsFigure: Figure = {
  name: 'pixels',
  needs: 'window',
  async measure(ground) {
    const { server } = await ground.harness();
    const place = await BenchWindow.open(ground);
    try {
      for (const { id } of [stampingToo, stamping]) {
        await writeSettings(server.settingsFile, { ...windowSettings, 'sessionLoom.defaultAgent': id });
        // Nothing says when VS Code has read the file.
        await new Promise((resolve) => setTimeout(resolve, 3000));
        for (let session = 0; session < sessions / 2; session++) {
          await place.newSession();
          await place.write(`${String(90)} ${String(rate)}`);
          await place.press('Enter');
          await place.chat.status('Working').waitFor();
        }
      }
      // The first seconds of the last session are its warm-up.
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const samples = await place.probe.stamps(() => new Promise((resolve) => setTimeout(resolve, watched * 1000)));
      if (samples.length < watched * rate * 0.9)
        throw new Error(`Only ${String(samples.length)} of ${String(watched * rate)} updates came to the screen.`);
      const anchor = { what: 'agent → bare SDK pipe, one session', value: median(await overPipe(place)) };
      return [
        {
          quantity: 'update → pixels, 10 sessions of two agent instances at 100/s',
          unit: 'ms',
          samples,
          anchor,
          goals: [
            { of: 'p50', limit: 20 },
            { of: 'p95', limit: 40 },
          ],
        },
      ];
    } finally {
      await place.close();
      await writeSettings(server.settingsFile, windowSettings);
    }
  },
};

/** Milliseconds from the stamp to a handler of the SDK. */
async function overPipe(place: BenchWindow): Promise<readonly number[]> {
  const agent = await BareAgent.start({ ...stamping, env: place.harness.scratch.env, cwd: place.workspace });
  const samples: number[] = [];
  await agent.prompt(`3 ${String(rate)}`, (update) => {
    if (update.sessionUpdate !== 'agent_message_chunk' || update.content.type !== 'text') return;
    const stamp = Number(/<([\d.]+)>/.exec(update.content.text)?.[1]);
    samples.push(((performance.timeOrigin + performance.now()) % 86_400_000) - stamp);
  });
  await agent.close();
  return samples;
}

/** What a person sees after the host was killed in mid-turn. */
import { join } from 'node:path';
import { BenchHost, createSession, pidOf, send } from '../benchHost.ts';
import { BenchWindow } from '../benchWindow.ts';
import type { Figure, Reading } from '../figure.ts';
import type { Ground } from '../ground.ts';
import { inTranscript } from '../probe.ts';
import { ending, recording } from '../recordings.ts';
import { median, repeat, timed } from '../samples.ts';

const stream = [ending('The stream begins'), { say: 'more {{n}} ', repeat: 6000, rate: 100 }];

/** Kill -9 until the panel is true again, and until an agent speaks again. */
export const recoveryFigure: Figure = {
  name: 'recovery',
  needs: 'window',
  async measure(ground) {
    const { start, agents } = await agentsBack(ground);
    const anchor = { what: 'the start of an empty host', value: start };
    return [
      { ...(await panelsBack(ground)), anchor },
      { quantity: 'kill -9 of the host → an agent speaks again', unit: 'ms', samples: agents, anchor, goals: [{ of: 'p95', limit: 3000 }] },
    ];
  },
};

async function panelsBack(ground: Ground): Promise<Reading> {
  const place = await BenchWindow.open(ground);
  try {
    const message = recording(join(place.harness.scratch.folder, 'recordings'), 'recovery', stream, 1);
    const samples = await repeat(5, 1, async () => {
      await place.newSession();
      await place.write(message);
      await place.probe.one(inTranscript('The stream begins'), 'keydown', () => place.press('Enter'));
      const status = { id: 'status', text: 'Interrupted', where: 'page', within: '.header .status-word' } as const;
      return (await place.probe.one(status, 'now', () => killHost(place))).milliseconds;
    });
    return {
      quantity: 'kill -9 of the host → the panel shows the interrupted turn',
      unit: 'ms',
      samples,
      goals: [{ of: 'p95', limit: 1000 }],
    };
  } finally {
    await place.close();
  }
}

function killHost(place: BenchWindow): Promise<void> {
  const pid = place.hostPid();
  if (pid === undefined) throw new Error('There is no host to kill.');
  process.kill(pid, 'SIGKILL');
  return Promise.resolve();
}

async function agentsBack({ programs }: Ground): Promise<{ readonly start: number; readonly agents: readonly number[] }> {
  const place = await BenchHost.open(programs);
  try {
    const starts = await repeat(3, 1, async () => {
      const started = performance.now();
      const link = await place.attached();
      const milliseconds = performance.now() - started;
      await place.end(link);
      return milliseconds;
    });
    const message = recording(join(place.scratch.folder, 'recordings'), 'recovery', stream, 1);
    const link = await place.attached();
    const agents = await repeat(5, 1, async () => {
      const sessionId = await createSession(link, place.folder);
      await link.call('session/follow', { sessionId });
      let speaks = Promise.withResolvers<undefined>();
      const listening = link.on('session/events', (message) => {
        if (message.sessionId === sessionId && message.events.some(({ fact }) => fact.type === 'text.added')) speaks.resolve(undefined);
      });
      await send(link, sessionId, message);
      await speaks.promise;
      const back = Promise.withResolvers<undefined>();
      const waiting = link.onStateChanged(({ state }) => {
        if (state === 'connected') back.resolve(undefined);
      });
      const milliseconds = await timed(async () => {
        process.kill(pidOf(link), 'SIGKILL');
        await back.promise;
        speaks = Promise.withResolvers<undefined>();
        await link.call('session/follow', { sessionId });
        await send(link, sessionId, '/help');
        await speaks.promise;
      });
      waiting.dispose();
      listening.dispose();
      await link.call('session/delete', { sessionId });
      return milliseconds;
    });
    return { start: median(starts), agents };
  } finally {
    await place.close();
  }
}

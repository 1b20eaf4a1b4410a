/** From the wish for a session to a session that can be seen, and to an agent that can be asked. */
import type { SessionEvent } from '../../../src/model/events.ts';
import { BareAgent } from '../bareAgent.ts';
import { BenchHost, createSession, send, textsOf } from '../benchHost.ts';
import { BenchWindow } from '../benchWindow.ts';
import type { Figure, Reading } from '../figure.ts';
import type { Ground } from '../ground.ts';
import { median, repeat, timed } from '../samples.ts';

/** Session create: our part on the host, the agent, and what is seen in the window. */
export const createFigure: Figure = {
  name: 'create',
  needs: 'window',
  measure: async (ground) => [...(await shown(ground)), ...(await onHost(ground))],
};

async function shown(ground: Ground): Promise<readonly Reading[]> {
  const place = await BenchWindow.open(ground);
  try {
    await place.newSession();
    let number = 1;
    const times = await repeat(8, 2, async () => {
      const title = `Session ${String(++number)}`;
      const row = { id: 'row', text: title, where: 'workbench', within: '.part.sidebar .monaco-list' } as const;
      const page = { id: 'panel', text: title, where: 'page', within: '.header h1' } as const;
      await place.press('Control+K');
      const seen = await place.probe.time([row, page], 'keydown', () => place.press('a'));
      return Object.fromEntries(seen.map(({ id, milliseconds }) => [id, milliseconds]));
    });
    const of = (id: string): number[] => times.map((time) => time[id] ?? Number.NaN);
    return [
      {
        quantity: 'session create: key → its row in the sessions view',
        unit: 'ms',
        samples: of('row'),
        goals: [{ of: 'p95', limit: 100 }],
      },
      { quantity: 'session create: key → its panel', unit: 'ms', samples: of('panel'), goals: [{ of: 'p95', limit: 300 }] },
    ];
  } finally {
    await place.close();
  }
}

async function onHost({ programs }: Ground): Promise<readonly Reading[]> {
  const place = await BenchHost.open(programs);
  try {
    const link = await place.attached();
    const trip = await repeat(30, 10, () => timed(() => link.call('host/heartbeat', {})));
    const create = await repeat(30, 5, async () => {
      let id = '';
      const milliseconds = await timed(async () => (id = await createSession(link, place.folder)));
      await link.call('session/delete', { sessionId: id });
      return milliseconds;
    });
    const env = { ...textsOf(place.scratch.env), SESSION_LOOM_AGENT_STATE: `${place.scratch.folder}/agent` };
    const bare = await repeat(6, 1, async () => {
      const agent = await BareAgent.start({ command: process.execPath, args: [programs.agent], env, cwd: place.folder });
      await agent.close();
      return agent.startMilliseconds;
    });
    const ready = await repeat(6, 1, async () => {
      const sessionId = await createSession(link, place.folder);
      await link.call('session/follow', { sessionId });
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const listening = link.on('session/events', ({ events }) => {
        if (events.some(({ fact }: SessionEvent) => fact.type === 'agent.changed' && fact.phase === 'ready')) resolve(undefined);
      });
      const milliseconds = await timed(async () => {
        await send(link, sessionId, '/help');
        await promise;
      });
      listening.dispose();
      // The agent carries no other session, so it ends with this one, and the next one starts it anew.
      await link.call('session/delete', { sessionId });
      while (place.processes().some(({ command }) => command.includes('agent.cjs'))) await new Promise((done) => setTimeout(done, 20));
      return milliseconds;
    });
    const own = median(bare);
    return [
      {
        quantity: 'session create: our part, on the disk',
        unit: 'ms',
        samples: create,
        anchor: { what: 'an empty request to the same host', value: median(trip) },
        goals: [{ of: 'p95', limit: 10 }],
      },
      {
        quantity: 'session create: first prompt → agent ready',
        unit: 'ms',
        samples: ready,
        anchor: { what: 'the agent’s own start', value: own },
        goals: [{ of: 'p50', limit: own + 50 }],
      },
    ];
  } finally {
    await place.close();
  }
}

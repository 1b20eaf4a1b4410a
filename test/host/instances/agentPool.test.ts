import assert from 'node:assert/strict';
import { silentLog } from '../../../src/base/log.ts';
import type { AgentListener, AgentProgram } from '../../../src/host/agents/agentPort.ts';
import { AgentPool } from '../../../src/host/instances/agentPool.ts';
import { Instances } from '../../../src/host/live/instances.ts';
import type { LiveSession } from '../../../src/host/live/liveSessions.ts';
import { HostParts } from '../../support/hostParts.ts';
import { FakeAgents } from '../../support/fakeAgents.ts';

const program: AgentProgram = { id: 'a', name: 'A', command: 'a', args: [], env: {} };
const listener: AgentListener = { update: () => undefined, ask: () => Promise.resolve(undefined), closed: () => undefined };
const options = { cwd: '/w', listener };

describe('R3.3 R5.4 The pool of agents', () => {
  it('starts an agent once however many sessions ask, and another one for a session with other variables', async () => {
    const agents = new FakeAgents();
    const pool = new AgentPool(agents.start, silentLog);
    const withPort: AgentProgram = { ...program, env: { PORT: '4000' } };
    await Promise.all([
      ...Array.from({ length: 5 }, () => pool.open(program, options)),
      ...Array.from({ length: 2 }, () => pool.open(withPort, options)),
    ]);
    assert.deepEqual(
      agents.started.map(({ program: { env }, sessionCount }) => [env['PORT'], sessionCount]),
      [
        [undefined, 5],
        ['4000', 2],
      ],
    );
    await pool.close();
    assert.deepEqual(agents.running, []);
  });
});

describe('R5.4 R1.6 Running agents, as a person sees and handles them', () => {
  let parts: HostParts;
  let instances: Instances;
  let now: number;
  let mode: 'shared' | 'perSession';
  let began: () => void;
  beforeEach(() => {
    now = 0;
    mode = 'shared';
    began = () => undefined;
    const agents = new FakeAgents(
      (_parts, _listener, signal) =>
        new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve({ reason: 'cancelled' }));
          began();
        }),
    );
    parts = new HostParts(agents, { scope: (session) => instances.scopeOf(session) });
    instances = new Instances({
      pool: parts.pool,
      live: () => parts.sessions.live,
      settings: () => mode,
      clock: () => now,
      now: () => '2026-11-21T10:00:00.000Z',
    });
  });
  afterEach(() => parts.close());

  const ready = async (title: string): Promise<LiveSession> => {
    const live = await parts.create(title);
    await parts.until(live, ({ agentPhase }) => agentPhase === 'ready');
    return live;
  };
  const working = async (title: string): Promise<LiveSession> => {
    const runs = new Promise<void>((resolve) => (began = resolve));
    const live = await parts.create(title, 'go');
    await runs;
    return live;
  };

  it('are one for all sessions, or one for each where the settings say so', async () => {
    await Promise.all([ready('a'), ready('b')]);
    assert.equal(parts.agents.running.length, 1);
    mode = 'perSession';
    const c = await ready('c');
    assert.deepEqual([parts.agents.running.length, c.agent.instance?.sessionCount], [2, 1]);
  });

  it('are listed with what they use, measured only then, and processor time counts since the last look', async () => {
    const [rests, works] = [await ready('rests'), await working('works')];
    now += 100;
    const [first] = await instances.health();
    assert.ok(first !== undefined);
    const { agent, state, pid, memoryBytes, restarts, sessions, working: busy } = first;
    assert.deepEqual([agent, state, pid, memoryBytes, restarts, busy], ['built-in', 'running', 1, 1000, 0, 1]);
    assert.deepEqual(sessions, [rests.session.id, works.session.id]);
    now += 1000;
    assert.equal((await instances.health())[0]?.cpu, 0);
  });

  it('keep their sessions when they are restarted: a turn is cut off with the reason, and all come back to the new one', async () => {
    const [rests, works] = [await ready('rests'), await working('works')];
    const [before] = await instances.health();
    await instances.restart(before?.instance ?? '');
    await works.turns.idle();
    const turn = works.session.state.turns[0];
    assert.deepEqual([turn?.reason, turn?.error], ['interrupted', 'The agent “Built-in” was restarted.']);
    for (const live of [rests, works]) await parts.until(live, ({ agentPhase }) => agentPhase === 'ready');
    const [after, ...others] = await instances.health();
    assert.deepEqual([after?.restarts, after?.sessions.length, others.length], [1, 2, 0]);
    assert.deepEqual([parts.agents.started.length, parts.agents.running.length], [2, 1]);
    await assert.rejects(instances.restart(before?.instance ?? ''), /no longer runs/);
  });

  it('leave their sessions hibernating when they are stopped', async () => {
    const live = await ready('a');
    await instances.stop((await instances.health())[0]?.instance ?? '');
    assert.deepEqual([live.session.state.agentPhase, parts.agents.running.length], ['stopped', 0]);
  });

  it('tell each session that had nothing to do when they end, with Restart, which works', async () => {
    const [one, other] = [await ready('one'), await working('other')];
    other.turns.stop();
    await other.turns.idle();
    parts.agents.running[0]?.crash('The agent ended (exit code 1).');
    assert.equal(one.session.state.agentPhase, 'failed');
    const entry = other.session.state.turns[0]?.entries.at(-1);
    assert.ok(entry?.kind === 'notice');
    assert.deepEqual([entry.level, entry.text, entry.action], ['error', 'The agent ended (exit code 1).', 'restart-agent']);
    await instances.restartFor(other);
    await parts.until(other, ({ agentPhase }) => agentPhase === 'ready');
    assert.equal(parts.agents.running.length, 1);
  });

  it('are not started without end: after three ends within a minute they wait, say so, and start when a person restarts them', async () => {
    const live = await ready('a');
    for (const end of [1, 2, 3]) {
      parts.agents.running[0]?.crash(`Out of memory, ${String(end)}.`);
      await parts.until(live, ({ agentPhase }) => agentPhase === 'failed');
      if (end === 3) break;
      live.agent.start();
      await parts.until(live, ({ agentPhase }) => agentPhase === 'ready');
    }
    const failed = parts.until(live, ({ agentReason = '' }) => agentReason.includes('again and again'));
    live.agent.start();
    await failed;
    assert.match(live.session.state.agentReason ?? '', /not started for the next 30 seconds\. .* The last time: Out of memory, 3\.$/);
    await instances.restartFor(live);
    await parts.until(live, ({ agentPhase }) => agentPhase === 'ready');
  });

  it('leave nothing behind after a hundred sessions', async () => {
    for (let made = 0; made < 100; made++) {
      const live = await parts.create(`s${String(made)}`);
      live.agent.start();
      await parts.until(live, ({ agentPhase }) => agentPhase === 'ready');
      await parts.sessions.delete(live.session.id);
    }
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([parts.agents.running, parts.pool.list(), parts.sessions.live], [[], [], []]);
    assert.deepEqual([parts.limits.gate.active, parts.limits.gate.waiting], [0, 0]);
  });
});

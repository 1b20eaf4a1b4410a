import assert from 'node:assert/strict';
import { silentLog } from '../../../src/base/log.ts';
import type { AgentListener, AgentStop } from '../../../src/host/agents/agentPort.ts';
import { Care, lookEveryMs } from '../../../src/host/care/care.ts';
import { instanceHandlers } from '../../../src/host/requests/instanceHandlers.ts';
import { Instances } from '../../../src/host/live/instances.ts';
import type { LiveSession } from '../../../src/host/live/liveSessions.ts';
import { usualMemoryMb } from '../../../src/model/limitDefaults.ts';
import { summaryOf } from '../../../src/model/summary.ts';
import type { InputOf } from '../../../src/protocol/contract.ts';
import type { HostRequests } from '../../../src/protocol/host.ts';
import { FakeAgents } from '../../support/fakeAgents.ts';
import { HostParts } from '../../support/hostParts.ts';

type Limits = InputOf<HostRequests['host/configure']>['limits'];

const never = { stalled: 0, command: 0, idle: 0, lifetime: 0 };

describe('R5.3 R5.4 R1.6 The care for what runs', () => {
  let parts: HostParts;
  let care: Care;
  let now: number;
  let told: string[];
  let memory: number;
  let turn: { readonly listener: AgentListener; readonly end: (stop: AgentStop) => void } | undefined;
  let turnBegan: () => void;

  beforeEach(() => {
    now = 0;
    memory = 0;
    told = [];
    turn = undefined;
    turnBegan = () => undefined;
    const agents = new FakeAgents(
      (_parts, listener, signal) =>
        new Promise((resolve) => {
          turn = { listener, end: resolve };
          signal?.addEventListener('abort', () => resolve({ reason: 'cancelled' }));
          turnBegan();
        }),
    );
    parts = new HostParts(agents);
    care = new Care({
      pool: parts.pool,
      live: () => parts.sessions.live,
      settings: () => parts.host.limitSettings,
      clock: () => now,
      ownMemory: () => memory,
      machineMemory: () => 8 * 1024 * 1024 * 1024,
      instant: (agoMs) => new Date(Date.parse('2026-11-21T10:00:00.000Z') - agoMs).toISOString(),
      review: () => parts.limits.gate.review(),
      tell: (text) => void told.push(text),
      log: silentLog,
    });
  });
  afterEach(() => parts.close());

  /** Lets so many seconds pass, with the looks that belong to them. */
  const pass = async (count: number): Promise<void> => {
    for (let passed = 0; passed < count * 1000; passed += lookEveryMs) {
      now += lookEveryMs;
      await care.look();
    }
  };
  const configure = (limits: Limits): void => parts.configure({ ...limits, times: { ...never, ...limits?.times } });
  const ready = async (title: string): Promise<LiveSession> => {
    const live = await parts.create(title);
    await parts.until(live, ({ agentPhase }) => agentPhase === 'ready');
    return live;
  };
  const working = async (title: string): Promise<LiveSession> => {
    const began = new Promise<void>((resolve) => (turnBegan = resolve));
    const live = await parts.create(title, 'go');
    await began;
    return live;
  };
  const notices = ({ session }: LiveSession): string[] =>
    session.state.turns
      .flatMap(({ entries }) => entries)
      .flatMap((entry) => (entry.kind === 'notice' ? [[entry.text, entry.action, ...(entry.more ?? [])].join(' | ')] : []));

  it('an idle session hibernates, what happens in it starts its time anew, and the next message wakes it', async () => {
    configure({ times: { idle: 300 } });
    const [one, other] = [await ready('one'), await ready('other')];
    await pass(200);
    other.session.record({ type: 'session.viewed', draft: 'half a thought' });
    await pass(105);
    assert.deepEqual([one.session.state.agentPhase, other.session.state.agentPhase], ['stopped', 'ready']);
    await pass(200);
    assert.deepEqual([other.session.state.agentPhase, parts.agents.running.length], ['stopped', 0]);
    const began = new Promise<void>((resolve) => (turnBegan = resolve));
    await one.turns.send([{ type: 'text', text: 'wake up' }], 'last');
    await began;
    assert.equal(parts.agents.running.length, 1);
    await pass(1000);
    assert.equal(one.session.state.agentPhase, 'ready');
    turn?.end({ reason: 'finished' });
    await one.turns.idle();
    one.session.record({ type: 'session.viewed', read: true });
    await pass(310);
    assert.equal(summaryOf(one.session.state).status, 'hibernating');
  });

  it('a session that is going to hibernate says so before, and what happens in it takes that back', async () => {
    configure({ times: { idle: 300, warning: 30 } });
    const live = await ready('one');
    await pass(270);
    assert.equal(live.session.state.hibernatesAt, undefined);
    await pass(10);
    assert.equal(live.session.state.hibernatesAt, '2026-11-21T10:00:30.000Z');
    const { status, reason, until } = summaryOf(live.session.state);
    assert.deepEqual([status, reason, until], ['idle', 'Hibernates soon, since nothing happens.', '2026-11-21T10:00:30.000Z']);
    const { seq } = live.session.state.position;
    await pass(5);
    assert.equal(live.session.state.position.seq, seq, 'it is said once');
    live.session.record({ type: 'session.viewed', draft: 'half a thought' });
    assert.equal(live.session.state.hibernatesAt, undefined);
    await pass(100);
    assert.equal(live.session.state.agentPhase, 'ready');
    await pass(205);
    assert.deepEqual([live.session.state.agentPhase, live.session.state.hibernatesAt], ['stopped', undefined]);
  });

  it('a machine that slept makes nobody idle and nobody stalled', async () => {
    configure({ times: { idle: 300, stalled: 180 } });
    const [resting, busy] = [await ready('resting'), await working('busy')];
    await pass(60);
    now += 12 * 3600 * 1000;
    await care.look();
    assert.equal(resting.session.state.agentPhase, 'ready');
    assert.equal(summaryOf(busy.session.state).status, 'working');
  });

  it('an agent that is silent is called stalled with what can be done, and is no longer when it speaks', async () => {
    configure({ times: { stalled: 180 } });
    const live = await working('stalls');
    await pass(190);
    const { status, reason, since } = summaryOf(live.session.state);
    assert.deepEqual([status, reason, since], ['stalled', 'The agent gives no sign, and no tool runs.', '2026-11-21T09:57:00.000Z']);
    assert.match(notices(live).join(), /^The agent has given no sign for .* \| wait \| stop \| restart-agent$/);
    await pass(400);
    assert.equal(notices(live).length, 1);
    turn?.listener.update({ type: 'text', kind: 'message', text: 'Here I am.' });
    await pass(5);
    assert.equal(summaryOf(live.session.state).status, 'working');
    await pass(190);
    assert.equal(notices(live).length, 2);
    // Who wants to wait is asked again only after the same time.
    care.waitOn(live);
    assert.equal(summaryOf(live.session.state).status, 'working');
    await pass(170);
    assert.equal(notices(live).length, 2);
    await pass(20);
    assert.equal(notices(live).length, 3);
  });

  it('a question and a tool are no standstill, and the silence begins behind them', async () => {
    configure({ times: { stalled: 180 } });
    const live = await working('asks');
    const answered = turn?.listener.ask(
      { fields: {}, title: 'May I?', options: [{ id: 'y', label: 'Yes', role: 'allow-once' }] },
      new AbortController().signal,
    );
    await parts.until(live, ({ counts }) => counts.waiting > 0);
    await pass(1000);
    assert.equal(summaryOf(live.session.state).status, 'waiting');
    const question = live.session.state.turns[0]?.entries[0]?.id ?? '';
    await live.turns.answer(question, 'y', 'test', '2026-11-21T10:00:00.000Z', true);
    await answered;
    turn?.listener.update({ type: 'tool', callId: 'c', fields: { title: 'Run npm test', state: 'running' } });
    live.session.flush();
    await pass(1000);
    assert.deepEqual([summaryOf(live.session.state).status, summaryOf(live.session.state).reason], ['working', 'Run npm test']);
    turn?.listener.update({ type: 'tool', callId: 'c', fields: { state: 'completed' } });
    live.session.flush();
    await pass(170);
    assert.deepEqual(notices(live), []);
    await pass(20);
    assert.equal(summaryOf(live.session.state).status, 'stalled');
  });

  it('a long command is warned about once, and its turn is stopped only where the settings say so', async () => {
    configure({ times: { command: 300, commandMost: 1800 } });
    const live = await working('builds');
    turn?.listener.update({ type: 'tool', callId: 'c', fields: { title: 'make world', state: 'running' } });
    live.session.flush();
    await pass(4000);
    assert.deepEqual(notices(live), ['A command has run for 5 minutes. | wait | stop']);
    assert.equal(live.turns.isRunning, true);
    configure({ endLongCommands: true, times: { command: 300, commandMost: 1800 } });
    await pass(5);
    await live.turns.idle();
    assert.match(notices(live)[1] ?? '', /^The turn was stopped: its command ran for 67 minutes/);
    assert.equal(live.session.state.turns[0]?.reason, 'cancelled');
  });

  it('an agent that has run for an hour is started anew, and each session moves between its turns', async () => {
    configure({ times: { lifetime: 3600 } });
    const [resting, busy] = [await ready('resting'), await working('busy')];
    assert.equal(parts.agents.started.length, 1);
    const [first] = parts.pool.list();
    await pass(3560);
    assert.equal(care.isOld(first?.id ?? ''), false);
    await pass(20);
    assert.equal(care.isOld(first?.id ?? ''), true);
    await pass(120);
    const [old, renewed] = parts.agents.started;
    assert.deepEqual([old?.sessionCount, renewed?.sessionCount, old?.pid === undefined], [1, 1, false]);
    assert.equal(busy.turns.isRunning, true);
    const third = await ready('third');
    assert.equal(third.agent.instance, renewed);
    turn?.end({ reason: 'finished' });
    await busy.turns.idle();
    await pass(5);
    await parts.until(busy, ({ agentPhase }) => agentPhase === 'ready');
    assert.equal(busy.agent.instance, resting.agent.instance);
    assert.deepEqual([parts.agents.running.length, parts.agents.started.length], [1, 2]);
  });

  it('sessions that rest longest hibernate while memory is above its limit, and a person hears of it once', async () => {
    configure({ memoryMb: 500 });
    const first = await ready('first');
    await pass(30);
    const second = await ready('second');
    memory = 600 * 1024 * 1024;
    await pass(30);
    assert.deepEqual([first.session.state.agentPhase, second.session.state.agentPhase], ['stopped', 'ready']);
    await pass(5);
    assert.equal(second.session.state.agentPhase, 'stopped');
    await pass(300);
    assert.deepEqual(told, [
      'The session host and its agents use 600 MB of 500 MB, so the sessions that rest longest hibernate. Their next message wakes them.',
    ]);
  });

  it('the limit is half of what the machine has where nobody set one', async () => {
    configure({});
    const live = await ready('one');
    memory = 4000 * 1024 * 1024;
    await pass(60);
    assert.equal(live.session.state.agentPhase, 'ready');
    memory = 4200 * 1024 * 1024;
    await pass(65);
    assert.equal(live.session.state.agentPhase, 'stopped');
    assert.match(told[0] ?? '', /use 4200 MB of 4096 MB/);
    assert.deepEqual([usualMemoryMb(1024), usualMemoryMb(64 * 2 ** 30)], [2048, 32_768]);
  });

  it('a person has a session hibernate, though not in the middle of its turn, and waits or restarts by request', async () => {
    configure({ times: { stalled: 180 } });
    const instances = new Instances({
      pool: parts.pool,
      live: () => parts.sessions.live,
      settings: () => 'shared',
      clock: () => now,
      now: () => '2026-11-21T10:00:00.000Z',
    });
    const handle = instanceHandlers({ sessions: parts.sessions, instances, care });
    const live = await ready('by hand');
    const sessionId = live.session.id;
    await handle['session/hibernate']({ sessionId }, undefined);
    assert.deepEqual([live.session.state.agentPhase, parts.agents.running.length], ['stopped', 0]);
    const began = new Promise<void>((resolve) => (turnBegan = resolve));
    await live.turns.send([{ type: 'text', text: 'go' }], 'last');
    await began;
    await assert.rejects(Promise.resolve(handle['session/hibernate']({ sessionId }, undefined)), /A turn runs/);
    await pass(190);
    assert.equal(summaryOf(live.session.state).status, 'stalled');
    await handle['turn/wait']({ sessionId }, undefined);
    assert.equal(summaryOf(live.session.state).status, 'working');
    await handle['agent/restart']({ sessionId }, undefined);
    await live.turns.idle();
    assert.equal(live.session.state.turns[0]?.error, 'The agent “Built-in” was restarted.');
    await parts.until(live, ({ agentPhase }) => agentPhase === 'ready');
    const { instances: listed } = await handle['instances/list']({}, undefined);
    assert.deepEqual(
      listed.map(({ sessions, working: busy }) => [sessions, busy]),
      [[[sessionId], 0]],
    );
  });
});

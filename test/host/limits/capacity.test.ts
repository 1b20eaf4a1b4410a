import assert from 'node:assert/strict';
import type { AgentStop } from '../../../src/host/agents/agentPort.ts';
import type { LiveSession } from '../../../src/host/live/liveSessions.ts';
import { summaryOf } from '../../../src/model/summary.ts';
import { FakeAgents } from '../../support/fakeAgents.ts';
import { until } from '../../support/hostRig.ts';
import { HostParts } from '../../support/hostParts.ts';

/** Turns that end when the test says so, in the order in which they began. */
class Script {
  readonly began: string[] = [];
  readonly #waiting = new Map<string, () => void>();
  readonly #open: { readonly text: string; readonly end: (stop: AgentStop) => void }[] = [];
  readonly agents = new FakeAgents((parts, _listener, signal) => {
    const text = parts.map((part) => ('text' in part ? part.text : '')).join('');
    this.began.push(text);
    return new Promise((resolve) => {
      this.#open.push({ text, end: resolve });
      this.#waiting.get(text)?.();
      signal?.addEventListener('abort', () => resolve({ reason: 'cancelled' }));
    });
  });

  /** Waits until the turn with this message runs. */
  async runs(text: string): Promise<void> {
    if (!this.#open.some((each) => each.text === text)) await new Promise<void>((resolve) => this.#waiting.set(text, resolve));
  }

  /** Ends the turn with this message, as soon as it runs. */
  async end(text: string, stop: AgentStop = { reason: 'finished' }): Promise<void> {
    await this.runs(text);
    const index = this.#open.findIndex((each) => each.text === text);
    this.#open.splice(index, 1)[0]?.end(stop);
  }
}

const summary = ({ session }: LiveSession): string => {
  const { status, reason } = summaryOf(session.state);
  return reason === undefined ? status : `${status}: ${reason}`;
};
const inLine = (place: number): string => `queued: Waits for one of 2 active sessions to finish; number ${String(place)} in line.`;

describe('R1.6 R6.12 More sessions with work than may be active', () => {
  let script: Script;
  let parts: HostParts;
  beforeEach(() => {
    script = new Script();
    parts = new HostParts(script.agents, { limits: { maxActiveSessions: 2 } });
  });
  afterEach(() => parts.close());

  const four = async (): Promise<readonly [LiveSession, LiveSession, LiveSession, LiveSession]> => {
    const [a, b] = [await parts.create('a', 'a'), await parts.create('b', 'b')];
    await parts.until(a, ({ agentPhase }) => agentPhase === 'ready');
    const [c, d] = [await parts.create('c', 'c'), await parts.create('d', 'd')];
    await parts.until(d, ({ hold }) => hold !== undefined);
    return [a, b, c, d];
  };
  const running = (live: LiveSession): Promise<void> =>
    parts.until(live, ({ turns }) => turns.at(-1)?.endedAt === undefined && turns.length > 0);

  it('wait with their reason and their place, and begin in order; one that is merely open takes no place', async () => {
    const idle = await parts.create('idle');
    const [a, , c, d] = await four();
    assert.deepEqual([summary(c), summary(d)], [inLine(1), inLine(2)]);
    assert.equal(summary(idle), 'idle');
    await script.end('a');
    await running(c);
    assert.equal(summary(d), inLine(1));
    assert.equal(summary(a), 'finished');
    await script.end('b');
    await running(d);
    await script.runs('d');
    assert.deepEqual(script.began, ['a', 'b', 'c', 'd']);
    assert.equal(d.session.state.hold, undefined);
  });

  it('go at once when the limit is raised, and lose their place when they are stopped, closed or deleted', async () => {
    const [, , c, d] = await four();
    const e = await parts.create('e', 'e');
    const f = await parts.create('f', 'f');
    // Stop on one that waits keeps its message for later.
    assert.equal(c.turns.stop(), true);
    assert.equal(summary(c), 'paused: One message waits.');
    assert.equal(summary(d), inLine(1));
    await parts.host.move(d.session.id, 'closed', 'test');
    assert.equal(summary(d), 'closed');
    await parts.sessions.delete(e.session.id);
    assert.equal(summary(f), inLine(1));
    parts.configure({ maxActiveSessions: 4 });
    await running(f);
    await parts.host.move(c.session.id, 'open', 'test');
    await running(c);
    // A session that is opened again has its message still, and finds the places taken.
    await parts.host.move(d.session.id, 'open', 'test');
    assert.equal(summary(d), 'queued: Waits for one of 4 active sessions to finish; number 1 in line.');
    d.turns.changeQueue(d.session.state.queue[0]?.id ?? '', { type: 'drop' });
    assert.deepEqual([d.session.state.hold, d.turns.isWaiting], [undefined, false]);
  });

  it('are not unloaded while they wait, and wait in the same order after a restart', async () => {
    const [, , c, d] = await four();
    await parts.sessions.unloadResting(0);
    await parts.sessions.unloadResting(10_000_000);
    assert.ok(parts.sessions.live.includes(c));
    await parts.leave();
    const again = new Script();
    const next = new HostParts(again.agents, { folder: parts.folder, epoch: 2, limits: { maxActiveSessions: 1 } });
    // The index of a killed host says nothing of order.
    await next.host.recover([d.session.id, c.session.id]);
    const [first, second] = [await next.sessions.get(c.session.id), await next.sessions.get(d.session.id)];
    await next.until(first, ({ turns }) => turns.length > 0);
    assert.equal(summary(second), 'queued: Waits for the active session to finish; number 1 in line.');
    await next.leave();
  });

  it('stay with their agent for as long as the setting says, also where no panel shows them', async () => {
    const a = await parts.create('a', 'a');
    await script.end('a');
    await until(() => !a.turns.isRunning);
    await parts.sessions.unloadResting(0);
    await parts.sessions.unloadResting(10_000_000);
    assert.ok(parts.sessions.live.includes(a));
    await a.agent.close();
    await parts.sessions.unloadResting(20_000_000);
    await parts.sessions.unloadResting(30_000_000);
    assert.ok(!parts.sessions.live.includes(a));
  });

  it('park when the provider of their agent takes nothing, go on by themselves, and send what was refused once more', async () => {
    const a = await parts.create('a', 'a');
    await script.end('a', { reason: 'failed', error: 'Try again in 0.2 s.', limit: { kind: 'rate', until: Date.now() + 200 } });
    await parts.until(a, ({ hold }) => hold !== undefined);
    assert.equal(summary(a), 'rate-limited: Try again in 0.2 s.');
    const b = await parts.create('b', 'b');
    assert.equal(summaryOf(b.session.state).status, 'rate-limited');
    await parts.until(a, ({ turns }) => turns.length === 2);
    await running(b);
    await Promise.all([script.runs('a'), script.runs('b')]);
    assert.deepEqual(script.began.toSorted(), ['a', 'a', 'b']);
  });

  it('stop when the quota of their agent is used up, also after a restart, until a person goes on', async () => {
    const a = await parts.create('a', 'a');
    await script.end('a', { reason: 'failed', error: 'Your credit is used up.', limit: { kind: 'quota' } });
    await parts.until(a, ({ hold }) => hold !== undefined);
    assert.equal(summary(a), 'held: Your credit is used up.');
    const b = await parts.create('b', 'b');
    assert.equal(summary(b), 'held: Your credit is used up.');
    assert.equal(parts.limits.gate.waiting, 0);
    await parts.leave();
    const again = new Script();
    const next = new HostParts(again.agents, { folder: parts.folder, epoch: 2 });
    await next.host.recover([a.session.id, b.session.id]);
    const found = await next.sessions.get(a.session.id);
    assert.equal(summary(found), 'held: Your credit is used up.');
    await next.host.goOn(a.session.id);
    await next.until(found, ({ turns }) => turns.length === 2);
    await next.until(await next.sessions.get(b.session.id), ({ turns }) => turns.length === 1);
    await next.leave();
  });

  it('pause at the end of a budget, are warned before, and go on once or for good', async () => {
    parts.configure({ budget: { session: { turns: 5 } } });
    const a = await parts.create('a', '0');
    const texts = (): string[] =>
      a.session.state.turns.flatMap(({ entries }) => entries.flatMap((entry) => (entry.kind === 'notice' ? [entry.text] : [])));
    for (const turn of [0, 1, 2, 3, 4]) {
      if (turn > 0) await a.turns.send([{ type: 'text', text: String(turn) }], 'last');
      await script.end(String(turn));
      await parts.until(a, ({ turns }) => turns.at(-1)?.endedAt !== undefined);
      await a.turns.idle();
    }
    assert.match(
      texts().join('\n'),
      /^4 turns of 5 turns used: that is 80 % of the budget of this session\.\n5 turns of 5 turns used: .*is used up/,
    );
    assert.deepEqual(await a.turns.send([{ type: 'text', text: 'more' }], 'last'), { queued: true });
    assert.equal(summary(a), 'held: 5 turns of 5 turns used: the budget of this session is used up.');
    await parts.host.goOn(a.session.id);
    await parts.until(a, ({ turns }) => turns.length === 6);
    await a.turns.send([{ type: 'text', text: 'even more' }], 'last');
    await script.end('more');
    await parts.until(a, ({ hold }) => hold !== undefined);
    parts.configure({ budget: { session: { turns: 100 } } });
    await parts.until(a, ({ turns }) => turns.length === 7);
  });

  it('that are held for the budget of the day go on when a new day has begun', async () => {
    let day = '2026-11-21';
    const other = new HostParts(script.agents, { limits: { budget: { day: { turns: 1 } } }, today: () => day });
    try {
      const first = await other.create('first', 'a');
      await script.end('a');
      await other.until(first, ({ turns }) => turns[0]?.endedAt !== undefined);
      await first.turns.idle();
      const second = await other.create('second', 'b');
      assert.equal(summary(second), 'held: 1 turn of 1 turn used: today’s budget is used up.');
      other.limits.gate.review();
      assert.equal(second.session.state.turns.length, 0);
      day = '2026-11-22';
      other.limits.gate.review();
      await other.until(second, ({ turns }) => turns.length === 1);
    } finally {
      await other.close();
    }
  });
});

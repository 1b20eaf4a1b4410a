import assert from 'node:assert/strict';
import type { AgentListener, AgentStop } from '../../../src/host/agents/agentPort.ts';
import type { LiveSession } from '../../../src/host/live/liveSessions.ts';
import type { Usage } from '../../../src/model/controls.ts';
import { FakeAgents } from '../../support/fakeAgents.ts';
import { HostParts } from '../../support/hostParts.ts';

describe('R6.9 A budget that is used up in the middle of a turn', () => {
  let listener: AgentListener | undefined;
  let finish: (stop: AgentStop) => void = () => undefined;
  let began = 0;
  let clock = 0;
  let parts: HostParts;
  const agents = (): FakeAgents =>
    new FakeAgents((_parts, heard, signal) => {
      listener = heard;
      began += 1;
      return new Promise((resolve) => {
        finish = resolve;
        signal?.addEventListener('abort', () => resolve({ reason: 'cancelled' }));
      });
    });
  beforeEach(() => {
    began = 0;
    clock = 0;
    parts = new HostParts(agents(), { clock: () => clock });
  });
  afterEach(() => parts.close());

  const runs = async (limits: Parameters<HostParts['configure']>[0], title = 'a'): Promise<LiveSession> => {
    parts.configure(limits);
    const live = await parts.create(title, 'work');
    const before = began;
    await parts.until(live, ({ turns, agentPhase }) => turns.length === 1 && agentPhase === 'ready');
    while (began === before) await new Promise((resolve) => setImmediate(resolve));
    return live;
  };
  const tell = (usage: Usage): void => listener?.update({ type: 'usage', usage });
  const says = (text: string): void => listener?.update({ type: 'text', kind: 'message', text });
  const ended = (live: LiveSession, turns = 1): Promise<void> =>
    parts.until(live, (state) => state.turns.length >= turns && state.turns[turns - 1]?.endedAt !== undefined);
  const notices = ({ session }: LiveSession): readonly string[] =>
    session.state.turns.flatMap(({ entries }) => entries.flatMap((entry) => (entry.kind === 'notice' ? [entry.text] : [])));

  it('warns while the turn runs, stops it, and has it go on where it was when the budget is raised', async () => {
    const live = await runs({ budget: { session: { tokens: 1000 } } });
    says('I have begun.');
    tell({ totalTokens: 850 });
    await parts.until(live, () => notices(live).length === 1);
    assert.match(notices(live)[0] ?? '', /^850 tokens of 1,000 tokens used: that is 85 % of/);
    assert.equal(live.session.state.turns[0]?.endedAt, undefined);
    await live.turns.send([{ type: 'text', text: 'later' }], 'last');
    tell({ totalTokens: 1100 });
    await ended(live);
    await parts.until(live, ({ hold }) => hold !== undefined);
    const { turns, queue, hold, lifecycle } = live.session.state;
    assert.deepEqual([turns[0]?.reason, hold?.kind, lifecycle], ['cancelled', 'budget', 'open']);
    assert.match(notices(live)[1] ?? '', /is used up\. The turn was stopped; it goes on when you raise/);
    assert.equal(notices(live).length, 2);
    assert.deepEqual(
      queue.map(({ parts: [part] }) => (part?.type === 'text' ? part.text : '')),
      ['You were stopped because a budget was used up. Please continue where you left off.', 'later'],
    );
    parts.configure({ budget: { session: { tokens: 5000 } } });
    await parts.until(live, (state) => state.turns.length === 2);
    assert.equal(live.session.state.queue.length, 1);
  });

  it('lets the turn end that a person lets go on once, and one that had not begun is sent as it was', async () => {
    const live = await runs({ budget: { session: { tokens: 1000 } } });
    tell({ totalTokens: 1100 });
    await parts.until(live, ({ hold }) => hold !== undefined);
    const [part] = live.session.state.queue[0]?.parts ?? [];
    assert.equal(part?.type === 'text' && part.text, 'work');
    await parts.host.goOn(live.session.id);
    await parts.until(live, ({ turns }) => turns.length === 2);
    while (began < 2) await new Promise((resolve) => setImmediate(resolve));
    tell({ totalTokens: 9000 });
    finish({ reason: 'finished' });
    await ended(live, 2);
    assert.equal(live.session.state.turns[1]?.reason, 'finished');
  });

  it('lets it end where the settings say so', async () => {
    const live = await runs({ budget: { session: { tokens: 1000 } }, letTurnsEnd: true });
    tell({ totalTokens: 1100 });
    finish({ reason: 'finished' });
    await ended(live);
    assert.equal(live.session.state.turns[0]?.reason, 'finished');
    assert.match(notices(live)[0] ?? '', /is used up\. What you send waits/);
  });

  it('counts the minutes that turns run, of all of them for the budget of the day', async () => {
    const a = await runs({ budget: { day: { minutes: 10 } } }, 'a');
    const b = await runs({ budget: { day: { minutes: 10 } } }, 'b');
    clock = 4 * 60_000;
    parts.limits.look();
    assert.deepEqual(
      [a, b].map(({ session }) => session.state.turns[0]?.endedAt),
      [undefined, undefined],
    );
    clock = 6 * 60_000;
    parts.limits.look();
    await ended(a);
    await ended(b);
    assert.deepEqual(
      [a, b].map(({ session }) => session.state.turns[0]?.reason),
      ['cancelled', 'cancelled'],
    );
  });

  it('says once that a cost in another currency counts for none', async () => {
    const live = await runs({ budget: { session: { cost: 1 } } });
    tell({ cost: { amount: 2, currency: 'EUR' } });
    tell({ cost: { amount: 3, currency: 'EUR' } });
    finish({ reason: 'finished' });
    await ended(live);
    assert.equal(live.session.state.turns[0]?.reason, 'finished');
    assert.equal(notices(live).length, 1);
    assert.match(notices(live)[0] ?? '', /cost in EUR, and your budgets are in USD: .*sessionLoom\.budget\.currency/);
  });
});

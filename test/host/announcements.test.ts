import assert from 'node:assert/strict';
import { said } from '../support/events.ts';
import { FakeAgents } from '../support/fakeAgents.ts';
import { HostParts } from '../support/hostParts.ts';

describe('R1.13 What lists are told of a session that streams', () => {
  it('is what changed in what they show, and nothing while it only goes on', async () => {
    const parts = new HostParts(new FakeAgents());
    const told: string[] = [];
    parts.sessions.onChanged(({ changed, removed }) => told.push(...changed.map(({ title }) => title), ...removed));
    const { session } = await parts.create('One');
    const turn = session.nextTurnId();
    session.record({ type: 'turn.started', turn, prompt: [] });
    session.record(said(turn, `${turn}-1`, 'word '.repeat(200)));
    parts.sessions.announce();
    told.length = 0;
    session.record(said(turn, `${turn}-1`, 'and another '));
    parts.sessions.announce();
    assert.deepEqual(told, []);
    session.record({ type: 'session.renamed', title: 'Two', by: 'person' });
    parts.sessions.announce();
    assert.deepEqual(told, ['Two']);
    // A list that was lost is told again, although nothing is new.
    parts.sessions.indexed(session.id);
    parts.sessions.announce();
    assert.deepEqual(told, ['Two', 'Two']);
    await parts.close();
  });
});

import assert from 'node:assert/strict';
import type { Fact } from '../../../src/model/events.ts';
import { Script, readyAgent } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { useChat } from '../harness/suite.ts';

const question: Fact = {
  type: 'entry.added',
  turn: 't0',
  added: {
    id: 'q1',
    at: '',
    kind: 'permission',
    tool: 'c1',
    title: 'npm test',
    toolKind: 'execute',
    content: [],
    locations: [],
    options: [
      { id: 'yes', label: 'Run', role: 'allow-once' },
      { id: 'no', label: 'Refuse', role: 'reject-once' },
    ],
  },
};

describe('R5.1 R1.12 a tool call that was refused', function () {
  this.timeout(60_000);
  const open = useChat();

  it('says so with an icon that is no error, and names no time that it waited', async () => {
    const script = new Script();
    script.add(...readyAgent);
    script.prompt('t0', 'Run the tests');
    script.add({ type: 'tool.changed', turn: 't0', entry: 'c1', title: 'npm test', toolKind: 'execute', state: 'pending' }, question);
    // Each fact comes 400 ms after the one before: the person thinks for a while.
    for (let step = 0; step < 20; step++) script.add({ type: 'session.viewed', read: true });
    script.add({
      type: 'permission.answered',
      turn: 't0',
      entry: 'q1',
      answer: { outcome: 'chosen', optionId: 'no', label: 'Refuse', role: 'reject-once', by: 'Window 1', at: '' },
    });
    script.add({ type: 'tool.changed', turn: 't0', entry: 'c1', state: 'failed' });
    script.finish('t0');
    const chat = await open(script.state);
    const head = chat.page.locator('article[data-entry=c1] .tool-head');
    assert.equal(await head.getByRole('img').getAttribute('aria-label'), 'Refused');
    assert.equal(await head.locator('.codicon-error').count(), 0);
    assert.equal(await head.locator('.codicon-circle-slash').count(), 1);
    assert.equal(await head.locator('.took').count(), 0);
    assert.deepEqual(await findings(chat), []);
  });
});

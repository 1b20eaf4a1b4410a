import assert from 'node:assert/strict';
import { earlierText } from '../../src/model/earlier.ts';
import type { Fact } from '../../src/model/events.ts';
import { ended, prompt, said, stateOf } from '../support/events.ts';

const edited: Fact = {
  type: 'tool.changed',
  turn: 't0',
  entry: 't0-1',
  title: 'Edit greeting.txt',
  toolKind: 'edit',
  state: 'completed',
  input: { text: 'greeting.txt' },
  content: [
    { type: 'diff', diff: { path: '/w/greeting.txt', after: { text: 'hello' }, added: 1, removed: 0 } },
    { type: 'text', text: { text: `start ${'x'.repeat(2000)} end` } },
  ],
};
const plan: Fact = {
  type: 'plan.changed',
  turn: 't0',
  entry: 't0-2',
  items: [
    { text: 'write', priority: 'medium', state: 'completed' },
    { text: 'test', priority: 'medium', state: 'pending' },
  ],
};
const switched: Fact = { type: 'agent.switched', agent: 'next', agentName: 'Next', by: 'window' };

describe('R5.4 What an agent is told that takes a session over', () => {
  const work = [prompt('t0', 'make a greeting'), edited, plan, said('t0', 't0-3', 'Done.'), ended('t0')];

  it('has what was said, what each tool did in short, the files, the plan, and whose session it was', () => {
    const text = earlierText(stateOf(...work, switched, prompt('t1', 'now')), 100_000);
    assert.match(text, /until now it was with the agent “built-in”; you take it over/i);
    assert.match(text, /## Turn 1 \(with built-in\)/);
    assert.match(text, /User: make a greeting/);
    assert.match(
      text,
      /Tool: Edit greeting\.txt \(completed\)\n {2}input: greeting\.txt\n {2}result: changed \/w\/greeting\.txt \(\+1 −0\)/,
    );
    assert.match(text, /result: start x+ … x+ end/);
    assert.match(text, /Assistant: Done\./);
    assert.match(text, /## Files that this session changed\n- \/w\/greeting\.txt \(\+1 −0, created\)/);
    assert.match(text, /- \[x\] write\n- \[ \] test/);
    assert.doesNotMatch(text, /now$/);
    assert.ok(text.length < 4000, 'a long output is cut');
  });

  it('is nothing before the first turn, and does not speak of another agent where there was none', () => {
    assert.equal(earlierText(stateOf(prompt('t0')), 1000), '');
    assert.doesNotMatch(earlierText(stateOf(...work, prompt('t1')), 100_000), /take it over/);
  });

  it('keeps the newest turns whole within its length, tells older ones in short, and says how many are left out', () => {
    const turns = Array.from({ length: 40 }, (_, index) => [
      prompt(`t${index}`, `question ${index}`),
      said(`t${index}`, `t${index}-0`, `beginning ${index} ${'y'.repeat(3000)} ending ${index}`),
      ended(`t${index}`),
    ]);
    const text = earlierText(stateOf(...turns.flat(), prompt('last')), 20_000);
    assert.ok(text.length <= 20_000, String(text.length));
    assert.match(text, /ending 39/);
    assert.match(text, /ending 38/);
    assert.doesNotMatch(text, /ending 30\b/);
    assert.match(text, /question 33/);
    assert.match(text, /\(\d+ earlier turns are left out here\.\)/);
    const short = earlierText(stateOf(...turns.flat(), prompt('last')), 1500);
    assert.ok(short.length <= 1500, String(short.length));
    assert.match(short, /ending 39/);
  });
});

describe('R5.1 A session that was given to another agent', () => {
  it('has forgotten what the agent before offered, and remembers who did what', () => {
    const before = [
      { type: 'agent.changed', phase: 'ready', version: '1.2', acpSessionId: 'a-1', accepts: { image: true, embedded: true } },
      { type: 'controls.changed', controls: { commands: [{ name: 'help', description: '' }], pickers: [] } },
      { type: 'usage.changed', usage: { totalTokens: 10, contextUsed: 5, contextSize: 100 } },
    ] as const satisfies readonly Fact[];
    const state = stateOf(...before, prompt('t0'), ended('t0'), switched, prompt('t1'), ended('t1'), {
      ...switched,
      agent: 'third',
      agentName: 'Third',
    });
    assert.deepEqual([state.agent, state.agentName, state.acpSessionId, state.agentPhase], ['third', 'Third', undefined, 'none']);
    assert.deepEqual(state.controls.commands, []);
    assert.deepEqual(state.usage, { totalTokens: 10 });
    assert.deepEqual(
      state.turns.map(({ madeBy }) => madeBy),
      [
        { agent: 'built-in', name: 'built-in', version: '1.2' },
        { agent: 'next', name: 'Next' },
      ],
    );
  });
});

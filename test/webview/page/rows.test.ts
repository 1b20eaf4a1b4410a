import assert from 'node:assert/strict';
import { windowOf } from '../../../src/model/window.ts';
import { RowModel } from '../../../src/webview/page/rows.ts';
import { Script } from '../harness/conversation.ts';
import { sampleScript } from '../harness/sample.ts';

const nothing: ReadonlySet<string> = new Set();

describe('R6.13 rows of a conversation', () => {
  it('are a prompt, a row for each block of an answer and for each other entry, and an end', () => {
    const script = new Script();
    script.turn('t1', 'Hello', 'one\n\ntwo');
    assert.deepEqual(
      new RowModel().rows(script.state.turns, nothing).map((row) => `${row.kind} ${row.key}`),
      ['prompt t1', 'block t1-a#0', 'block t1-a#1', 'end t1#end'],
    );
  });

  it('keep their objects while an answer grows', () => {
    const script = sampleScript();
    const model = new RowModel();
    const before = model.rows(script.state.turns, nothing);
    script.prompt('t9', 'More');
    script.add({ type: 'text.added', turn: 't9', entry: 'e9', kind: 'message', text: 'one\n\ntwo\n\nthree' });
    const during = model.rows(script.state.turns, nothing);
    before.forEach((row, index) => assert.equal(during[index], row));
    script.add({ type: 'text.added', turn: 't9', entry: 'e9', kind: 'message', text: ' and a half' });
    const after = model.rows(script.state.turns, nothing);
    assert.deepEqual(
      after.flatMap((row, index) => (row === during[index] ? [] : [row.key])),
      ['e9#2'],
    );
  });

  it('stay as they are when the turn is sealed with what was streamed', () => {
    const script = sampleScript();
    const model = new RowModel();
    const before = model.rows(script.state.turns, nothing);
    const turn = script.state.turns.at(-1);
    assert.ok(turn !== undefined);
    script.add({ type: 'turn.sealed', turn: turn.id, entries: structuredClone(turn.entries) });
    const after = model.rows(script.state.turns, nothing);
    assert.deepEqual(
      after.map((row) => row.key),
      before.map((row) => row.key),
    );
    assert.equal(after.at(-1), before.at(-1));
  });

  it('fold a thought until it is opened', () => {
    const script = sampleScript();
    const of = (open: ReadonlySet<string>): string[] =>
      new RowModel()
        .rows(script.state.turns, open)
        .filter((row) => row.group === 'th1')
        .map((row) => row.key);
    assert.deepEqual(of(nothing), ['th1']);
    assert.deepEqual(of(new Set(['th1'])), ['th1', 'th1#0', 'th1#1']);
  });

  it('leave out the prompt of a turn that is cut at its head, so that earlier rows are only ever put before all others', () => {
    const script = sampleScript();
    const first = new RowModel().rows(windowOf(script.state, 6).turns, nothing)[0];
    assert.notEqual(first?.kind, 'prompt');
  });

  it('give every row a key of its own', () => {
    const keys = new RowModel().rows(sampleScript().state.turns, new Set(['th1'])).map((row) => row.key);
    assert.equal(new Set(keys).size, keys.length);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LastLines } from '../../../src/host/agents/lastLines.ts';
import type { Line } from '../../../src/host/agents/lines.ts';
import { LineSplitter } from '../../../src/host/agents/lines.ts';
import { lostMessage } from '../../../src/host/agents/lostMessage.ts';

function split(chunks: readonly (string | Uint8Array)[], limit = 100): Line[] {
  const splitter = new LineSplitter(limit);
  const lines = chunks.flatMap((chunk) => [...splitter.push(Buffer.from(chunk))]);
  return [...lines, ...splitter.end()];
}

const line = (text: string): Line => ({ type: 'line', text });

describe('R6.14 the lines of an agent', () => {
  it('are the same however the pipe cuts them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 })), fc.array(fc.nat(60)), (texts, cuts) => {
        const lines = texts.map((text) => text.replaceAll('\n', ' '));
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (const cut of cuts) chunks.push(bytes.subarray(at, (at += cut)));
        chunks.push(bytes.subarray(at));
        assert.deepEqual(split(chunks, 10_000), lines.map(line));
      }),
    );
  });

  it('may end without a newline', () => {
    assert.deepEqual(split(['a\nb']), [line('a'), line('b')]);
    assert.deepEqual(split(['a\n']), [line('a')]);
    assert.deepEqual(split([]), []);
  });

  it('over the limit are dropped, with their beginning and length, and the next one is read', () => {
    const long = 'x'.repeat(101);
    assert.deepEqual(split(['a\n', long.slice(0, 50), long.slice(50), 'yz\nb\n']), [
      line('a'),
      { type: 'dropped', head: long, tail: `${long}yz`, bytes: 103 },
      line('b'),
    ]);
    assert.deepEqual(split([`${'x'.repeat(100)}\n`]), [line('x'.repeat(100))]);
    assert.deepEqual(split([long]), [{ type: 'dropped', head: long, tail: long, bytes: 101 }]);
    const text = Array.from({ length: 3000 }, (_, index) => `${String(index % 100)} `.padStart(3)).join('');
    const pieces = text.match(/.{1,777}/g) ?? [];
    const [dropped] = split([...pieces, '\n'], 5000);
    assert.deepEqual(dropped, { type: 'dropped', head: text.slice(0, 4096), tail: text.slice(-4096), bytes: 9000 });
  });

  it('that are no UTF-8 are read with replacement characters', () => {
    assert.deepEqual(split([new Uint8Array([0x61, 0xff, 0x62, 0x0a])]), [line('a\ufffdb')]);
  });
});

describe('R6.14 a message of an agent that was too long', () => {
  const long = 'x'.repeat(9000);
  const check = (text: string, expected: ReturnType<typeof lostMessage>): void =>
    assert.deepEqual(lostMessage(text.slice(0, 4096), text.slice(-4096)), expected, text.slice(0, 80));

  it('is told by its ends: whose answer it was, or who wants one', () => {
    const result = { stopReason: 'end_turn', text: long };
    check(JSON.stringify({ jsonrpc: '2.0', id: 7, result }), { kind: 'answer', id: 7 });
    check(JSON.stringify({ jsonrpc: '2.0', result, id: 'a"b' }), { kind: 'answer', id: 'a"b' });
    check(` {"error" : {"data":["${long}"]} , "id" : 8, "jsonrpc":"2.0" } \r`, { kind: 'answer', id: 8 });
    check(JSON.stringify({ extra: { deep: [1, '}]"', {}] }, result, id: 9 }), { kind: 'answer', id: 9 });
    check(JSON.stringify({ id: 1, method: 'fs/write_text_file', params: { content: long } }), { kind: 'request', id: 1 });
    check(JSON.stringify({ params: { content: long }, method: 'fs/write_text_file', id: 2 }), { kind: 'request', id: 2 });
    check(JSON.stringify({ jsonrpc: '2.0', method: 'session/update', params: { text: long } }), { kind: 'other', id: undefined });
    check(JSON.stringify({ result, jsonrpc: '2.0' }), { kind: 'answer', id: undefined });
  });

  it('is not told by what stands in its texts, or deeper in it', () => {
    const posing = `{"jsonrpc":"2.0","id":1,"result":{}} ,"id":2} ${long} ,"id":3`;
    check(JSON.stringify({ result: { text: posing, id: 4 } }), { kind: 'answer', id: undefined });
    check(JSON.stringify({ result: [posing] }), { kind: 'answer', id: undefined });
    check(JSON.stringify({ method: 'session/update', params: { id: 5, text: posing } }), { kind: 'other', id: undefined });
    check(JSON.stringify({ id: { deep: 1 }, result: posing }), { kind: 'answer', id: undefined });
    for (const text of [long, `${long}}`, `[${JSON.stringify(posing)}]`, '{', `{"id":${long}`, `{"${long}`])
      check(text, { kind: 'other', id: undefined });
  });
});

describe('R6.14 the error output of an agent', () => {
  it('is kept by its last lines, without colours and empty lines', () => {
    const told: string[] = [];
    const lines = new LastLines(2, (text) => told.push(text));
    lines.push('one\n\n\u001b[31mtwo\u001b[0m\r\nth');
    lines.push('ree\n\u001b]0;title\u0007four\nfi');
    assert.deepEqual(lines.lines, ['three', 'four', 'fi']);
    assert.deepEqual(told, ['one', 'two', 'three', 'four']);
  });

  it('is bounded however long a line is', () => {
    const lines = new LastLines(2, () => undefined);
    for (let count = 0; count < 100; count++) lines.push('x'.repeat(100_000));
    assert.deepEqual(lines.lines, ['x'.repeat(500)]);
    lines.push('\nnext');
    assert.deepEqual(lines.lines, ['x'.repeat(500), 'next']);
  });
});

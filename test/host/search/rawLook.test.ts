import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rawLook } from '../../../src/host/search/rawLook.ts';
import { encodeRecords } from '../../../src/host/journal/frame.ts';
import { findText } from '../../../src/model/find.ts';
import type { Fact, SessionEvent } from '../../../src/model/events.ts';
import type { PromptPart } from '../../../src/model/content.ts';
import { reduce } from '../../../src/model/reduce.ts';
import { emptySession } from '../../../src/model/session.ts';

const at = '2026-11-01T10:00:00.000Z';
const said = (text: string): Fact => ({ type: 'text.added', turn: 't1', entry: 'e1', kind: 'message', text });
const started = (...prompt: readonly PromptPart[]): Fact => ({ type: 'turn.started', turn: 't1', prompt: [...prompt] });
const sealed = (text: string): Fact => ({ type: 'turn.sealed', turn: 't1', entries: [{ id: 'e1', at, kind: 'message', text }] });
const asked = started({ type: 'text', text: 'Please' });

function eventsOf(facts: readonly Fact[]): readonly SessionEvent[] {
  return facts.map((fact, index) => ({ epoch: 1, seq: index + 1, at, fact }));
}

/** What the look says of a journal that comes in stretches of so many records. */
function looked(query: string, facts: readonly Fact[], stretch = 100): boolean {
  const look = rawLook(query);
  const events = eventsOf(facts);
  for (let index = 0; index < events.length; index += stretch) look.take(encodeRecords(events.slice(index, index + stretch)));
  return look.mayHold;
}

describe('R2.4 R1.4 The first look at a journal', () => {
  for (const [what, query, facts, expected] of [
    ['a word in an answer', 'login', [asked, sealed('The LOGIN works.')], true],
    ['a word that nobody said', 'logout', [asked, sealed('The login works.')], false],
    ['a text whose words are there, but apart', 'works login', [asked, sealed('The login works.')], false],
    ['quotation marks, backslashes and tabs', 'say "a\\b"\tnow', [asked, sealed('They say "A\\b"\tnow.')], true],
    ['letters beyond English', 'GRÖSSE Ωμέγα', [asked, sealed('Die größe: grösse ωΜέγα')], true],
    ['letters beyond English that nobody wrote', 'Übung', [asked, sealed('Die Größe')], false],
    [
      'a mention, which is shown with an @',
      'look at @a.ts',
      [started({ type: 'text', text: 'look at' }, { type: 'file', path: '/a.ts', name: 'a.ts' })],
      true,
    ],
    ['a word that two pieces of a stream share', 'interrupted', [asked, said('It was inter'), said('rupted here')], true],
    ['pieces that a seal has made whole', 'interrupted', [asked, said('It was'), said(' well'), sealed('It was well')], false],
    ['pieces that came after the seal', 'interrupted', [asked, sealed('It was well'), said('inter'), said('rupted')], true],
  ] as const) {
    it(`${expected ? 'lets through' : 'turns away'} ${what}`, () => {
      assert.equal(looked(query, facts), expected);
      assert.equal(looked(query, facts, 1), expected);
    });
  }

  it('never turns away a session in which find finds something', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'B', ' ', '"', '\\', '\n', 'é', 'É', '@', '[', 'ß', '😀', '/', '\u0007'),
      maxLength: 12,
    });
    const part = fc.oneof(
      text.map((each): PromptPart => ({ type: 'text', text: each })),
      text.map((name): PromptPart => ({ type: 'file', path: '/x', name })),
      text.map((name): PromptPart => ({ type: 'attachment', name, content: { text: '' } })),
    );
    const answer = fc.tuple(fc.array(text, { maxLength: 3 }), fc.boolean());
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 3 }),
        answer,
        fc.array(text, { minLength: 1, maxLength: 2 }),
        (parts, [pieces, isSealed], words) => {
          const query = words.join('');
          if (query === '') return;
          const facts = [started(...parts), ...pieces.map(said), ...(isSealed ? [sealed(pieces.join(''))] : [])];
          const state = eventsOf(facts).reduce(reduce, emptySession);
          if (findText(state, query).length > 0) assert.ok(looked(query, facts), JSON.stringify({ query, facts }));
        },
      ),
      { numRuns: 3000 },
    );
  });
});

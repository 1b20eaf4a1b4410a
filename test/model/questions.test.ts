import assert from 'node:assert/strict';
import type { Fact } from '../../src/model/events.ts';
import type { QuestionField, QuestionValues } from '../../src/model/questions.ts';
import { defaultValues, problemsIn } from '../../src/model/questions.ts';
import { statusOf } from '../../src/model/status.ts';
import { questionMarkdown } from '../../src/model/transcript/question.ts';
import { created, ended, prompt, stateOf } from '../support/events.ts';

const text = (more: Partial<Extract<QuestionField, { type: 'text' }>> = {}): QuestionField => ({
  type: 'text',
  name: 'x',
  label: 'X',
  required: false,
  ...more,
});
const options = ['a', 'b', 'c'].map((id) => ({ id, label: id.toUpperCase() }));
const choices = (more: object): QuestionField => ({ type: 'choices', name: 'x', label: 'X', required: false, options, ...more });
const whole: QuestionField = { type: 'number', name: 'x', label: 'X', required: false, isWhole: true, minimum: 1, maximum: 9 };

describe('R1.12 A form of an agent', () => {
  const check = (field: QuestionField, value: QuestionValues[string] | undefined, expected: string | undefined): void =>
    assert.equal(problemsIn([field], value === undefined ? {} : { x: value })['x'], expected, `${JSON.stringify(field)} ${String(value)}`);

  it('says of each field what is wrong with it, and takes what fits', () => {
    check(text(), undefined, undefined);
    check(text({ required: true }), undefined, 'This is needed.');
    check(text({ minLength: 2 }), '😀', 'This needs at least 2 letters.');
    check(text({ maxLength: 1 }), '😀', undefined);
    check(text({ maxLength: 1 }), 'ab', 'This may have at most 1 letters.');
    check(text({ format: 'email' }), 'ada', 'This must be an address such as ada@example.org.');
    check(text({ format: 'date' }), '2026-01-31', undefined);
    check(text({ pattern: '^[a-z]+$' }), 'A1', 'This must look like ^[a-z]+$.');
    check(whole, 0, 'This must be at least 1.');
    check(whole, 1.5, 'This must be a whole number.');
    check(whole, 9, undefined);
    check(whole, '9', 'This must be a number.');
    check({ type: 'choice', name: 'x', label: 'X', required: true, options }, 'd', 'This is none of the choices.');
    check(choices({ minItems: 2 }), ['a'], 'At least 2 are needed.');
    check(choices({ maxItems: 1 }), ['a', 'b'], 'At most 1 can be chosen.');
    check(choices({}), ['a', 'z'], 'This is none of the choices.');
    check({ type: 'switch', name: 'x', label: 'X', required: true }, false, undefined);
  });

  it('leaves an expression that could take for ever, or is broken, to the agent', () => {
    check(text({ pattern: '^(a+)+$' }), `${'a'.repeat(40)}!`, undefined);
    check(text({ pattern: '[' }), 'a', undefined);
  });

  it('begins with what the agent proposes', () => {
    assert.deepEqual(defaultValues([text({ default: 'red' }), whole]), { x: 'red' });
  });

  const asked: Fact = {
    type: 'entry.added',
    turn: 't0',
    added: {
      id: 't0-1',
      at: '',
      kind: 'question',
      title: 'Which colour?',
      fields: [{ type: 'choice', name: 'x', label: 'Colour', required: true, options }],
    },
  };
  const answer = { outcome: 'answered', values: { x: 'b' }, by: 'window', at: '2026-01-01T10:00:00.000Z' } as const;
  const answered: Fact = { type: 'question.answered', turn: 't0', entry: 't0-1', answer };

  it('waits for a person until it is answered, and the first answer counts', () => {
    const open = stateOf(created, prompt('t0'), asked);
    assert.equal(open.counts.waiting, 1);
    assert.deepEqual(statusOf(open), { status: 'waiting', reason: 'Which colour?' });
    const later: Fact = { ...answered, answer: { ...answer, outcome: 'declined', by: 'late' } };
    const done = stateOf(created, prompt('t0'), asked, answered, later);
    assert.equal(done.counts.waiting, 0);
    const [entry] = done.turns[0]?.entries ?? [];
    assert.deepEqual(entry?.kind === 'question' && entry.answer, answer);
    assert.ok(entry?.kind === 'question');
    assert.match(questionMarkdown(entry), /Colour: B\n\n\*\*Answered\*\*, by window/);
  });

  it('is withdrawn when its turn ends', () => {
    const [entry] = stateOf(created, prompt('t0'), asked, ended('t0')).turns[0]?.entries ?? [];
    assert.equal(entry?.kind === 'question' && entry.answer?.outcome, 'cancelled');
  });
});

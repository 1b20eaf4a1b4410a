import assert from 'node:assert/strict';
import type { AgentQuestion } from '../../../src/host/agents/agentPort.ts';
import { questionOf } from '../../../src/host/agents/parseQuestion.ts';

describe('R6.14 what an agent asks with a form', () => {
  const check = (params: object, expected: Partial<AgentQuestion> | undefined): void =>
    assert.deepEqual(questionOf(params as Record<string, unknown>), expected);
  const form = (properties: object, more: object = {}): object => ({
    mode: 'form',
    message: 'Q',
    requestedSchema: { type: 'object', properties, ...more },
  });
  const plain = (name: string): object => ({ name, label: name, required: false });

  it('is read field by field, with what is proposed and what is demanded', () => {
    check(
      form(
        {
          name: { type: 'string', title: 'Name', description: 'Of the thing', minLength: 1, default: 'x', format: 'email' },
          size: { type: 'integer', minimum: 1, maximum: 5, default: 2 },
          on: { type: 'boolean', default: true },
          one: { type: 'string', enum: ['a', 'b'], enumNames: ['A', 'B'] },
          titled: { type: 'string', oneOf: [{ const: 'a', title: 'A', description: 'first' }] },
          many: { type: 'array', items: { anyOf: [{ const: 'a', title: 'A' }] }, minItems: 1, default: ['a'] },
          plainMany: { type: 'array', items: { type: 'string', enum: ['a', 'a'] } },
        },
        { required: ['name'] },
      ),
      {
        title: 'Q',
        fields: [
          {
            ...plain('name'),
            label: 'Name',
            description: 'Of the thing',
            required: true,
            type: 'text',
            default: 'x',
            minLength: 1,
            format: 'email',
          },
          { ...plain('size'), type: 'number', isWhole: true, default: 2, minimum: 1, maximum: 5 },
          { ...plain('on'), type: 'switch', default: true },
          {
            ...plain('one'),
            type: 'choice',
            options: [
              { id: 'a', label: 'A' },
              { id: 'b', label: 'B' },
            ],
          },
          { ...plain('titled'), type: 'choice', options: [{ id: 'a', label: 'A', description: 'first' }] },
          { ...plain('many'), type: 'choices', options: [{ id: 'a', label: 'A' }], default: ['a'], minItems: 1 },
          { ...plain('plainMany'), type: 'choices', options: [{ id: 'a', label: 'a' }] },
        ] as never,
      },
    );
  });

  it('is asked as text where the type is unknown, and left out where it is no field', () => {
    check(form({ odd: { type: 'colour' }, broken: 7 }), { title: 'Q', fields: [{ ...plain('odd'), type: 'text' }] as never });
  });

  it('can be an address of the web, and no other', () => {
    check(
      { mode: 'url', message: 'Go', url: 'https://example.org/a', toolCallId: 'c' },
      { title: 'Go', callId: 'c', fields: [], url: 'https://example.org/a' },
    );
    check({ mode: 'url', message: 'Go', url: 'file:///etc/passwd' }, undefined);
    check({ mode: 'smell', message: 'Go' }, undefined);
  });
});

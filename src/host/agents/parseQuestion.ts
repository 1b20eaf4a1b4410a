import type { QuestionField } from '../../model/questions.ts';
import type { AgentQuestion } from './agentPort.ts';
import type { Fields } from './fields.ts';
import { cut, fieldsOf, listOf, textOf, wordsOf } from './fields.ts';

const longestTitle = 4000;
const longestLabel = 300;
const longestDescription = 2000;
const mostFields = 100;
const mostOptions = 500;

/** Reads the parameters of an `elicitation/create`; undefined for a mode that nobody knows, or without anything to be answered. */
export function questionOf(params: Fields): AgentQuestion | undefined {
  const title = cut(wordsOf(params['message'])?.trim() ?? 'The agent asks.', longestTitle);
  const callId = wordsOf(params['toolCallId']);
  const common = { title, ...(callId === undefined ? {} : { callId }) };
  if (params['mode'] === 'url') {
    const url = wordsOf(params['url']);
    return url === undefined || !/^https?:\/\//i.test(url) ? undefined : { ...common, fields: [], url: cut(url, 8000) };
  }
  const schema = fieldsOf(params['requestedSchema']);
  if (schema === undefined || (params['mode'] !== undefined && params['mode'] !== 'form')) return undefined;
  const required = new Set(listOf(schema['required']));
  const fields = Object.entries(fieldsOf(schema['properties']) ?? {})
    .slice(0, mostFields)
    .flatMap(([name, value]) => fieldOf(name, fieldsOf(value), required.has(name)));
  const description = wordsOf(schema['description']) ?? wordsOf(schema['title']);
  return { ...common, fields, ...(description === undefined ? {} : { description: cut(description, longestDescription) }) };
}

function fieldOf(name: string, raw: Fields | undefined, required: boolean): QuestionField[] {
  if (raw === undefined) return [];
  const description = wordsOf(raw['description']);
  const common = {
    name,
    label: cut(wordsOf(raw['title']) ?? name, longestLabel),
    required,
    ...(description === undefined ? {} : { description: cut(description, longestDescription) }),
  };
  switch (raw['type']) {
    case 'boolean':
      return [{ ...common, type: 'switch', ...given('default', typeof raw['default'] === 'boolean' ? raw['default'] : undefined) }];
    case 'number':
    case 'integer':
      return [
        {
          ...common,
          type: 'number',
          isWhole: raw['type'] === 'integer',
          ...given('default', numberOf(raw['default'])),
          ...given('minimum', numberOf(raw['minimum'])),
          ...given('maximum', numberOf(raw['maximum'])),
        },
      ];
    case 'array': {
      const items = fieldsOf(raw['items']);
      const options = optionsOf(items?.['anyOf'] ?? items?.['oneOf'] ?? items?.['enum']);
      const chosen = Array.isArray(raw['default']) ? listOf(raw['default']).filter((each) => typeof each === 'string') : undefined;
      return [
        {
          ...common,
          type: 'choices',
          options,
          ...given('default', chosen),
          ...given('minItems', numberOf(raw['minItems'])),
          ...given('maxItems', numberOf(raw['maxItems'])),
        },
      ];
    }
    default:
      // A type that nobody knows is asked for as text: better than an agent that never gets an answer.
      return [textField(common, raw)];
  }
}

function textField(common: Pick<QuestionField, 'name' | 'label' | 'description' | 'required'>, raw: Fields): QuestionField {
  const options = optionsOf(raw['oneOf'] ?? raw['enum'], raw['enumNames']);
  const preset = textOf(raw['default']);
  if (options.length > 0) return { ...common, type: 'choice', options, ...given('default', preset) };
  const format = raw['format'];
  const isKnown = format === 'email' || format === 'uri' || format === 'date' || format === 'date-time';
  return {
    ...common,
    type: 'text',
    ...given('default', preset),
    ...given('minLength', numberOf(raw['minLength'])),
    ...given('maxLength', numberOf(raw['maxLength'])),
    ...given('pattern', wordsOf(raw['pattern'])),
    ...given('format', isKnown ? format : undefined),
  };
}

/** Choices are texts, or objects with `const` and `title`; `names` are the labels of a list of texts. */
function optionsOf(value: unknown, names?: unknown): { id: string; label: string; description?: string }[] {
  const labels = listOf(names);
  const seen = new Set<string>();
  return listOf(value)
    .slice(0, mostOptions)
    .flatMap((item, index) => {
      const fields = fieldsOf(item);
      const id = textOf(item) ?? textOf(fields?.['const']);
      if (id === undefined || seen.has(id)) return [];
      seen.add(id);
      const description = wordsOf(fields?.['description']);
      const label = wordsOf(fields?.['title']) ?? wordsOf(labels[index]) ?? id;
      return [
        {
          id,
          label: cut(label, longestLabel),
          ...(description === undefined ? {} : { description: cut(description, longestDescription) }),
        },
      ];
    });
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function given<Name extends string, const Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]?: Value });
}

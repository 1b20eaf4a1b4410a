import type { PlanItem } from '../../model/entries.ts';
import type { AgentUpdate } from './agentPort.ts';
import { cut, fieldsOf, listOf, textOf, wordsOf } from './fields.ts';
import { stateOf } from './parseTool.ts';

const longestItem = 4000;
const longestText = 32_000;
const mostItems = 1000;

/** Reads one entry of a plan; none where it says nothing. */
export function planItem(value: unknown): PlanItem[] {
  const raw = fieldsOf(value);
  const text = wordsOf(raw?.['content']);
  if (text === undefined) return [];
  const priority = raw?.['priority'];
  return [
    {
      text: cut(text, longestItem),
      priority: priority === 'high' || priority === 'low' ? priority : 'medium',
      state: stateOf(raw?.['status']) ?? 'pending',
    },
  ];
}

/** Reads the `plan` of a `plan_update` (unstable): a list of entries, a text in markdown, or a file; undefined for what is none of them. */
export function planOf(value: unknown): Extract<AgentUpdate, { type: 'plan' }> | undefined {
  const raw = fieldsOf(value);
  const plan = wordsOf(raw?.['planId']);
  if (raw === undefined || plan === undefined) return undefined;
  switch (raw['type']) {
    case 'items':
      return Array.isArray(raw['entries'])
        ? { type: 'plan', plan, items: listOf(raw['entries']).slice(0, mostItems).flatMap(planItem) }
        : undefined;
    case 'markdown': {
      const text = textOf(raw['content']);
      return text === undefined ? undefined : { type: 'plan', plan, ...inMarkdown(text) };
    }
    case 'file': {
      const uri = wordsOf(raw['uri']);
      return uri === undefined ? undefined : { type: 'plan', plan, items: [], text: `The plan is in ${cut(uri, longestItem)}` };
    }
    default:
      return undefined;
  }
}

/** Boxes to be ticked are the plan's entries, with what is written around them left as text; a text without any is shown as it is. */
function inMarkdown(text: string): Pick<Extract<AgentUpdate, { type: 'plan' }>, 'items' | 'text'> {
  const items: PlanItem[] = [];
  const rest: string[] = [];
  for (const line of text.slice(0, longestText).split('\n')) {
    const [, mark = '', said = ''] = /^\s*(?:[-*+]|\d+[.)]) \[([ xX~-])\]\s+(.+)$/.exec(line) ?? [];
    if (said === '' || items.length >= mostItems) rest.push(line);
    else items.push({ text: cut(said, longestItem), priority: 'medium', state: marks[mark] ?? 'pending' });
  }
  const around = rest.join('\n').trim();
  return { items, ...(around === '' ? {} : { text: around }) };
}

const marks: Readonly<Record<string, PlanItem['state']>> = { x: 'completed', X: 'completed', '~': 'running', '-': 'cancelled' };

import type { Entry, PermissionEntry, QuestionEntry, ToolEntry } from './entries.ts';
import type { Fact } from './events.ts';
import type { TaskState } from './states.ts';
import { isTerminal, transition } from './states.ts';
import { stateAfterAnswer, withAnswer, withoutWait } from './toolCall.ts';

type EntryFact = Extract<
  Fact,
  { type: 'text.added' | 'tool.changed' | 'output.added' | 'plan.changed' | 'entry.added' | 'permission.answered' | 'question.answered' }
>;

/** The entries of a turn after a fact about one of them. The list that is passed in stays as it is. */
export function reduceEntries(entries: readonly Entry[], fact: EntryFact, at: string): readonly Entry[] {
  const id = fact.type === 'entry.added' ? fact.added.id : fact.entry;
  const index = lastIndexOf(entries, id);
  const old = index === -1 ? undefined : entries[index];
  const next = changed(old, fact, at);
  if (next === undefined || next === old) return entries;
  if (index === -1) return [...entries, next];
  const copy = entries.slice();
  copy[index] = next;
  if (fact.type === 'permission.answered') return withAnswer(copy, id, at);
  const ends = fact.type === 'tool.changed' && fact.state !== undefined && isTerminal(fact.state);
  return ends ? withoutWait(copy, id, at) : copy;
}

/** The entry is nearly always among the last ones, so the search begins there. */
function lastIndexOf(entries: readonly Entry[], id: string): number {
  for (let index = entries.length - 1; index >= 0; index--) if (entries[index]?.id === id) return index;
  return -1;
}

function changed(old: Entry | undefined, fact: EntryFact, at: string): Entry | undefined {
  switch (fact.type) {
    case 'entry.added':
      // The journal's time counts: whoever made the entry has no clock.
      return old ?? { ...fact.added, at };
    case 'text.added':
      if (old === undefined) return { id: fact.entry, at, kind: fact.kind, text: fact.text };
      return old.kind === fact.kind ? { ...old, text: old.text + fact.text } : old;
    case 'plan.changed':
      if (old !== undefined && old.kind !== 'plan') return old;
      return {
        id: fact.entry,
        at: old?.at ?? at,
        kind: 'plan',
        items: fact.items,
        ...(fact.text === undefined ? {} : { text: fact.text }),
        ...(fact.removed === true ? { removed: true } : {}),
      };
    case 'permission.answered':
      // The first answer counts: a second window that answers later changes nothing.
      return old?.kind === 'permission' && old.answer === undefined ? { ...old, answer: fact.answer } : old;
    case 'question.answered':
      return old?.kind === 'question' && old.answer === undefined ? { ...old, answer: fact.answer } : old;
    case 'output.added':
      return old?.kind === 'tool' ? withOutput(old, fact.index, fact.text) : old;
    case 'tool.changed':
      return old === undefined || old.kind === 'tool' ? changedTool(old, fact, at) : old;
  }
}

function withOutput(tool: ToolEntry, index: number, text: string): ToolEntry {
  const part = tool.content[index];
  if (part?.type !== 'text' || part.text.blob !== undefined) return tool;
  const content = tool.content.slice();
  content[index] = { ...part, text: { text: part.text.text + text } };
  return { ...tool, content };
}

function changedTool(old: ToolEntry | undefined, fact: Extract<Fact, { type: 'tool.changed' }>, at: string): ToolEntry {
  const before: ToolEntry = old ?? {
    id: fact.entry,
    at,
    kind: 'tool',
    title: '',
    toolKind: 'other',
    state: 'pending',
    content: [],
    locations: [],
  };
  const state = fact.state === undefined ? before.state : transition(before.state, stateAfterAnswer(before, fact.state));
  const begins = old !== undefined && waits(before.state) && (state === 'running' || state === 'processing');
  const input = fact.input ?? before.input;
  const wrote = fact.wrote ?? before.wrote;
  const endedAt = isTerminal(state) ? (before.endedAt ?? at) : undefined;
  return {
    ...before,
    title: fact.title ?? before.title,
    toolKind: fact.toolKind ?? before.toolKind,
    state,
    content: fact.content ?? before.content,
    locations: fact.locations ?? before.locations,
    ...(input === undefined ? {} : { input }),
    ...(wrote === undefined ? {} : { wrote }),
    ...(begins ? { startedAt: at } : {}),
    ...(endedAt === undefined ? {} : { endedAt }),
  };
}

function waits(state: TaskState): boolean {
  return state === 'pending' || state === 'queued';
}

/** Closes what a turn left open: calls end with the turn, and questions that nobody answered are withdrawn. */
export function settleEntries(entries: readonly Entry[], outcome: 'completed' | 'cancelled' | 'failed', at: string): readonly Entry[] {
  if (!entries.some(isOpen)) return entries;
  const asked = new Set(entries.flatMap((entry) => (entry.kind === 'permission' && isOpen(entry) ? (entry.tool ?? []) : [])));
  return entries.map((entry) => {
    if (!isOpen(entry)) return entry;
    if (entry.kind === 'tool') {
      // What waited for an answer, or was refused, has not run, however its turn ended.
      const hasRun = !asked.has(entry.id) && entry.refused !== true;
      const state = transition(entry.state, hasRun ? outcome : 'cancelled');
      return { ...entry, state, endedAt: at, ...(asked.has(entry.id) ? { startedAt: at } : {}) };
    }
    if (entry.kind === 'permission') return { ...entry, answer: { outcome: 'cancelled', label: 'Withdrawn', by: 'host', at } };
    if (entry.kind === 'question') return { ...entry, answer: { outcome: 'cancelled', by: 'host', at } };
    return entry;
  });
}

/** A tool call that has not ended, or a question without an answer. */
export function isOpen(entry: Entry): boolean {
  return (entry.kind === 'tool' && !isTerminal(entry.state)) || (isQuestion(entry) && entry.answer === undefined);
}

/** Something that a person is asked: for permission, or with a form. */
export function isQuestion(entry: Entry): entry is PermissionEntry | QuestionEntry {
  return entry.kind === 'permission' || entry.kind === 'question';
}

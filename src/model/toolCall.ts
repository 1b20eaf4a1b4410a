import type { Entry, ToolEntry } from './entries.ts';
import type { TaskState } from './states.ts';
import { isTerminal, wordFor } from './states.ts';

/** What a person reads of a call's state, in English: a call that was refused says that, not that it was stopped. */
export function toolWord({ state, refused }: Pick<ToolEntry, 'state' | 'refused'>): string {
  return state === 'cancelled' && refused === true ? 'Refused' : wordFor(state);
}

/** When the call could begin its work: what it waited for a permission before is not its time. */
export function toolStart({ at, startedAt }: Pick<ToolEntry, 'at' | 'startedAt'>): string {
  return startedAt ?? at;
}

/** The state that a call's new state means: agents call a call failed that a person refused. */
export function stateAfterAnswer({ refused }: Pick<ToolEntry, 'refused'>, state: TaskState): TaskState {
  return refused === true && (state === 'failed' || state === 'error') ? 'cancelled' : state;
}

/** The call that an answered question was about learns from the answer, given at `at`, when it could begin and whether it was refused. */
export function withAnswer(entries: readonly Entry[], question: string, at: string): readonly Entry[] {
  const asked = entries.findLast(({ id }) => id === question);
  if (asked?.kind !== 'permission' || asked.answer === undefined || asked.tool === undefined) return entries;
  const refused = asked.answer.role === 'reject-once' || asked.answer.role === 'reject-always';
  return changed(entries, asked.tool, ({ refused: _before, ...tool }) =>
    isTerminal(tool.state) ? tool : { ...tool, startedAt: at, ...(refused ? { refused } : {}) },
  );
}

/** A call that ends at `at` while its question has no answer never began. */
export function withoutWait(entries: readonly Entry[], tool: string, at: string): readonly Entry[] {
  const waits = entries.some((entry) => entry.kind === 'permission' && entry.tool === tool && entry.answer === undefined);
  return waits ? changed(entries, tool, (found) => ({ ...found, startedAt: at })) : entries;
}

function changed(entries: readonly Entry[], id: string, change: (tool: ToolEntry) => ToolEntry): readonly Entry[] {
  return entries.map((entry) => (entry.kind === 'tool' && entry.id === id ? change(entry) : entry));
}

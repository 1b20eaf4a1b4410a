/**
 * `model` says what a session is, as data. It does no input or output, reads no clock and draws no chance;
 * it knows nothing of processes, of git, of ACP, of VS Code or of a page.
 *
 * This file is the one table of task states (R5.1). Turns, tool calls and plan items all use it.
 */
import * as z from 'zod';

/** The canonical states. The pairs (`running`, `processing`) and the like are kept because agents and stored files use both. */
export const TaskState = z.enum(['pending', 'queued', 'running', 'processing', 'completed', 'succeeded', 'failed', 'error', 'cancelled']);
export type TaskState = z.infer<typeof TaskState>;

interface TaskStateRow {
  /** Work goes on, or will without a person doing anything. */
  readonly isActive: boolean;
  /** Nothing follows any more. */
  readonly isTerminal: boolean;
  /** What a person reads. */
  readonly word: string;
  readonly next: readonly TaskState[];
}

const ends = ['completed', 'succeeded', 'failed', 'error', 'cancelled'] as const;

const table: Readonly<Record<TaskState, TaskStateRow>> = {
  pending: { isActive: false, isTerminal: false, word: 'Pending', next: ['queued', 'running', 'processing', ...ends] },
  queued: { isActive: true, isTerminal: false, word: 'Queued', next: ['pending', 'running', 'processing', ...ends] },
  running: { isActive: true, isTerminal: false, word: 'Running', next: ['processing', 'pending', ...ends] },
  processing: { isActive: true, isTerminal: false, word: 'Finishing', next: ['running', ...ends] },
  completed: { isActive: false, isTerminal: true, word: 'Done', next: [] },
  succeeded: { isActive: false, isTerminal: true, word: 'Succeeded', next: [] },
  failed: { isActive: false, isTerminal: true, word: 'Failed', next: [] },
  error: { isActive: false, isTerminal: true, word: 'Error', next: [] },
  cancelled: { isActive: false, isTerminal: true, word: 'Stopped', next: [] },
};

/** Words that other programs and earlier versions use for the canonical states. */
const aliases: Readonly<Record<string, TaskState>> = {
  new: 'pending',
  todo: 'pending',
  waiting: 'queued',
  in_progress: 'running',
  'in-progress': 'running',
  active: 'running',
  started: 'running',
  done: 'completed',
  complete: 'completed',
  success: 'succeeded',
  failure: 'failed',
  errored: 'error',
  canceled: 'cancelled',
  interrupted: 'cancelled',
  skipped: 'cancelled',
};

export function isTerminal(state: TaskState): boolean {
  return table[state].isTerminal;
}

export function isActive(state: TaskState): boolean {
  return table[state].isActive;
}

/** The word for a state, in English; a door translates it. */
export function wordFor(state: TaskState): string {
  return table[state].word;
}

/** Whether the table allows the step. A state may always stay what it is. */
export function canBecome(from: TaskState, to: TaskState): boolean {
  return from === to || table[from].next.includes(to);
}

/** The state after a wish: the wished one where the table allows the step, else the present one. A finished task stays finished. */
export function transition(from: TaskState, to: TaskState): TaskState {
  return canBecome(from, to) ? to : from;
}

/** Reads a state that another program or an earlier version wrote; undefined for a word that nobody knows. */
export function migrateState(text: string): TaskState | undefined {
  const word = text.trim().toLowerCase();
  const known = TaskState.safeParse(word);
  return known.success ? known.data : aliases[word];
}

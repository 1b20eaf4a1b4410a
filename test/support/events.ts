import type { Fact, SessionEvent } from '../../src/model/events.ts';
import { reduce } from '../../src/model/reduce.ts';
import type { SessionState } from '../../src/model/session.ts';
import { emptySession } from '../../src/model/session.ts';

export const created: Fact = { type: 'session.created', id: 's1', title: 'Session 1', agent: 'built-in', folder: '/w', cwd: '/w' };

/** Facts as events of one epoch, a second apart. */
export function eventsOf(...facts: readonly Fact[]): SessionEvent[] {
  return facts.map((fact, index) => ({ epoch: 1, seq: index + 1, at: new Date(1_700_000_000_000 + index * 1000).toISOString(), fact }));
}

/** What facts add up to, after the creation of a session. */
export function stateOf(...facts: readonly Fact[]): SessionState {
  return eventsOf(created, ...facts).reduce(reduce, emptySession);
}

/** A prompt of one text. */
export function prompt(turn: string, text = 'hello'): Fact {
  return { type: 'turn.started', turn, prompt: [{ type: 'text', text }] };
}

export function said(turn: string, entry: string, text: string): Fact {
  return { type: 'text.added', turn, entry, kind: 'message', text };
}

export function ended(turn: string): Fact {
  return { type: 'turn.ended', turn, reason: 'finished' };
}

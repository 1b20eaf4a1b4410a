import type { SessionState, Turn } from './session.ts';

/** A place between two entries: before entry number `entry` of turn number `turn`, both counted from 0 over the whole session. */
export interface TranscriptPlace {
  readonly turn: number;
  readonly entry: number;
}

/** The same state with only the last `limit` entries or so (a prompt counts as one); a turn that does not fit is cut at its head. */
export function windowOf(state: SessionState, limit: number): SessionState {
  const turns = lastTurns(state.turns, limit);
  return turns.length === state.turns.length && turns[0] === state.turns[0] ? state : { ...state, turns };
}

/** The entries that lie just before a place: at most about `limit` of them, oldest first, as turns. */
export function turnsBefore(turns: readonly Turn[], place: TranscriptPlace, limit: number): readonly Turn[] {
  const earlier: Turn[] = [];
  for (const turn of turns) {
    if (turn.index < place.turn) earlier.push(turn);
    else if (turn.index === place.turn && place.entry > turn.skipped)
      earlier.push({ ...turn, entries: turn.entries.slice(0, place.entry - turn.skipped) });
  }
  return lastTurns(earlier, limit);
}

/** Puts earlier turns before those of a window; a turn that both hold becomes one again. */
export function prepend(state: SessionState, earlier: readonly Turn[]): SessionState {
  const first = state.turns[0];
  const last = earlier.at(-1);
  if (first === undefined || last === undefined || first.index !== last.index) return { ...state, turns: [...earlier, ...state.turns] };
  const have = last.skipped + last.entries.length;
  const joined: Turn = {
    ...first,
    skipped: last.skipped,
    entries: [...last.entries, ...first.entries.slice(Math.max(0, have - first.skipped))],
  };
  return { ...state, turns: [...earlier.slice(0, -1), joined, ...state.turns.slice(1)] };
}

/** The first place that a window shows, or undefined when it shows the whole session. */
export function startOfWindow(state: SessionState): TranscriptPlace | undefined {
  const first = state.turns[0];
  if (first === undefined || (first.index === 0 && first.skipped === 0)) return undefined;
  return { turn: first.index, entry: first.skipped };
}

function lastTurns(turns: readonly Turn[], limit: number): readonly Turn[] {
  const taken: Turn[] = [];
  let room = Math.max(1, limit);
  for (const turn of turns.toReversed()) {
    if (room <= 0) break;
    const cut = Math.max(0, turn.entries.length - room);
    taken.push(cut === 0 ? turn : { ...turn, skipped: turn.skipped + cut, entries: turn.entries.slice(cut) });
    room -= turn.entries.length + 1;
  }
  return taken.reverse();
}

import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Fact } from '../../model/events.ts';
import type { SessionState, Turn } from '../../model/session.ts';
import { isTerminal } from '../../model/states.ts';
import type { Session } from './session.ts';

/** What a fork takes along. */
export interface ForkedTurns {
  readonly turns: readonly Turn[];
  /** All that was said, so that an agent can fork its own session for it. */
  readonly isWhole: boolean;
}

/** The ended turns of a session up to one of them, or all; a turn that still runs is left out. Throws `not-found` and `conflict`. */
export function turnsToFork(state: SessionState, upTo: string | undefined): ForkedTurns {
  const ended = state.turns.filter((turn) => isTerminal(turn.state));
  if (upTo !== undefined && !state.turns.some(({ id }) => id === upTo))
    throw new LoomError('not-found', 'This turn is not part of the session.');
  const last = upTo === undefined ? ended.length - 1 : ended.findIndex(({ id }) => id === upTo);
  const turns = ended.slice(0, last + 1);
  if (turns.length === 0) {
    const why = upTo === undefined ? 'Nothing was said in this session yet' : 'This turn still runs';
    throw new LoomError('conflict', `${why}, so there is nothing to fork. Try again when its turn has ended.`);
  }
  return { turns, isWhole: turns.length === state.turns.length };
}

/** Facts that put turns at the beginning of another session, as they were. */
export function copiesOf(turns: readonly Turn[]): readonly Fact[] {
  return turns.map(({ id, prompt, entries, startedAt, endedAt = startedAt, reason = 'finished', error, commits, tookMs }) => ({
    type: 'turn.copied',
    turn: id,
    prompt,
    entries,
    startedAt,
    endedAt,
    reason,
    ...(error === undefined ? {} : { error }),
    ...(commits === undefined ? {} : { commits }),
    ...(tookMs === undefined ? {} : { tookMs }),
  }));
}

/** Copies the payloads of turns, one after the other. What cannot be read is missing in the copy as it is in the original. */
export async function copyBlobs(turns: readonly Turn[], from: Session, to: Session, log: Log): Promise<void> {
  for (const blob of new Set(turns.flatMap(blobsIn))) {
    try {
      to.putBlob(await from.readBlob(blob));
    } catch (error) {
      if (error instanceof LoomError && error.code === 'storage') throw error;
      log.warn('A payload was not copied to a forked session.', { session: from.id, blob, error: messageOf(error) });
    }
  }
}

/** The ids of all payloads that a value names, wherever they stand in it. */
function blobsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(blobsIn);
  return Object.entries(value).flatMap(([key, each]: readonly [string, unknown]) =>
    key === 'blob' && typeof each === 'string' ? [each] : blobsIn(each),
  );
}

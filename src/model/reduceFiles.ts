import type { Entry, FileCount, Review } from './entries.ts';
import type { Fact } from './events.ts';
import { changeOf, madeBy } from './fileEdits.ts';
import type { SessionFile, SessionState, Turn, TurnFile } from './session.ts';

/** Lines by which an entry changed the count of a file. */
interface Growth extends FileCount {
  /** The entry no longer says anything about the file. */
  readonly isTakenBack: boolean;
}

/**
 * The state after an entry of a turn became another one: the files that it changed count at once, each edit for itself. What the edits of a
 * file add up to is only known when the texts are compared, which `files.counted` says.
 */
export function withFilesOf(state: SessionState, turn: string, before: Entry | undefined, after: Entry): SessionState {
  const made = madeBy(after);
  const was = madeBy(before);
  if (made.length === 0 && was.length === 0) return state;
  const growths = growthOf(was, made);
  if (growths.length === 0) return state;
  let { files } = state;
  let ofTurn = state.turns.findLast(({ id }) => id === turn)?.files ?? [];
  for (const growth of growths) {
    ofTurn = grown(ofTurn, growth, (count): TurnFile => ({ ...count, review: 'open' }));
    const isOpen = ofTurn.some(({ path }) => path === growth.path);
    files = grown(files, growth, (count, old): SessionFile => ({ ...count, open: isOpen ? withTurn(old?.open, turn) : [] }));
  }
  return withFiles(withTurnFiles(state, turn, ofTurn), files);
}

/** The state after the texts were compared. */
export function filesCounted(state: SessionState, fact: Extract<Fact, { type: 'files.counted' }>): SessionState {
  const { turn, of } = fact;
  const old = state.turns.findLast(({ id }) => id === turn)?.files;
  const next =
    of === undefined
      ? state
      : withTurnFiles(
          state,
          turn,
          of.map((count) => ({ review: 'open' as const, ...old?.find(({ path }) => path === count.path), ...count })),
        );
  const same = new Set(fact.same);
  const counted = new Map(fact.session.map((count) => [count.path, count]));
  const files = next.files
    .filter(({ path }) => !same.has(path))
    .map((file): SessionFile => {
      const count = counted.get(file.path);
      counted.delete(file.path);
      // What a turn changed and changed back again leaves nothing to decide on.
      const open = of?.some(({ path }) => path === file.path) === false ? file.open?.filter((id) => id !== turn) : file.open;
      return { ...file, ...count, ...(open === undefined ? {} : { open }) };
    });
  return withFiles(next, [...files, ...[...counted.values()].map((count): SessionFile => ({ ...count, open: openOf(next, count.path) }))]);
}

/** The state after a person decided on a change. */
export function changeReviewed(state: SessionState, fact: Extract<Fact, { type: 'change.reviewed' }>): SessionState {
  const { turn, path, review, parts } = fact;
  const ofTurn = state.turns.findLast(({ id }) => id === turn)?.files ?? [];
  const next = withTurnFiles(
    state,
    turn,
    ofTurn.map((file) => {
      const { parts: _parts, ...rest } = file;
      return file.path === path ? { ...rest, review, ...(parts === undefined ? {} : { parts }) } : file;
    }),
  );
  return withFiles(
    next,
    next.files.map((file) => (file.path === path ? { ...file, open: reopened(file.open, turn, review) } : file)),
  );
}

function growthOf(was: ReturnType<typeof madeBy>, made: ReturnType<typeof madeBy>): readonly Growth[] {
  const paths = [...new Set([...was, ...made].map(({ path }) => path))];
  return paths.flatMap((path): Growth[] => {
    const sum = (diffs: typeof made, of: 'added' | 'removed'): number =>
      diffs.reduce((total, diff) => total + (diff.path === path ? diff[of] : 0), 0);
    const first = made.find((diff) => diff.path === path);
    const added = sum(made, 'added') - sum(was, 'added');
    const removed = sum(made, 'removed') - sum(was, 'removed');
    const isKnown = was.some((diff) => diff.path === path);
    if (added === 0 && removed === 0 && isKnown === (first !== undefined)) return [];
    return [{ path, added, removed, isTakenBack: first === undefined, ...(first === undefined ? {} : { change: changeOf(first) }) }];
  });
}

function grown<File extends FileCount>(
  files: readonly File[],
  growth: Growth,
  make: (count: FileCount, old: File | undefined) => File,
): readonly File[] {
  const at = files.findIndex(({ path }) => path === growth.path);
  const old = files[at];
  const { isTakenBack, ...rest } = growth;
  const added = Math.max(0, (old?.added ?? 0) + growth.added);
  const removed = Math.max(0, (old?.removed ?? 0) + growth.removed);
  if (isTakenBack && added === 0 && removed === 0) return files.filter((file) => file !== old);
  const change = old?.change === 'created' && growth.change !== 'deleted' ? 'created' : (growth.change ?? old?.change);
  const next = make({ ...rest, added, removed, ...(change === undefined ? {} : { change }) }, old);
  return old === undefined ? [...files, next] : files.with(at, next);
}

function withTurn(open: readonly string[] | undefined, turn: string): readonly string[] {
  return open?.includes(turn) === true ? open : [...(open ?? []), turn];
}

function reopened(open: readonly string[] | undefined, turn: string, review: Review): readonly string[] {
  return review === 'open' ? withTurn(open, turn) : (open ?? []).filter((id) => id !== turn);
}

function openOf(state: SessionState, path: string): readonly string[] {
  return state.turns.filter((turn) => turn.files?.some((file) => file.path === path && file.review === 'open')).map(({ id }) => id);
}

function withTurnFiles(state: SessionState, turn: string, files: readonly TurnFile[]): SessionState {
  const at = state.turns.findLastIndex(({ id }) => id === turn);
  const old = state.turns[at];
  if (old === undefined || (files.length === 0 && old.files === undefined)) return state;
  const next: Turn = { ...old, files };
  return { ...state, turns: state.turns.with(at, next) };
}

function withFiles(state: SessionState, files: readonly SessionFile[]): SessionState {
  return { ...state, files, counts: { ...state.counts, filesTouched: files.length } };
}

import type { FileCount } from '../../model/entries.ts';
import type { Fact } from '../../model/events.ts';
import { editsIn } from '../../model/fileEdits.ts';
import type { Session } from '../session/session.ts';
import { countLines } from '../session/countLines.ts';
import { foldedByPath } from './editTexts.ts';
import type { TextEdit } from './foldEdits.ts';

/** Milliseconds that comparing all parts of one file may take; what is left then counts with all its lines. */
const longestMs = 500;

/** What a turn changed, text before against text after, and what that means for the session; undefined where it changed nothing. */
export async function countTurn(session: Session, turn: string): Promise<Fact | undefined> {
  const edits = editsIn(session.state.turns.filter(({ id }) => id === turn)).filter((edit) => !edit.isRestore);
  if (edits.length === 0) return undefined;
  const folded = await foldedByPath(session, edits);
  const of = [...folded].flatMap(([path, parts]) => countOf(path, parts) ?? []);
  return { type: 'files.counted', turn, of, ...(await countSession(session, [...folded.keys()])) };
}

/** What the session has made of these files: restores are edits as well. */
export async function countSession(
  session: Session,
  paths: readonly string[],
): Promise<{ readonly session: readonly FileCount[]; readonly same: readonly string[] }> {
  const wanted = new Set(paths);
  const folded = await foldedByPath(
    session,
    editsIn(session.state.turns).filter(({ diff }) => wanted.has(diff.path)),
  );
  const counts = [...folded].map(([path, parts]) => ({ path, count: countOf(path, parts) }));
  return {
    session: counts.flatMap(({ count }) => count ?? []),
    same: counts.flatMap(({ path, count }) => (count === undefined ? [path] : [])),
  };
}

function countOf(path: string, parts: readonly TextEdit[]): FileCount | undefined {
  const first = parts[0];
  if (first === undefined) return undefined;
  const end = performance.now() + longestMs;
  const lines = parts.map(({ before, after }) => countLines(before ?? '', after ?? '', Math.max(1, end - performance.now())));
  const change = parts.at(-1)?.after === undefined ? 'deleted' : first.before === undefined ? 'created' : 'changed';
  return {
    path,
    change,
    added: lines.reduce((sum, { added }) => sum + added, 0),
    removed: lines.reduce((sum, { removed }) => sum + removed, 0),
  };
}

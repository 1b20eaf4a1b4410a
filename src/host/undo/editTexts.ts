import type { TextRef } from '../../model/content.ts';
import type { FileEdit } from '../../model/fileEdits.ts';
import type { Session } from '../session/session.ts';
import type { TextEdit } from './foldEdits.ts';
import { foldEdits } from './foldEdits.ts';

/** The edits of each file as whole texts, folded; files in the order of first touch. Reads what lies in blobs. */
export async function foldedByPath(session: Session, edits: readonly FileEdit[]): Promise<ReadonlyMap<string, readonly TextEdit[]>> {
  const byPath = new Map<string, TextEdit[]>();
  for (const { diff } of edits) {
    const edit: TextEdit = {
      before: await wholeText(session, diff.before),
      after: diff.deleted === true ? undefined : await wholeText(session, diff.after),
    };
    byPath.set(diff.path, [...(byPath.get(diff.path) ?? []), edit]);
  }
  return new Map([...byPath].map(([path, list]) => [path, foldEdits(list)]));
}

async function wholeText(session: Session, ref: TextRef | undefined): Promise<string | undefined> {
  return ref?.blob === undefined ? ref?.text : (await session.readBlob(ref.blob)).toString('utf8');
}

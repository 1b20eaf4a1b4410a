import type { LeftFile } from '../../model/entries.ts';
import type { FilesInside } from './filesInside.ts';
import type { TextEdit } from './foldEdits.ts';
import { reverseEdits } from './reverseEdits.ts';

/** One file that is put back: its text now and then; undefined where there is no file. */
export interface RestoreStep {
  readonly path: string;
  readonly now: string | undefined;
  readonly next: string | undefined;
  /** The file holds something that the session did not leave there, and keeps it. */
  readonly isMerged: boolean;
}

/** What taking edits back would do to the files as they are now. `settled` are those that are back already. */
export interface RestorePlan {
  readonly steps: readonly RestoreStep[];
  readonly left: readonly LeftFile[];
  readonly settled: readonly string[];
}

/** Works out what to do with each file, and touches none. */
export async function planRestore(files: FilesInside, edits: ReadonlyMap<string, readonly TextEdit[]>): Promise<RestorePlan> {
  const steps: RestoreStep[] = [];
  const left: LeftFile[] = [];
  const settled: string[] = [];
  for (const [path, parts] of edits) {
    const found = await files.find(path);
    if (found.kind === 'other') {
      left.push({ path, reason: found.reason });
      continue;
    }
    const now = found.kind === 'text' ? found.text : undefined;
    const result = reverseEdits(now, parts);
    if (result.kind === 'conflict') left.push({ path, reason: result.reason });
    else if (result.text === now) settled.push(path);
    else steps.push({ path, now, next: result.text, isMerged: result.isMerged });
  }
  return { steps, left, settled };
}

import { createHash } from 'node:crypto';
import { applyPatch, reversePatch, structuredPatch } from 'diff';
import type { StructuredPatch, StructuredPatchHunk } from 'diff';
import type { TextEdit } from './foldEdits.ts';

/** One part of a change, as a hunk of a unified diff. `lines` begin with a blank, `+`, `-` or `\`; the numbers count from 1. */
export interface ChangePart {
  /** The same for the same part of the same change. */
  readonly id: string;
  readonly oldStart: number;
  readonly newStart: number;
  readonly lines: readonly string[];
  /** What taking back only this part takes back. */
  readonly edit: TextEdit;
}

const bounds = { context: 3, maxEditLength: 4000, timeout: 500 };

/** The parts of a change in their order; undefined where comparing takes too long. */
export function partsOf(edits: readonly TextEdit[]): readonly ChangePart[] | undefined {
  const parts: ChangePart[] = [];
  for (const [index, edit] of edits.entries()) {
    const patch = structuredPatch('', '', edit.before ?? '', edit.after ?? '', undefined, undefined, bounds);
    if (patch === undefined) return undefined;
    const isOnly = patch.hunks.length === 1;
    for (const hunk of patch.hunks) {
      const { oldStart, newStart, lines } = hunk;
      const id = createHash('sha256')
        .update(`${index}\n${oldStart}\n${newStart}\n${lines.join('\n')}`)
        .digest('hex')
        .slice(0, 16);
      parts.push({ id, oldStart, newStart, lines, edit: isOnly ? edit : without(edit, patch, hunk) });
    }
  }
  return parts;
}

/** The edit that leads from the text without this hunk to the text with it. */
function without({ after = '' }: TextEdit, patch: StructuredPatch, hunk: StructuredPatchHunk): TextEdit {
  const before = applyPatch(after, reversePatch({ ...patch, hunks: [hunk] }), { fuzzFactor: 0 });
  return { before: before === false ? after : before, after };
}

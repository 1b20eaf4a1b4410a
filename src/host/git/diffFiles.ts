import { LoomError } from '../../base/errors.ts';

/** One file that differs between two states. Paths are from the root of the working tree, with forward slashes. */
export interface DiffFile {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted' | 'renamed';
  /** Where a renamed file was before. */
  readonly from?: string;
  readonly added: number;
  readonly removed: number;
}

const changes: Readonly<Record<string, DiffFile['change']>> = {
  A: 'added',
  M: 'modified',
  T: 'modified',
  D: 'deleted',
  R: 'renamed',
  U: 'modified',
};

/** Reads `--raw --numstat -z`; a file in conflict counts as modified. Source of the format: `git help diff-index`, "Raw output format" and "Other diff formats". */
export function parseDiff(text: string): readonly DiffFile[] {
  const fields = text.split('\0');
  const files = new Map<string, DiffFile>();
  let at = 0;
  const next = (): string => fields[at++] ?? '';
  while (at < fields.length - 1) {
    const field = next();
    if (field.startsWith(':')) {
      const letter = field.split(' ').at(-1)?.charAt(0) ?? '';
      const change = changes[letter];
      if (change === undefined) throw new LoomError('git', `git names a change "${letter}" that is not known here.`);
      const first = next();
      const path = change === 'renamed' ? next() : first;
      files.set(path, { path, change, ...(change === 'renamed' ? { from: first } : {}), added: 0, removed: 0 });
      continue;
    }
    const [added = '', removed = '', name = ''] = field.split('\t');
    // For a renamed file the name is empty, and the old and the new one follow.
    if (name === '') next();
    const path = name === '' ? next() : field.slice(added.length + removed.length + 2);
    const file = files.get(path);
    // A dash stands for a file that is no text.
    if (file !== undefined) files.set(path, { ...file, added: Number(added) || 0, removed: Number(removed) || 0 });
  }
  return [...files.values()];
}

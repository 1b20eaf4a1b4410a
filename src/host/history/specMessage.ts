import { visible, visibleLine } from '../../model/transcript/clean.ts';
import { counted } from '../../model/transcript/cut.ts';

/** A file of a commit, with its path from the workspace folder. */
interface NamedChange {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted' | 'renamed';
}

const verbs = { added: 'add', modified: 'update', deleted: 'remove', renamed: 'move' };
const body = 'Tests: none; only documents changed\nValidation: the files were listed and chosen by hand';

/** A conventional message for a commit of spec documents: `docs(specs): update login`. */
export function specMessage(files: readonly NamedChange[]): string {
  const names = [...new Set(files.map(({ path }) => specOf(path)))].sort();
  const kinds = new Set(files.map(({ change }) => change));
  const [only] = kinds.size === 1 ? [...kinds] : [];
  const verb = verbs[only ?? 'modified'];
  const named = `docs(specs): ${verb} ${names.join(', ')}`;
  const subject = names.length <= 3 && named.length <= 72 ? named : `docs(specs): ${verb} ${counted(names.length, 'spec')}`;
  return `${subject}\n\n${body}\n`;
}

/** The message that is committed: cleaned, and with the lines about tests and validation where it lacks them. */
export function completeMessage(message: string): string {
  const text = visible(message).trim();
  return /^Tests: /m.test(text) || text === '' ? `${text}\n` : `${text}\n\n${body}\n`;
}

/** The name of the spec that a file belongs to: the folder below `specs`, or the file itself. */
function specOf(path: string): string {
  const parts = path.replace(/^\.kiro\//, '').split('/');
  return visibleLine(parts.length > 2 ? (parts[1] ?? '') : (parts.at(-1) ?? '').replace(/\.[^.]+$/, '')) || 'specs';
}

import { visibleLine } from './clean.ts';

/** A title as part of a file name: letters and digits of any language, lower case, joined by dashes; `session` when nothing is left. */
export function slugOf(title: string, most = 40): string {
  const words = visibleLine(title)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-');
  const cut = Array.from(words.replace(/^-+|-+$/g, ''))
    .slice(0, most)
    .join('')
    .replace(/-+$/, '');
  return cut === '' ? 'session' : cut;
}

/** The month's folder of a session, `2026-11`; `undated` when the instant is none. */
export function monthOf(instant: string): string {
  return /^\d{4}-\d{2}(?=-\d{2}T)/.exec(instant)?.[0] ?? 'undated';
}

/** The name of a new session's folder inside of its month: day, slug and id. It is chosen once; a later title does not change it. */
export function folderNameOf(session: { readonly id: string; readonly title: string; readonly createdAt: string }): string {
  const day = /^\d{4}-\d{2}-\d{2}(?=T)/.exec(session.createdAt)?.[0] ?? 'undated';
  return `${day}-${slugOf(session.title)}-${session.id}`;
}

/** Whether a folder's name can be that of the session with this id. Ids may hold dashes, so a second look at its page decides. */
export function canBeFolderOf(name: string, id: string): boolean {
  return /^(?:\d{4}-\d{2}-\d{2}|undated)-/.test(name) && name.endsWith(`-${id}`);
}

/** The file of a turn inside of its session's folder: `0001.md` for the first. */
export function turnFileOf(index: number): string {
  return `${String(index + 1).padStart(4, '0')}.md`;
}

/** A path inside the history as the target of a link. */
export function hrefOf(path: string): string {
  return path
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replace(/[()]/g, (bracket) => (bracket === '(' ? '%28' : '%29'));
}

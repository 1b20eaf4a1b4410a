import type { Range } from './text.ts';
import { rangeOnLine } from './text.ts';
import { checkpointTitle, taskWord } from './words.ts';

/** What a checkbox says. Kiro writes `[-]` for running and `[~]` for queued; anything else that stands in a box is `other`. */
export type BoxState = 'open' | 'done' | 'running' | 'queued' | 'other';

/** A checkbox mark: its text as written (without the brackets), what it means, and where the text stands. */
export interface BoxMark {
  readonly text: string;
  readonly state: BoxState;
  readonly range: Range;
}

/** A checkbox line: list item (`- [ ] …`, `1. [ ] …`) or heading (`#### [x] …`, `### - [x] …`). `rest` begins at column `restStart`. */
export interface Box {
  readonly indent: number;
  readonly headingLevel: number;
  readonly listNumber?: string;
  readonly mark: BoxMark;
  readonly hasStar: boolean;
  readonly rest: string;
  readonly restStart: number;
}

/** What the words of a task line say, beside the box. Columns are those of the line. */
export interface TaskHead {
  readonly id?: string;
  readonly idStart: number;
  readonly idEnd: number;
  readonly hasStar: boolean;
  readonly isParallel: boolean;
  readonly isCheckpoint: boolean;
  readonly tags: readonly string[];
  readonly title: string;
  readonly titleStart: number;
  readonly titleEnd: number;
}

const boxForm = /^(\s*)(#{1,6}\s+)?(?:([-*+])\s+|(\d{1,9})[.)]\s+)?\[([^[\]]{0,8})\](\*(?!\*))?(?=\s|$|\d)/u;
const states: Readonly<Record<string, BoxState>> = { '': 'open', x: 'done', X: 'done', '-': 'running', '~': 'queued' };

/** Reads a checkbox line; undefined for any other line, for links and for `[P] means parallel` and the like. */
export function readBox(prose: string, line: number): Box | undefined {
  const match = boxForm.exec(prose);
  if (match === null) return undefined;
  const [whole, space = '', hashes = '', bullet, listNumber, text = '', star] = match;
  if (hashes === '' && bullet === undefined && listNumber === undefined) return undefined;
  const state = states[text.trim()] ?? 'other';
  const rest = prose.slice(whole.length);
  // A word in brackets is a box only before a number (`[done] 2.1 …`) or when it is no word at all (`[⏭️]`, `[?]`) or the usual `[N/A]`.
  if (state === 'other' && /[\p{L}\p{N}]/u.test(text) && text !== 'N/A' && readTaskHead(rest, 0).id === undefined) return undefined;
  if (state === 'open' && text === '' && !/^\s+\S/u.test(rest)) return undefined;
  const start = whole.lastIndexOf('[') + 1;
  return {
    indent: space.replaceAll('\t', '    ').length,
    headingLevel: hashes.trim().length,
    ...(listNumber === undefined ? {} : { listNumber }),
    mark: { text, state, range: rangeOnLine(line, start, start + text.length) },
    hasStar: star !== undefined,
    rest,
    restStart: whole.length,
  };
}

const number = '\\d+(?:\\.\\d+)*[a-z]?';
const terminator = '(?=\\s*(?:[.:：)）、*]|\\(P\\)|\\s[-–—]\\s+\\D|$))';
const idForms = [
  // `T001` (spec-kit), `T-12`, `T1.2`, `T3:`.
  new RegExp(`^(T(?:-?\\d{3,}|-\\d+|\\d+(?:\\.\\d+)+|\\d+${terminator})[a-z]?)(?![A-Za-z0-9])`, 'u'),
  new RegExp(`^(TASK-\\d+(?:\\.\\d+)*)(?![A-Za-z0-9])`, 'u'),
  new RegExp(`^(?:${taskWord})\\s*[-#]?\\s*(${number})(?![A-Za-z0-9])`, 'iu'),
  // A dotted number is an id whatever follows; a bare one only before something that ends it: "10 pages in 5 minutes" has no id.
  /^(\d+(?:\.\d+)+[a-z]?)(?![A-Za-z0-9])/u,
  new RegExp(`^(\\d+[a-z]?)(?![A-Za-z0-9])(?!:\\d)(?:${terminator})`, 'u'),
];
const tail = /^(?:\*\*|[.:：)）、]|\*(?!\*))*(?:\s+[-–—](?=\s))?/u;

/** Reads id, marks and title out of what follows a checkbox (or out of a heading's title). `start` is the column of `text`. */
export function readTaskHead(text: string, start: number): TaskHead {
  const opening = /^\s*(?:\*\*|__)?\s*/u.exec(text)?.[0] ?? '';
  const body = text.slice(opening.length);
  let id: string | undefined;
  let idAt = 0;
  let at = 0;
  for (const form of idForms) {
    const match = form.exec(body);
    if (match?.[1] === undefined) continue;
    id = match[1];
    idAt = match[0].length - id.length;
    at = match[0].length;
    break;
  }
  let hasStar = false;
  if (id !== undefined) {
    const ending = tail.exec(body.slice(at))?.[0] ?? '';
    hasStar = /(?<!\*)\*(?!\*)/u.test(ending);
    at += ending.length;
  }
  const tags: string[] = [];
  for (;;) {
    const tag = /^\s*(?:\((P)\)|\[(P(?::[^\]]{1,8})?|US\d{1,3})\])(?![(\]])/u.exec(body.slice(at));
    if (tag === null) break;
    tags.push(tag[1] ?? tag[2] ?? '');
    at += tag[0].length;
  }
  const raw = body.slice(at);
  const atEnd = /\s*\(P\)\s*$/u.exec(raw.slice(-12));
  const kept = (atEnd === null ? raw : raw.slice(0, raw.length - atEnd[0].length)).trimEnd();
  const lead = /^[\s:：]*/u.exec(kept)?.[0].length ?? 0;
  const first = kept.startsWith('**', lead) && kept.endsWith('**') && kept.length > lead + 4 ? lead + 2 : lead;
  // A title that is bold as a whole, or whose bold began before the id, is given without the marks.
  const last =
    kept.endsWith('**') && (first > lead || (opening.includes('**') && !kept.slice(lead, -2).includes('**')))
      ? kept.length - 2
      : kept.length;
  const title = kept.slice(first, Math.max(first, last));
  const titleStart = start + opening.length + at + first;
  return {
    ...(id === undefined ? {} : { id }),
    idStart: start + opening.length + idAt,
    idEnd: start + opening.length + idAt + (id?.length ?? 0),
    hasStar,
    isParallel: atEnd !== null || tags.some((tag) => tag.startsWith('P')),
    isCheckpoint: checkpointTitle.test(title),
    tags,
    title,
    titleStart,
    titleEnd: titleStart + title.length,
  };
}

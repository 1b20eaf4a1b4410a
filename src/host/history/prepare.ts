import { createTwoFilesPatch } from 'diff';
import type { TextRef } from '../../model/content.ts';
import { promptText } from '../../model/content.ts';
import type { FileDiff, ToolContent } from '../../model/entries.ts';
import type { SessionState, Turn } from '../../model/session.ts';
import { visible } from '../../model/transcript/clean.ts';
import { beginning } from '../../model/transcript/cut.ts';
import type { Redaction } from '../../model/transcript/options.ts';
import { shortPath } from '../../model/transcript/words.ts';
import type { Redactor } from './redact.ts';

/** Reads a payload that is kept beside a session's journal. */
export type ReadBlob = (sessionId: string, blob: string) => Promise<Uint8Array>;

/** Characters of one text that are looked at; a page shows far less. */
const longestText = 512 * 1024;
/** Bytes of a file up to which its change is shown. */
const longestFile = 512 * 1024;
const promptBeginning = 4000;
const listedTurns = 100;

/** Fields that name, count or date something; they are ours or an agent's ids and hold no text of a person, a tool or a model. */
const structural: ReadonlySet<string> = new Set([
  ...[
    'id',
    'kind',
    'type',
    'state',
    'at',
    'role',
    'toolKind',
    'blob',
    'mimeType',
    'startedAt',
    'endedAt',
    'createdAt',
    'updatedAt',
    'reason',
  ],
  ...[
    'priority',
    'level',
    'action',
    'outcome',
    'optionId',
    'lifecycle',
    'color',
    'titledBy',
    'agentPhase',
    'parent',
    'commits',
    'acpSessionId',
  ],
  ...['tool', 'source', 'value', 'folder', 'cwd', 'currency'],
]);

/** A session without what no page needs, cleaned and redacted: its last turns have the beginning of their prompts and no entries. */
export async function prepareSession(
  session: SessionState,
  redactor: Redactor,
): Promise<{ readonly session: SessionState; readonly found: readonly Redaction[] }> {
  const turns = session.turns.slice(-listedTurns).map((turn): Turn => {
    const text = beginning(promptText(turn.prompt), promptBeginning).text;
    return { ...turn, entries: [], prompt: [{ type: 'text', text }] };
  });
  const { value, found } = await redacted({ ...session, turns, draft: '', draftParts: [], queue: [], lastMessage: '' }, redactor);
  return { session: value, found };
}

/** Turns, cleaned and redacted. Changes of files that were kept aside are read, as they are shown as a diff. */
export async function prepareTurns(
  sessionId: string,
  turns: readonly Turn[],
  redactor: Redactor,
  readBlob?: ReadBlob,
): Promise<{ readonly turns: readonly Turn[]; readonly found: readonly Redaction[] }> {
  const whole: Turn[] = [];
  for (const turn of turns) whole.push(readBlob === undefined ? turn : await withFiles(sessionId, turn, readBlob));
  const { value, found } = await redacted(whole, redactor);
  return { turns: value, found };
}

/** The change of a file as a unified diff, or undefined where it is too large to be compared within half a second. */
export function diffOf(change: FileDiff, roots: readonly string[]): string | undefined {
  const { before, after } = change;
  if (before?.blob !== undefined || after.blob !== undefined) return undefined;
  const name = shortPath(change.path, roots);
  const patch = createTwoFilesPatch(
    before === undefined ? '/dev/null' : `a/${name}`,
    `b/${name}`,
    before?.text ?? '',
    after.text,
    undefined,
    undefined,
    {
      context: 3,
      maxEditLength: 4000,
      timeout: 500,
    },
  );
  return patch?.replace(/^=+\n/, '');
}

async function withFiles(sessionId: string, turn: Turn, readBlob: ReadBlob): Promise<Turn> {
  const entries = [];
  for (const entry of turn.entries) {
    if (entry.kind !== 'tool' && entry.kind !== 'permission') {
      entries.push(entry);
      continue;
    }
    const content: ToolContent[] = [];
    for (const part of entry.content)
      content.push(part.type === 'diff' ? { type: 'diff', diff: await wholeDiff(sessionId, part.diff, readBlob) } : part);
    entries.push({ ...entry, content });
  }
  return { ...turn, entries };
}

async function wholeDiff(sessionId: string, diff: FileDiff, readBlob: ReadBlob): Promise<FileDiff> {
  const after = await wholeText(sessionId, diff.after, readBlob);
  return diff.before === undefined ? { ...diff, after } : { ...diff, before: await wholeText(sessionId, diff.before, readBlob), after };
}

async function wholeText(sessionId: string, ref: TextRef, readBlob: ReadBlob): Promise<TextRef> {
  if (ref.blob === undefined || (ref.bytes ?? Infinity) > longestFile) return ref;
  try {
    return { text: Buffer.from(await readBlob(sessionId, ref.blob)).toString('utf8') };
  } catch {
    // The page then says that the change is not shown.
    return ref;
  }
}

async function redacted<T>(value: T, redactor: Redactor): Promise<{ readonly value: T; readonly found: readonly Redaction[] }> {
  const texts: string[] = [];
  mapped(value, (text) => {
    texts.push(cleaned(text));
    return text;
  });
  const result = await redactor.redactAll(texts);
  let next = 0;
  return { value: mapped(value, () => result.texts[next++] ?? '') as T, found: result.found };
}

/** Cleaned before the search: a sequence without a shape inside of a key would hide it, and be gone on the page. */
function cleaned(text: string): string {
  const { text: kept, cut } = beginning(visible(text), longestText);
  return cut === undefined ? kept : `${kept}\n\n… (${cut})`;
}

/** The same value with every text changed but those of structural fields, always in the same order. */
function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => mapped(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [name, structural.has(name) ? inner : mapped(inner, change)]),
  );
}

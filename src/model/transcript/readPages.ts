import * as z from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import type { PromptPart } from '../content.ts';
import { Id } from '../entries.ts';
import { StopReason } from '../events.ts';
import { visible } from './clean.ts';
import { frontMatterValue } from './frontMatter.ts';

const Instant = z.iso.datetime();
const Text = z.string().max(1000);

/** What the page of a session says of it; a page that was changed by hand says what can still be understood. */
export const SessionPage = z.object({
  id: Id,
  title: Text.min(1).catch('Recovered session'),
  agent: Text.min(1).catch('unknown'),
  agentName: Text.optional().catch(undefined),
  createdAt: Instant,
  updatedAt: Instant.optional().catch(undefined),
  turns: z.number().int().nonnegative().catch(0),
  tokens: z.number().int().nonnegative().optional().catch(undefined),
  branch: Text.optional().catch(undefined),
  parent: Id.optional().catch(undefined),
});
export type SessionPage = Immutable<z.infer<typeof SessionPage>>;

/** What the page of a turn says. `number` counts from 1; `answer` is markdown, empty where there was none. */
export interface TurnPage {
  readonly session: string;
  readonly number: number;
  readonly id: string | undefined;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
  readonly outcome: StopReason | undefined;
  readonly commits: readonly string[];
  readonly prompt: readonly PromptPart[];
  readonly answer: string;
}

const TurnFields = z.object({
  session: Id,
  number: z.number().int().positive().max(10_000),
  id: Id.optional().catch(undefined),
  startedAt: Instant,
  endedAt: Instant.optional().catch(undefined),
  outcome: StopReason.optional().catch(undefined),
  commits: z
    .array(z.string().regex(/^[0-9a-f]{4,64}$/))
    .max(1000)
    .catch([]),
});

/** Reads the page of a session, as `sessionMarkdown` writes it; undefined for any other text. */
export function readSessionPage(markdown: string): SessionPage | undefined {
  const value = (name: string): unknown => frontMatterValue(markdown, name);
  const read = SessionPage.safeParse({
    id: value('session'),
    title: value('title'),
    agent: value('agent'),
    agentName: value('agent_name'),
    createdAt: value('created'),
    updatedAt: value('updated'),
    turns: value('turns'),
    tokens: value('tokens'),
    branch: value('branch'),
    parent: value('parent'),
  });
  return read.success && value('turn') === undefined ? read.data : undefined;
}

/** Reads the page of a turn, as `turnMarkdown` writes it; undefined for any other text. `folder` is absolute: paths of files are below it. */
export function readTurnPage(markdown: string, folder: string): TurnPage | undefined {
  const value = (name: string): unknown => frontMatterValue(markdown, name);
  const read = TurnFields.safeParse({
    session: value('session'),
    number: value('turn'),
    id: value('turn_id'),
    startedAt: value('started'),
    endedAt: value('ended'),
    outcome: value('outcome'),
    commits: value('commits') ?? [],
  });
  if (!read.success) return undefined;
  const sections = sectionsOf(markdown);
  const { id, endedAt, outcome, ...fields } = read.data;
  const answer = (sections.get('Answer') ?? '').trim();
  return {
    ...fields,
    id,
    endedAt,
    outcome,
    prompt: readPrompt(sections.get('Prompt') ?? '', folder),
    answer: answer === '*No answer.*' ? '' : visible(answer),
  };
}

/** The texts below the headings of the second level: within a text of an agent there is none, and what stands in a fence is no heading. */
function sectionsOf(markdown: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  let name: string | undefined;
  let lines: string[] = [];
  const close = (): void => {
    if (name !== undefined && !sections.has(name)) sections.set(name, lines.join('\n'));
    lines = [];
  };
  for (const { text, isFenced } of fencedLines(markdown)) {
    const heading = isFenced ? null : /^## (\S.*)$/.exec(text);
    if (heading === null) {
      lines.push(text);
      continue;
    }
    close();
    name = heading[1];
  }
  close();
  return sections;
}

/** Each line with whether it belongs to a fenced block, its fences included. */
function* fencedLines(markdown: string): Generator<{ readonly text: string; readonly isFenced: boolean }> {
  let fence = 0;
  for (const text of markdown.split('\n')) {
    const mark = /^ *(?:(?:[-*+]|\d{1,9}[.)]) {1,4})*(`{3,})([^`]*)$/.exec(text);
    const length = mark?.[1]?.length ?? 0;
    const isInside = fence > 0;
    if (!isInside) fence = length;
    else if (length >= fence && mark?.[2]?.trim() === '') fence = 0;
    yield { text, isFenced: isInside || length > 0 };
  }
}

/** The parts of a prompt: quoted lines are what a person typed, and what is named beside them was sent along. */
function readPrompt(section: string, folder: string): readonly PromptPart[] {
  const parts: PromptPart[] = [];
  let quoted: string[] = [];
  let attached: { readonly name: string; readonly lines: string[] } | undefined;
  const closeQuote = (): void => {
    if (quoted.length > 0) parts.push({ type: 'text', text: quoted.join('\n') });
    quoted = [];
  };
  for (const { text, isFenced } of fencedLines(section)) {
    if (isFenced) {
      attached?.lines.push(text);
      continue;
    }
    if (attached !== undefined && attached.lines.length > 0) {
      parts.push(attachmentOf(attached.name, attached.lines));
      attached = undefined;
    }
    const quote = /^> ?(.*)$/.exec(text);
    if (quote !== null) {
      quoted.push(typed(quote[1] ?? ''));
      continue;
    }
    closeQuote();
    const attachment = /^Attachment (`+) ?(.+?) ?\1(?: \(.*\))?:$/.exec(text);
    if (attachment !== null) attached = { name: attachment[2] ?? '', lines: [] };
    else if (text.trim() !== '') parts.push(fileOf(text, folder) ?? { type: 'text', text: typed(text) });
  }
  closeQuote();
  if (attached !== undefined && attached.lines.length > 0) parts.push(attachmentOf(attached.name, attached.lines));
  return parts;
}

function attachmentOf(name: string, fenced: readonly string[]): PromptPart {
  return { type: 'attachment', name: visible(name), content: { text: visible(fenced.slice(1, -1).join('\n')) } };
}

function fileOf(line: string, folder: string): PromptPart | undefined {
  const match = /^File (`+) ?(.+?) ?\1(?:, lines (\d{1,9})–(\d{1,9}))?\.$/.exec(line);
  const [, , written = '', first, last] = match ?? [];
  if (match === null || written.includes('\0')) return undefined;
  const isAbsolute = /^(?:[/\\]|[A-Za-z]:[/\\])/.test(written);
  const path = isAbsolute ? written : `${folder}/${written}`;
  return {
    type: 'file',
    path,
    name: written.split(/[/\\]/).at(-1) ?? written,
    ...(first === undefined || last === undefined ? {} : { range: { start: Number(first) - 1, end: Number(last) - 1 } }),
  };
}

/** A line as it was typed: what was put in for a renderer's sake is taken back as far as it can be told. */
function typed(line: string): string {
  return visible(line)
    .replace(/ {2}$/, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&#96;', '`')
    .replaceAll('&#126;', '~')
    .replaceAll(']&#58;', ']:')
    .replaceAll(']&#40;', '](');
}

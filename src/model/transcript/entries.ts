import { assertNever } from '../../base/errors.ts';
import type { Location, TextRef } from '../content.ts';
import type { Entry, FileDiff, NoticeEntry, PermissionEntry, RestoreEntry, ToolContent, ToolEntry } from '../entries.ts';
import type { Turn } from '../session.ts';
import { wordFor } from '../states.ts';
import { toolStart, toolWord } from '../toolCall.ts';
import { questionMarkdown } from './question.ts';
import { beginning, counted, excerptOf, sizeOf } from './cut.ts';
import { defuse } from './defuse.ts';
import { code, fenced, plain, quoted } from './inline.ts';
import { shortPath, timeOf } from './words.ts';
import type { TranscriptOptions } from './options.ts';

const messageCharacters = 256 * 1024;
const thoughtCharacters = 4_000;
const inputBounds = { lines: 40, characters: 4_000, line: 500 };
const outputBounds = { lines: 80, characters: 8_000, line: 500 };
const diffBounds = { lines: 400, characters: 30_000, line: 500 };

/** One entry of a turn as blocks of markdown. `level` is the depth that headings in it begin with, 1–6. */
export function entryMarkdown(entry: Entry, turn: Turn, level: number, options: TranscriptOptions): string {
  switch (entry.kind) {
    case 'message':
      return messageMarkdown(entry.text, level);
    case 'thought':
      return thought(entry.text, level);
    case 'tool':
      return tool(entry, options);
    case 'plan':
      return [
        label(entry.removed === true ? 'Plan that was given up' : 'Plan'),
        ...(entry.text === undefined ? [] : [messageMarkdown(entry.text, level)]),
        ...(entry.items.length === 0 ? [] : [entry.items.map(planLine).join('\n')]),
      ].join('\n\n');
    case 'permission':
      return permission(entry, turn, options);
    case 'notice':
      return notice(entry);
    case 'restore':
      return restore(entry, options);
    case 'image':
      return `*An image (${plain(entry.mimeType)}, ${sizeOf(entry.bytes)}), kept with the session.*`;
    case 'file':
      return `*A file (${plain(entry.name)}, ${sizeOf(entry.bytes)}), kept with the session.*`;
    case 'question':
      return questionMarkdown(entry);
    default:
      return assertNever(entry);
  }
}

/** One entry in a line, for a page that has grown too long for all of it. */
export function entryLine(entry: Entry): string {
  const what = entry.kind === 'tool' || entry.kind === 'permission' || entry.kind === 'question' ? plain(entry.title) : entry.kind;
  return `- ${what}${entry.kind === 'tool' ? ` (${toolWord(entry).toLowerCase()})` : ''}`;
}

function messageMarkdown(text: string, level: number): string {
  const { text: kept, cut } = beginning(text, messageCharacters);
  return [defuse(kept, { demote: level - 1 }), ...note(cut)].join('\n\n');
}

function thought(text: string, level: number): string {
  const { text: kept, cut } = beginning(text, thoughtCharacters);
  return quoted(['*Thought*', defuse(kept, { demote: level }), ...note(cut)].join('\n\n'));
}

function tool(entry: ToolEntry, options: TranscriptOptions): string {
  const title = plain(entry.title) || 'Tool';
  const start = timeOf(toolStart(entry));
  const when = entry.endedAt === undefined ? start : `${start} to ${timeOf(entry.endedAt)}`;
  const facts = [entry.toolKind.replace('_', ' '), when, ...places(entry.locations, options)];
  return [
    [`${label(title)} (${toolWord(entry).toLowerCase()})`, ...facts].join(' · '),
    ...(entry.input === undefined || entry.input.text.trim() === '' ? [] : textBlock('Input', entry.input, inputBounds)),
    ...entry.content.flatMap((part) => toolContent(part, options)),
  ].join('\n\n');
}

function toolContent(part: ToolContent, options: TranscriptOptions): readonly string[] {
  switch (part.type) {
    case 'text':
      return part.text.text.trim() === '' ? [] : textBlock('Output', part.text, outputBounds);
    case 'diff':
      return diff(part.diff, options);
    case 'image':
      return [`*An image (${plain(part.mimeType)}, ${sizeOf(part.bytes)}), kept with the session.*`];
    case 'file':
      return [`*A file (${plain(part.name)}, ${sizeOf(part.bytes)}), kept with the session.*`];
    case 'resource': {
      const name = `Resource ${code(part.name)}${part.uri === part.name ? '' : `, ${code(shortPath(part.uri, options.roots))}`}`;
      return part.text === undefined ? [`${name}.`] : textBlock(name, part.text, outputBounds);
    }
    default:
      return assertNever(part);
  }
}

/** A labelled block of text as it came, with what was left out said beside the label. */
export function textBlock(name: string, ref: TextRef, bounds: Parameters<typeof excerptOf>[1]): readonly string[] {
  const { text, cut } = excerptOf(ref.text, bounds);
  const more =
    ref.blob === undefined ? [] : [`the beginning of ${sizeOf(ref.bytes ?? ref.text.length)}, the rest is kept with the session`];
  const said = [...more, ...(cut === undefined ? [] : [cut])];
  return [`${name}${said.length === 0 ? '' : ` (${said.join('; ')})`}:`, fenced(text, 'text')];
}

function diff(change: FileDiff, options: TranscriptOptions): readonly string[] {
  const path = code(shortPath(change.path, options.roots));
  const size = `+${change.added} −${change.removed}`;
  const unified = options.diffOf?.(change);
  const verb = change.before === undefined ? 'New file' : 'Change of';
  if (unified === undefined) return [`${verb} ${path}, ${size}; too large to be shown here.`];
  const { text, cut } = excerptOf(unified, diffBounds);
  return [`${verb} ${path}, ${size}${cut === undefined ? '' : ` (${cut})`}:`, fenced(text, 'diff')];
}

function planLine(item: Extract<Entry, { kind: 'plan' }>['items'][number]): string {
  const done = item.state === 'completed' || item.state === 'succeeded';
  const remarks = [
    ...(done || item.state === 'pending' ? [] : [wordFor(item.state).toLowerCase()]),
    ...(item.priority === 'high' ? ['high priority'] : []),
  ];
  return `- [${done ? 'x' : ' '}] ${plain(item.text, 500)}${remarks.length === 0 ? '' : ` (${remarks.join(', ')})`}`;
}

function permission(entry: PermissionEntry, turn: Turn, options: TranscriptOptions): string {
  // The tool that asked shows its content itself; without one, this card is the only place.
  const shown = turn.entries.some((other) => other.kind === 'tool' && other.id === entry.tool);
  const offered = entry.options.map((option) => plain(option.label, 80)).join(' · ');
  return [
    label(`Permission asked: ${plain(entry.title) || 'a tool call'}`),
    ...(entry.command === undefined ? [] : [fenced(excerptOf(entry.command, inputBounds).text, 'sh')]),
    ...(shown ? [] : entry.content.flatMap((part) => toolContent(part, options))),
    ...(offered === '' ? [] : [`Offered: ${offered}.`]),
    answerLine(entry),
  ].join('\n\n');
}

function answerLine(entry: PermissionEntry): string {
  const { answer } = entry;
  if (answer === undefined) return `Asked at ${timeOf(entry.at)}; nobody has answered.`;
  const who = plain(answer.by) || 'unknown';
  return answer.outcome === 'chosen'
    ? `**${plain(answer.label, 80)}**, decided by ${who} at ${timeOf(answer.at)}.`
    : `**${plain(answer.label, 80) || 'Withdrawn'}** without a decision, by ${who} at ${timeOf(answer.at)}.`;
}

function notice(entry: NoticeEntry): string {
  const word = { info: 'Note', warning: 'Warning', error: 'Error' }[entry.level];
  const detail = entry.detail === undefined || entry.detail.trim() === '' ? [] : textBlock('Detail', { text: entry.detail }, inputBounds);
  return quoted([`**${word}:** ${plain(entry.text, 1000)}`, ...detail].join('\n\n'));
}

function putBack({ what, turnIndex }: RestoreEntry): string {
  const number = (turnIndex ?? 0) + 1;
  switch (what) {
    case 'turn':
      return `Files put back to before turn ${number}`;
    case 'file':
      return turnIndex === undefined ? 'Changes of the session undone' : `Changes of turn ${number} undone`;
    case 'part':
      return `Part of a change of turn ${number} undone`;
    case 'restore':
      return 'Files put back as they were before a restore';
  }
}

function restore(entry: RestoreEntry, options: TranscriptOptions): string {
  const files = entry.files.map((diff) => {
    const verb = diff.deleted === true ? 'deleted' : diff.before === undefined ? 'created again' : `+${diff.added} −${diff.removed}`;
    return `- ${code(shortPath(diff.path, options.roots))}, ${verb}`;
  });
  const left = entry.left.map(({ path, reason }) => `- ${code(shortPath(path, options.roots))} was left alone: ${plain(reason, 300)}`);
  return [`${label(putBack(entry))}, by ${plain(entry.by)} at ${timeOf(entry.at)}.`, [...files, ...left].join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

function places(locations: readonly Location[], options: TranscriptOptions): readonly string[] {
  const shown = locations
    .slice(0, 5)
    .map((place) => code(`${shortPath(place.path, options.roots)}${place.line === undefined ? '' : `:${place.line + 1}`}`));
  return locations.length > 5 ? [...shown, counted(locations.length - 5, 'more place')] : shown;
}

/** A line that names what follows. It is no heading, since the answer goes on below without one. */
function label(text: string): string {
  return `**${text}**`;
}

function note(cut: string | undefined): readonly string[] {
  return cut === undefined ? [] : [`*(${cut} left out here; the session holds all of it.)*`];
}

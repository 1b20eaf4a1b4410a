import { assertNever } from '../../base/errors.ts';
import type { PromptPart } from '../content.ts';
import type { SessionState, Turn } from '../session.ts';
import { beginning, counted, sizeOf } from './cut.ts';
import { defuse } from './defuse.ts';
import { entryLine, entryMarkdown, textBlock } from './entries.ts';
import { frontMatter } from './frontMatter.ts';
import { code, plain, quoted } from './inline.ts';
import type { TranscriptOptions } from './options.ts';
import { turnFileOf } from './slug.ts';
import { agentOf, dayAndTimeOf, durationOf, lengthOf, outcomeOf, pickedOf, redactionLine, sessionOf, shortPath, summed } from './words.ts';

const promptCharacters = 64 * 1024;
const attachmentBounds = { lines: 60, characters: 6_000, line: 500 };
/** Beyond this many characters, the entries of a page are named in a line each. */
const pageCharacters = 1_000_000;

/** The page of one turn: front matter, prompt, answer, foot. Only `turn` is read of the conversation. */
export function turnMarkdown(session: SessionState, turn: Turn, options: TranscriptOptions = {}): string {
  const previous = turn.index === 0 ? [] : [`[Turn ${turn.index}](${turnFileOf(turn.index - 1)})`];
  return `${[
    frontMatter({
      session: session.id,
      title: session.title,
      turn: turn.index + 1,
      turn_id: turn.id,
      ...aboutAgent(sessionOf(session, turn)),
      started: turn.startedAt,
      ended: turn.endedAt,
      outcome: turn.reason ?? 'open',
      tokens: session.usage.totalTokens,
      branch: session.branch,
      commits: turn.commits,
      redacted: redactedFields(options),
    }),
    `# ${plain(session.title, 120) || 'Session'}: turn ${turn.index + 1}`,
    [`[Session](README.md)`, ...previous].join(' · '),
    ...turnBody(session, turn, 2, options),
    ...foot(options),
  ].join('\n\n')}\n`;
}

/** A turn below a heading: when and how it ran, the prompt, the answer, what it left behind. `level` is that of its own headings. */
export function turnBody(session: SessionState, turn: Turn, level: number, options: TranscriptOptions): readonly string[] {
  const mark = '#'.repeat(level);
  const took = turn.tookMs === undefined ? durationOf(turn.startedAt, turn.endedAt) : lengthOf(turn.tookMs);
  return [
    [plain(agentOf(sessionOf(session, turn))), dayAndTimeOf(turn.startedAt), ...(took === undefined ? [] : [took]), outcomeOf(turn)].join(
      ' · ',
    ),
    `${mark} Prompt`,
    ...turn.prompt.flatMap((part) => promptPart(part, level + 1, options)),
    `${mark} Answer`,
    ...answer(turn, level + 1, options),
    ...(turn.error === undefined ? [] : [`> **${outcomeOf(turn)}:** ${plain(turn.error, 2000)}`]),
    ...commitLines(turn, mark),
  ];
}

/** What front matter says of the agent. */
export function aboutAgent(session: SessionState): Record<'agent' | 'agent_name' | 'agent_version' | 'model' | 'mode', string | undefined> {
  return {
    agent: session.agent,
    agent_name: session.agentName,
    agent_version: session.agentVersion,
    model: pickedOf(session, 'model'),
    mode: pickedOf(session, 'mode'),
  };
}

/** What front matter says of redaction: each kind with its count. */
export function redactedFields(options: TranscriptOptions): Readonly<Record<string, number>> | undefined {
  const kinds = summed(options.redacted);
  return kinds.length === 0 ? undefined : Object.fromEntries(kinds.map(({ kind, count }) => [kind, count]));
}

/** The last lines of a page. */
export function foot(options: TranscriptOptions): readonly string[] {
  const lines = redactionLine(options.redacted);
  return lines.length === 0 ? [] : ['---', ...lines];
}

function promptPart(part: PromptPart, level: number, options: TranscriptOptions): readonly string[] {
  switch (part.type) {
    case 'text': {
      if (part.text.trim() === '') return [];
      const { text, cut } = beginning(part.text, promptCharacters);
      const said = quoted(defuse(text, { demote: level - 1, keepLines: true }));
      return cut === undefined ? [said] : [said, `*(${cut} left out here; the session holds all of it.)*`];
    }
    case 'file': {
      const lines = part.range === undefined ? '' : `, lines ${part.range.start + 1}–${part.range.end + 1}`;
      return [`File ${code(shortPath(part.path, options.roots))}${lines}.`];
    }
    case 'image':
      return [`Image ${code(part.name)} (${plain(part.mimeType)}, ${sizeOf(part.bytes)}), kept with the session.`];
    case 'attachment':
      return textBlock(`Attachment ${code(part.name)}`, part.content, attachmentBounds);
    default:
      return assertNever(part);
  }
}

function answer(turn: Turn, level: number, options: TranscriptOptions): readonly string[] {
  const out: string[] = [];
  if (turn.skipped > 0)
    out.push(`*(${counted(turn.skipped, 'earlier entry').replace('entrys', 'entries')} of this turn are not on this page.)*`);
  if (turn.entries.length === 0) out.push('*No answer.*');
  let room = pageCharacters;
  const named: string[] = [];
  for (const entry of turn.entries) {
    if (room <= 0) {
      named.push(entryLine(entry));
      continue;
    }
    const text = entryMarkdown(entry, turn, level, options);
    room -= text.length;
    if (text !== '') out.push(text);
  }
  if (named.length > 0) out.push('*(This page has grown long. What follows is only named; the session holds all of it.)*', listOf(named));
  return out;
}

function listOf(named: readonly string[]): string {
  const most = 500;
  return [...named.slice(0, most), ...(named.length > most ? [`- … ${counted(named.length - most, 'more')}`] : [])].join('\n');
}

function commitLines(turn: Turn, mark: string): readonly string[] {
  const { commits = [] } = turn;
  return commits.length === 0 ? [] : [`${mark} Commits`, commits.map((commit) => `- ${code(commit, 64)}`).join('\n')];
}

import { promptText } from '../content.ts';
import type { SessionState, Turn } from '../session.ts';
import { statusOf } from '../status.ts';
import { statusTable } from '../statusTable.ts';
import { counted } from './cut.ts';
import { frontMatter } from './frontMatter.ts';
import { code, plain } from './inline.ts';
import type { SessionLink, TranscriptOptions } from './options.ts';
import { turnFileOf } from './slug.ts';
import { aboutAgent, foot, redactedFields, turnBody } from './turn.ts';
import { agentOf, dayAndTimeOf, outcomeOf, pickedOf, shortPath, tokensOf } from './words.ts';

/** Turns that the page of a session lists; a list of all would be written again with every turn. */
const listedTurns = 100;
const listedFiles = 50;

/** The page of a session: who, when, where, what it is connected to, and its latest turns. It reads the turns that `session` holds. */
export function sessionMarkdown(session: SessionState, options: TranscriptOptions = {}): string {
  return `${[
    header(session, options),
    `# ${plain(session.title, 120) || 'Session'}`,
    facts(session).join('\n'),
    ...links(options),
    ...turnList(session),
    ...fileList(session, options),
    ...foot(options),
  ].join('\n\n')}\n`;
}

/** A whole session, or the given turns of it, as one document. */
export function transcriptMarkdown(session: SessionState, turns: readonly Turn[], options: TranscriptOptions = {}): string {
  return `${[
    header(session, options),
    `# ${plain(session.title, 120) || 'Session'}`,
    facts(session).join('\n'),
    ...turns.flatMap((turn) => [`## Turn ${turn.index + 1}`, ...turnBody(session, turn, 3, options)]),
    ...foot(options),
  ].join('\n\n')}\n`;
}

function header(session: SessionState, options: TranscriptOptions): string {
  const commits = [...new Set(session.turns.flatMap((turn) => turn.commits ?? []))];
  const { usage } = session;
  return frontMatter({
    session: session.id,
    title: session.title,
    ...aboutAgent(session),
    created: session.createdAt,
    updated: session.updatedAt,
    status: session.archived ? 'archived' : session.lifecycle,
    turns: session.turnCount,
    tokens: usage.totalTokens,
    tokens_in: usage.inputTokens,
    tokens_out: usage.outputTokens,
    cost: usage.cost === undefined ? undefined : { amount: usage.cost.amount, currency: usage.cost.currency },
    folder: shortPath(session.cwd, options.roots),
    branch: session.branch,
    commits: commits.length === 0 ? undefined : commits,
    parent: session.parent,
    redacted: redactedFields(options),
  });
}

function facts(session: SessionState): readonly string[] {
  const model = pickedOf(session, 'model');
  const tokens = tokensOf(session);
  return [
    `- Agent: ${plain(agentOf(session))}${model === undefined ? '' : `, ${plain(model)}`}`,
    `- Started: ${dayAndTimeOf(session.createdAt)}; last news: ${dayAndTimeOf(session.updatedAt)}`,
    `- State: ${statusTable[statusOf(session).status].word.toLowerCase()}`,
    ...(session.branch === undefined ? [] : [`- Branch: ${code(session.branch)}`]),
    `- ${counted(session.turnCount, 'turn')}, ${counted(session.counts.tools, 'tool call')}${tokens === undefined ? '' : `, ${tokens}`}`,
  ];
}

function links(options: TranscriptOptions): readonly string[] {
  const { parent, children = [] } = options;
  return [
    ...(parent === undefined ? [] : [`Comes from ${link(parent)}.`]),
    ...(children.length === 0 ? [] : [`Led to ${children.map(link).join(', ')}.`]),
  ];
}

function link(to: SessionLink): string {
  return `[${plain(to.title, 120) || 'Session'}](${to.href})`;
}

function turnList(session: SessionState): readonly string[] {
  const listed = session.turns.slice(-listedTurns);
  const first = listed[0];
  if (first === undefined) return [];
  const earlier =
    first.index === 0
      ? []
      : [`The earlier turns are beside this page, from [1](${turnFileOf(0)}) to [${first.index}](${turnFileOf(first.index - 1)}).`];
  const lines = listed.map(
    (turn) =>
      `- [Turn ${turn.index + 1}](${turnFileOf(turn.index)}), ${dayAndTimeOf(turn.startedAt)}, ${outcomeOf(turn)}: ${plain(promptText(turn.prompt), 100) || 'no text'}`,
  );
  return ['## Turns', ...earlier, lines.join('\n')];
}

function fileList(session: SessionState, options: TranscriptOptions): readonly string[] {
  if (session.files.length === 0) return [];
  const lines = session.files
    .slice(-listedFiles)
    .map((file) => `- ${code(shortPath(file.path, options.roots))} (+${file.added} −${file.removed})`);
  const left = session.files.length - lines.length;
  return ['## Files touched', [...lines, ...(left > 0 ? [`- … ${counted(left, 'more file')}`] : [])].join('\n')];
}

import type { SessionSummary } from '../../model/summary.ts';
import type { Translate } from '../translate.ts';
import { ageOf } from './age.ts';
import { changesOf, statusText } from './rowText.ts';

/** Letters of the last message that a preview shows. */
const messageLength = 240;

/** Sessions below one that its preview names. */
const namedChildren = 5;

/** The preview of a session, as plain lines: what it does and why, the last message, counts, tokens and cost, files touched. */
export function previewLines(
  session: SessionSummary,
  now: number,
  t: Translate,
  children: readonly SessionSummary[] = [],
): readonly string[] {
  const { usage } = session;
  const tokens = usage.totalTokens ?? sum(usage.inputTokens, usage.outputTokens);
  const changes = changesOf(session);
  const numbers = [
    countOf(session.messages, t('1 message'), t('{0} messages', session.messages)),
    ...(session.queued > 0 ? [t('{0} queued', session.queued)] : []),
    ...(session.tools > 0 ? [countOf(session.tools, t('1 tool call'), t('{0} tool calls', session.tools))] : []),
    ...(session.errors > 0 ? [countOf(session.errors, t('1 error'), t('{0} errors', session.errors))] : []),
    ...(tokens === undefined ? [] : [t('{0} tokens', tokens.toLocaleString('en'))]),
    ...(usage.cost === undefined ? [] : [`${usage.cost.amount.toFixed(2)} ${usage.cost.currency}`]),
  ];
  const files = [countOf(session.filesTouched, t('1 file changed'), t('{0} files changed', session.filesTouched)), changes];
  return [
    session.title,
    `${statusText(session, t)} · ${ageOf(session.updatedAt, now, t)}`,
    ...(session.parentTitle === undefined ? [] : [t('Comes from “{0}”', oneLine(session.parentTitle, 80))]),
    ...flawLines(session, t),
    ...children.slice(0, namedChildren).map((child) => t('Below it: “{0}” — {1}', oneLine(child.title, 60), statusText(child, t))),
    ...(children.length > namedChildren ? [t('and {0} more', children.length - namedChildren)] : []),
    ...(session.lastMessage === '' ? [] : [plainLine(session.lastMessage, messageLength)]),
    numbers.join(' · '),
    ...(session.filesTouched === 0 ? [] : [files.filter((part) => part !== undefined).join(' · ')]),
    ...(session.recoveredFrom === undefined ? [] : [t('Recovered from {0}', oneLine(session.recoveredFrom, 120))]),
    [session.agentName ?? session.agent, session.branch, session.cwd].filter((part) => part !== undefined && part !== '').join(' · '),
  ];
}

/** What is wrong with the stored session, a line each. */
function flawLines({ flaws }: SessionSummary, t: Translate): readonly string[] {
  if (flaws === undefined) return [];
  const lost = flaws.damaged + flaws.damagedBlobs;
  return [
    ...(lost === 0 ? [] : [t('Damaged on the disk: some of it cannot be read. The bytes are kept in the quarantine folder.')]),
    ...(flaws.mergedEpochs.length === 0 ? [] : [t('Two session hosts wrote it at the same time; what both wrote is there.')]),
  ];
}

/** A text on one line, without control and direction characters, cut with an ellipsis after `length` letters. */
export function oneLine(text: string, length: number): string {
  const calm = text
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return calm.length <= length ? calm : `${calm.slice(0, length).trimEnd()}…`;
}

/** A message on one line, without the marks of markdown for bold and for code. */
export function plainLine(text: string, length: number): string {
  return oneLine(text.replace(/\*\*|`+/g, ''), length);
}

function countOf(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}

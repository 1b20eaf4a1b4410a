import type { SessionState, Turn } from '../session.ts';
import type { StopReason } from '../events.ts';
import type { Redaction } from './options.ts';
import { counted, grouped } from './cut.ts';
import { plain } from './inline.ts';

/** The time of day of an instant, with `UTC`; the text itself where it is no instant. */
export function timeOf(instant: string): string {
  const time = /T(\d{2}:\d{2}:\d{2})/.exec(instant)?.[1];
  return time === undefined ? plain(instant, 40) : `${time} UTC`;
}

/** Day and minute of an instant: `2026-11-21 10:04 UTC`. */
export function dayAndTimeOf(instant: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(instant);
  return match === null ? plain(instant, 40) || 'unknown' : `${match[1] ?? ''} ${match[2] ?? ''} UTC`;
}

/** How long something took, or nothing where an end is missing. */
export function durationOf(from: string, to: string | undefined): string | undefined {
  const milliseconds = to === undefined ? NaN : Date.parse(to) - Date.parse(from);
  return Number.isFinite(milliseconds) && milliseconds >= 0 ? lengthOf(milliseconds) : undefined;
}

/** A length of time in the same words. */
export function lengthOf(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A path as a reader knows it: relative to the first root that holds it, with forward slashes. */
export function shortPath(path: string, roots: readonly string[] = []): string {
  const slashed = path.replaceAll('\\', '/');
  for (const root of roots) {
    const base = root.replaceAll('\\', '/').replace(/\/+$/, '');
    if (base === '') continue;
    if (slashed === base) return '.';
    if (slashed.startsWith(`${base}/`)) return slashed.slice(base.length + 1);
  }
  return path;
}

const outcomes: Readonly<Record<StopReason, string>> = {
  finished: 'finished',
  cancelled: 'stopped by a person',
  interrupted: 'interrupted, can be continued',
  failed: 'failed',
  refused: 'refused by the agent',
  limit: 'ended at a limit of the agent',
};

/** How a turn ended, or that it has not. */
export function outcomeOf(turn: Turn): string {
  return turn.reason === undefined ? 'not ended' : outcomes[turn.reason];
}

/** The agent's name and version as it said them. */
export function agentOf(session: SessionState): string {
  const name = session.agentName ?? session.agent;
  return session.agentVersion === undefined ? name : `${name} ${session.agentVersion}`;
}

/** The session as it was when a turn was made: one that went on with another agent since is that of the agent before, there. */
export function sessionOf(session: SessionState, { madeBy }: Turn): SessionState {
  if (madeBy === undefined) return session;
  const { agentVersion: _version, ...rest } = session;
  const version = madeBy.version === undefined ? {} : { agentVersion: madeBy.version };
  return { ...rest, agent: madeBy.agent, agentName: madeBy.name, ...version, controls: { commands: [], pickers: [] } };
}

/** What is chosen in the picker of a role, as its label. */
export function pickedOf(session: SessionState, role: 'model' | 'mode'): string | undefined {
  const picker = session.controls.pickers.find((candidate) => candidate.role === role);
  if (picker === undefined) return undefined;
  return picker.options.find((option) => option.id === picker.value)?.label ?? picker.value;
}

/** Tokens of a session in words, or nothing where the agent tells none. */
export function tokensOf(session: SessionState): string | undefined {
  const { inputTokens, outputTokens, totalTokens } = session.usage;
  const total =
    totalTokens ?? (inputTokens === undefined && outputTokens === undefined ? undefined : (inputTokens ?? 0) + (outputTokens ?? 0));
  if (total === undefined) return undefined;
  return inputTokens === undefined || outputTokens === undefined
    ? `${grouped(total)} tokens`
    : `${grouped(total)} tokens (${grouped(inputTokens)} in, ${grouped(outputTokens)} out)`;
}

/** Redactions with each kind once, in the order of their first place. */
export function summed(redacted: readonly Redaction[] = []): readonly Redaction[] {
  const counts = new Map<string, number>();
  for (const { kind, count } of redacted) counts.set(kind, (counts.get(kind) ?? 0) + count);
  return [...counts].map(([kind, count]) => ({ kind, count }));
}

/** The sentence at a page's foot about what was redacted; nothing where nothing was. */
export function redactionLine(redacted: readonly Redaction[] = []): readonly string[] {
  const kinds = summed(redacted);
  if (kinds.length === 0) return [];
  const all = kinds.reduce((sum, { count }) => sum + count, 0);
  const words = kinds.map(({ kind, count }) => `${count} × ${plain(kind, 60)}`).join(', ');
  return [`*Redacted before writing: ${counted(all, 'place')} (${words}).*`];
}

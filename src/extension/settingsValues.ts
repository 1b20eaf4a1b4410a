import type { InputOf } from '../protocol/contract.ts';
import type { HostRequests } from '../protocol/host.ts';
import { AgentLaunch, HistoryMode } from '../protocol/host.ts';

/** Settings that were checked: what is usable, and a sentence for each value that is not. */
export interface ReadSettings<Values> {
  readonly values: Values;
  readonly problems: readonly string[];
}

/** The settings as they stand in the files, unchecked. */
export interface RawHostSettings {
  readonly agents: unknown;
  readonly defaultAgent: unknown;
  readonly history: unknown;
  /** Lists of patterns, one for each place where a person can set them. */
  readonly redactionPatterns: readonly unknown[];
}

/** The id of the agent that needs no setting. */
export const builtInAgent = 'built-in';

/** Takes what is usable out of the settings. A value that is not is left out or replaced by the default, and named. */
export function hostSettingsFrom(raw: RawHostSettings): ReadSettings<InputOf<HostRequests['host/configure']>> {
  const problems: string[] = [];
  const agents = list(raw.agents).flatMap((item, index) => {
    const parsed = AgentLaunch.safeParse(item);
    if (parsed.success) return [parsed.data];
    const issue = parsed.error.issues[0];
    problems.push(
      `sessionLoom.agents, item ${index + 1}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not usable'}. It is left out.`,
    );
    return [];
  });
  const history = HistoryMode.safeParse(raw.history ?? 'ref');
  if (!history.success) problems.push('sessionLoom.history must be "ref", "branch", "folder" or "off". "ref" is used.');
  const wanted = typeof raw.defaultAgent === 'string' && raw.defaultAgent !== '' ? raw.defaultAgent : builtInAgent;
  const isKnown = wanted === builtInAgent || agents.some(({ id }) => id === wanted);
  if (!isKnown)
    problems.push(`sessionLoom.defaultAgent names "${wanted}", which sessionLoom.agents does not define. The built-in agent is used.`);
  return {
    values: {
      agents,
      defaultAgent: isKnown ? wanted : builtInAgent,
      history: history.success ? history.data : 'ref',
      redactionPatterns: usablePatterns(raw.redactionPatterns, problems),
    },
    problems,
  };
}

function usablePatterns(lists: readonly unknown[], problems: string[]): readonly string[] {
  const patterns = lists.flatMap(list).filter((pattern) => {
    if (typeof pattern === 'string' && isPattern(pattern)) return true;
    problems.push(`sessionLoom.redactionPatterns: ${JSON.stringify(pattern)} is no regular expression. It is left out.`);
    return false;
  });
  return [...new Set(patterns as string[])];
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return text !== '';
  } catch {
    return false;
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

import type { InputOf } from '../protocol/contract.ts';
import type { HostRequests } from '../protocol/host.ts';
import type { RawPermissions } from './permissionSettings.ts';
import { permissionRulesFrom } from './permissionSettings.ts';
import type { McpServers } from '../protocol/mcpServers.ts';
import { serversIn } from '../protocol/mcpServers.ts';
import { AgentLaunch, HistoryMode } from '../protocol/settings.ts';
import type { ReadPlaces } from './limitValues.ts';
import { limitsFrom } from './limitValues.ts';
import { shownValue } from './windowValues.ts';
import { worktreesFrom } from './worktreeValues.ts';

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
  readonly permissions?: RawPermissions;
  /** The person's own servers, and those that VS Code's own setting names. */
  readonly mcpServers?: unknown;
  readonly editorMcpServers?: unknown;
  /** Gives the values of a setting of limits, or of worktrees. */
  readonly limits?: ReadPlaces;
}

/** The id of the agent that needs no setting. */
export const builtInAgent = 'built-in';

/**
 * Takes what is usable out of the settings. A value that is not is left out or replaced by the default, and named.
 * `known` are the ids of agents that need no setting; `any` while nobody has looked for them.
 */
export function hostSettingsFrom(
  raw: RawHostSettings,
  known: readonly string[] | 'any' = [],
): ReadSettings<InputOf<HostRequests['host/configure']>> {
  const problems: string[] = [];
  if (raw.agents !== undefined && !Array.isArray(raw.agents))
    problems.push(`sessionLoom.agents is ${shownValue(raw.agents)}, and must be a list of agents. Only the built-in agent is offered.`);
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
  if (raw.defaultAgent !== undefined && typeof raw.defaultAgent !== 'string')
    problems.push(
      `sessionLoom.defaultAgent is ${shownValue(raw.defaultAgent)}, and must be the id of an agent. The built-in agent is used.`,
    );
  const wanted = typeof raw.defaultAgent === 'string' && raw.defaultAgent !== '' ? raw.defaultAgent : builtInAgent;
  const isKnown = wanted === builtInAgent || agents.some(({ id }) => id === wanted) || known === 'any' || known.includes(wanted);
  if (!isKnown)
    problems.push(`sessionLoom.defaultAgent names "${wanted}", which is no agent that is known here. The built-in agent is used.`);
  const permissions = raw.permissions === undefined ? [] : permissionRulesFrom(raw.permissions, problems);
  const limits = raw.limits === undefined ? undefined : limitsFrom(raw.limits);
  const worktrees = raw.limits === undefined ? undefined : worktreesFrom(raw.limits);
  problems.push(...(limits?.problems ?? []), ...(worktrees?.problems ?? []));
  const mcp = [serversIn(raw.editorMcpServers, 'mcp.servers'), serversIn(raw.mcpServers, 'sessionLoom.mcpServers')];
  problems.push(...mcp.flatMap((each) => each.problems));
  const mcpServers = Object.assign({}, ...mcp.map(({ servers }) => servers)) as McpServers;
  return {
    values: {
      agents,
      defaultAgent: isKnown ? wanted : builtInAgent,
      history: history.success ? history.data : 'ref',
      redactionPatterns: usablePatterns(raw.redactionPatterns, problems),
      ...(permissions.length === 0 ? {} : { permissions: [...permissions] }),
      ...(Object.keys(mcpServers).length === 0 ? {} : { mcpServers: mcpServers }),
      ...(limits === undefined ? {} : { limits: limits.limits }),
      ...(worktrees === undefined ? {} : { worktrees: worktrees.worktrees }),
    },
    problems,
  };
}

function usablePatterns(lists: readonly unknown[], problems: string[]): readonly string[] {
  for (const each of lists)
    if (each !== undefined && !Array.isArray(each))
      problems.push(`sessionLoom.redactionPatterns is ${shownValue(each)}, and must be a list of regular expressions. It is left out.`);
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

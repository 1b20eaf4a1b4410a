import { earlierText } from '../../model/earlier.ts';
import type { SessionState } from '../../model/session.ts';
import type { AgentChild, AgentListener, AgentProgram, AgentPromptPart, AgentUpdate } from '../agents/agentPort.ts';
import type { McpSources } from '../instances/mcpSources.ts';
import type { OpenedAgent } from '../instances/agentPool.ts';
import type { SessionPermissions } from '../permissions/sessionPermissions.ts';
import type { SignIn } from '../instances/signIn.ts';
import type { Windows } from '../windows.ts';

/** The start of an agent that several may wait for: whoever of them gives up ends it. */
export interface Opening {
  readonly opened: Promise<OpenedAgent>;
  readonly stop: AbortController;
}

/** What an agent can reach through its session; what is missing it does without. */
export interface AgentSurroundings {
  readonly windows?: Windows;
  /** What it may do without a person. */
  readonly permissions?: SessionPermissions;
  /** Hears how each start of the agent went; `error` is what it failed with. */
  readonly started?: (agent: string, error?: unknown) => void;
  /** Signs in to an agent that wants it with each start, as a person did before. */
  readonly signIn?: SignIn['again'];
  /** Makes a session for a sub-agent of this one. */
  readonly spawned?: (parent: SessionState, child: AgentChild) => Promise<AgentListener | undefined>;
  /** The MCP servers that the agent gets with the session. */
  readonly mcpServers?: McpSources['of'];
  /** Names the instance that the session shares with others; a name of its own where it shares none. */
  readonly scope?: () => string;
}

/** Letters of the earlier conversation that are handed to an agent which does not remember it. */
const replayLength = 100_000;

/** What was said before, for an agent that was started anew and cannot load the session. */
export function earlierParts(state: SessionState): readonly AgentPromptPart[] {
  const text = earlierText(state, replayLength);
  return text === '' ? [] : [{ type: 'attachment', name: 'Earlier conversation of this session', text }];
}

/** The agent as a session wants it; one with other variables is another program to the pool, so such a session gets an instance of its own. */
export function withVariables(program: AgentProgram, variables: Readonly<Record<string, string>> | undefined): AgentProgram {
  return variables === undefined ? program : { ...program, env: { ...program.env, ...variables } };
}

/** What a person has stopped has not failed, whatever the agent calls it. */
export function asStopped(update: AgentUpdate): AgentUpdate {
  if (update.type !== 'tool' || (update.fields.state !== 'failed' && update.fields.state !== 'error')) return update;
  return { ...update, fields: { ...update.fields, state: 'cancelled' } };
}

import * as z from 'zod';
import { Id } from '../model/entries.ts';
import { PermissionRule } from '../model/permissionRules.ts';
import { McpServer } from './mcpServers.ts';
import { timeNames } from '../model/times.ts';

/** Whether sessions of an agent share one running instance of it, or each gets one of its own. */
export const InstanceMode = z.enum(['shared', 'perSession']);
export type InstanceMode = z.infer<typeof InstanceMode>;

/** How an agent is started: from user or machine settings only. */
export const AgentLaunch = z.object({
  id: Id,
  name: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().optional(),
  /** Another choice than that of the setting for all agents. */
  instances: InstanceMode.optional(),
});

/** Where an agent is known from: it comes with the product, is named in the settings, was installed here, lies on the path, or is offered. */
export const AgentSource = z.enum(['built-in', 'setting', 'installed', 'path', 'registry']);
export type AgentSource = z.infer<typeof AgentSource>;

/**
 * Whether a session can be made with an agent. `needs-login`: it asked for a login when it was last started. `missing`: its command cannot be
 * started. `unavailable`: it cannot be installed on this machine.
 */
export const AgentState = z.enum(['ready', 'needs-login', 'needs-install', 'missing', 'unavailable']);
export type AgentState = z.infer<typeof AgentState>;

/** An agent of the catalogue, as the window sees it that has looked for them. */
export const AgentRow = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  source: AgentSource,
  state: AgentState,
  /** Why it is not ready, as a sentence for a person. */
  reason: z.string().optional(),
  version: z.string().optional(),
  /** A version that could be installed in its place. */
  newer: z.string().optional(),
  /** Where it is, or what would be installed. */
  detail: z.string().optional(),
});
export type AgentRow = z.infer<typeof AgentRow>;
const Amount = z.number().nonnegative().optional();

/** The most that may be spent; what is missing has no limit. */
export const Budget = z.object({ tokens: Amount, cost: Amount, turns: Amount, minutes: Amount });

/** What may run at once, for how long, and at what cost. */
export const LimitSettings = z.object({
  maxActiveSessions: z.number().int().min(1).max(1000).optional(),
  instances: InstanceMode.optional(),
  budget: z
    .object({
      session: Budget.optional(),
      day: Budget.optional(),
      /** Of the costs, as ISO 4217 has it. */
      currency: z.string().optional(),
    })
    .optional(),
  /** Whether a turn that runs when a budget is used up may go on to its end. */
  letTurnsEnd: z.boolean().optional(),
  /** Megabytes that the host and its agents may take together before idle sessions hibernate; 0 for no limit. */
  memoryMb: z.number().nonnegative().optional(),
  /** Seconds; see `model/times.ts`. */
  times: z.partialRecord(z.enum(timeNames), z.number().nonnegative()).optional(),
  /** Whether a turn is stopped whose tool call runs longer than `times.commandMost`. */
  endLongCommands: z.boolean().optional(),
});
export type LimitSettings = z.infer<typeof LimitSettings>;

/** Where a session's history is written. */
export const HistoryMode = z.enum(['ref', 'branch', 'folder', 'off']);

/** Where a new session works: in its folder, or in a git worktree of its own. */
export const Isolation = z.enum(['folder', 'worktree']);
export type Isolation = z.infer<typeof Isolation>;

/** How worktrees are made. */
export const WorktreeSettings = z.object({
  /** Where a session works when nothing is said. */
  isolation: Isolation,
  /** Megabytes of ignored files that are copied at most. */
  copyLimit: z.number().nonnegative(),
  /** Minutes that a set-up script may take. */
  setupTimeout: z.number().positive(),
  /** Ports that each worktree gets for itself; 0 for none. */
  ports: z.number().int().min(0).max(100),
  /** Filter programs of git, as Git LFS, run when files are checked out. */
  runFilters: z.boolean(),
});
export type WorktreeSettings = z.infer<typeof WorktreeSettings>;

/** What a window tells the host of the user's settings; the host never reads settings itself. */
export const HostSettings = z.object({
  agents: z.array(AgentLaunch),
  defaultAgent: z.string(),
  history: HistoryMode,
  redactionPatterns: z.array(z.string()),
  /** Permission rules, and where they come from. Taken only from a window that may approve; those of a workspace allow nothing. */
  permissions: z.array(z.object({ rule: PermissionRule, origin: z.enum(['user', 'workspace']) })).optional(),
  /** All agents that the window knows of, also those that are not ready to be started. `agents` has the commands of those that are. */
  catalogue: z.array(AgentRow).optional(),
  limits: LimitSettings.optional(),
  worktrees: WorktreeSettings.optional(),
  /** MCP servers of the person's own settings, which agents get. Taken only from a window that may approve. */
  mcpServers: z.record(z.string(), McpServer).optional(),
});

import * as z from 'zod';
import { Id } from '../model/entries.ts';

/** How an agent is started: from user or machine settings only. */
export const AgentLaunch = z.object({
  id: Id,
  name: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().optional(),
});

/** Where a session's history is written. */
export const HistoryMode = z.enum(['ref', 'branch', 'folder', 'off']);

/** What a window tells the host of the user's settings; the host never reads settings itself. */
export const HostSettings = z.object({
  agents: z.array(AgentLaunch),
  defaultAgent: z.string(),
  history: HistoryMode,
  redactionPatterns: z.array(z.string()),
});

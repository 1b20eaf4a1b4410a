import type { AgentProgram } from './agentPort.ts';

/** The id of the agent that comes with the product. */
export const builtInAgentId = 'built-in';

/**
 * How the built-in agent is started: with the runtime of this process, which may be an editor's Electron. `bundle` is the path of `agent.cjs`,
 * `stateFolder` is where it keeps its conversations.
 */
export function builtInAgent(bundle: string, stateFolder: string, runtime: string = process.execPath): AgentProgram {
  return {
    id: builtInAgentId,
    name: 'Built-in Agent',
    command: runtime,
    args: [bundle],
    env: { ELECTRON_RUN_AS_NODE: '1', SESSION_LOOM_AGENT_STATE: stateFolder },
  };
}

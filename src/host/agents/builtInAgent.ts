import type { AgentProgram } from './agentPort.ts';

/** The id of the agent that comes with the product. */
export const builtInAgentId = 'built-in';

/**
 * How the built-in agent is started: with the runtime of this process, which may be an editor's Electron. `bundle` is the path of `agent.cjs`,
 * `stateFolder` is where it keeps its conversations. What this process has compiled and what the agent has lie in one folder.
 */
export function builtInAgent(bundle: string, stateFolder: string, runtime: string = process.execPath): AgentProgram {
  const compiled = process.env['NODE_COMPILE_CACHE'];
  return {
    id: builtInAgentId,
    name: 'Built-in Agent',
    command: runtime,
    args: [bundle],
    env: {
      ELECTRON_RUN_AS_NODE: '1',
      SESSION_LOOM_AGENT_STATE: stateFolder,
      ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }),
    },
  };
}

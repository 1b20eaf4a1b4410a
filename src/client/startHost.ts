import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { hostEnvironment } from './hostEnvironment.ts';
import { hostExitCodes } from '../protocol/endpoint.ts';
import type { WorkspaceLocation } from '../protocol/location.ts';
import type { RunnablePrograms } from './programs.ts';
import type { EndpointPaths } from './runtimeFolder.ts';

/** What a host process is started with. */
export interface HostStart {
  readonly node: string;
  readonly programs: RunnablePrograms;
  readonly location: WorkspaceLocation;
  readonly paths: EndpointPaths;
  readonly version: string;
  /** The environment of the host itself; agents get the one that a window sends. */
  readonly environment: NodeJS.ProcessEnv;
  /** File that takes what the host prints before its own log is open. */
  readonly output: string;
  /** The public key of whoever may approve. */
  readonly approver?: string | undefined;
}

/**
 * Options of V8 for a process that sits beside an editor for days: a small young generation and a heap that is kept small take about a quarter
 * of the memory away; what a host does is waiting for disks and agents, not computing.
 */
const sparing = ['--max-semi-space-size=2', '--optimize-for-size'];

/**
 * Starts a detached host: its own session, nothing inherited but a file for its output, so that the end of the window does not end it.
 * Resolves with the exit code when it ends, which a client needs only while it waits for the endpoint.
 */
export function startHost(start: HostStart): { readonly exited: Promise<number> } {
  const output = openSync(start.output, 'a', 0o600);
  // Node takes a folder that it cannot use for none.
  const compiled = start.programs.compiled === undefined ? {} : { NODE_COMPILE_CACHE: start.programs.compiled };
  try {
    const child = spawn(
      start.node,
      [
        ...sparing,
        start.programs.host,
        JSON.stringify({
          location: start.location,
          endpoint: start.paths,
          version: start.version,
          agent: start.programs.agent,
          wasm: start.programs.wasm,
          approver: start.approver,
        }),
      ],
      {
        detached: true,
        windowsHide: true,
        cwd: start.paths.folder,
        stdio: ['ignore', output, output],
        env: { ...compiled, ...hostEnvironment(start.environment), ELECTRON_RUN_AS_NODE: '1' },
      },
    );
    child.unref();
    const exited = new Promise<number>((resolve) => {
      child.once('error', () => resolve(hostExitCodes.failed));
      child.once('exit', (code) => resolve(code ?? hostExitCodes.failed));
    });
    return { exited };
  } finally {
    closeSync(output);
  }
}

/** A place for one run of something: a home, a runtime folder and an environment of its own, of which nothing is left at the end. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcesses, newToken, processesWithToken, tokenVariable } from './processes.ts';
import type { FoundProcess } from './processes.ts';

/** A scratch place. `env` holds the token, so that everything that is started with it can be found. */
export interface Scratch {
  readonly folder: string;
  readonly home: string;
  /** As short as can be: sockets in it must stay below 100 bytes. */
  readonly runtime: string;
  readonly token: string;
  readonly env: NodeJS.ProcessEnv;
  /** Kills what is left running, deletes the folder, and returns what was killed. `spare` leaves running what runs, and returns it. */
  close(options?: { readonly spare?: boolean }): Promise<FoundProcess[]>;
}

/** Variables that say where this process was started from. They must not reach a VS Code that is started anew. */
const strange = /^(VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$|NODE_V8_COVERAGE$|BROWSER$|GIT_|MOCHA_)/;

/** Variables that say where a person's own files are: with a home of its own, a scratch place must not see them. */
const personal = /^XDG_/;

/** The environment of this process without what would leak from it. */
export function plainEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !strange.test(name)));
}

function withoutPersonal(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !personal.test(name)));
}

/**
 * VS Code leaves things in the temp folder, so that is inside the scratch place. Not on macOS: there sockets lie in it, and their paths would
 * become too long.
 */
async function temporary(folder: string): Promise<NodeJS.ProcessEnv> {
  if (process.platform === 'darwin') return {};
  const path = join(folder, 'tmp');
  await mkdir(path);
  return { TMPDIR: path, TEMP: path, TMP: path };
}

/** What is the person's own and what is made anew. */
export interface ScratchRequest {
  /** A new home with a git user in it, and nothing of the person's own folders. */
  readonly ownHome?: boolean;
  /** A new runtime folder. Two VS Codes on one workspace must have the same one, or they do not find each other's host. */
  readonly ownRuntime?: boolean;
}

/** Makes a scratch place in the temp folder. */
export async function openScratch({ ownHome = true, ownRuntime = true }: ScratchRequest = {}): Promise<Scratch> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'loom-')));
  const home = join(folder, 'home');
  const runtime = join(folder, 'run');
  await mkdir(home);
  await mkdir(runtime, { mode: 0o700 });
  const token = newToken(process.env[tokenVariable]);
  await writeFile(join(home, '.gitconfig'), '[user]\n\tname = Sam Sample\n\temail = sam@example.com\n[init]\n\tdefaultBranch = main\n');
  const plain = plainEnvironment(process.env);
  const env = {
    ...(ownHome ? { ...withoutPersonal(plain), HOME: home, USERPROFILE: home } : plain),
    ...(ownRuntime && { XDG_RUNTIME_DIR: runtime, ...(await temporary(folder)) }),
    [tokenVariable]: token,
  };
  return {
    folder,
    home,
    runtime,
    token,
    env,
    async close({ spare = false } = {}) {
      const left = spare ? processesWithToken(token) : await endProcesses(token);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      return left;
    },
  };
}

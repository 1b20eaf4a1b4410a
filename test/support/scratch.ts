/** A place for one run of something: a home, a runtime folder and an environment of its own, of which nothing is left at the end. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcesses, tokenVariable } from './processes.ts';
import type { FoundProcess } from './processes.ts';

/** A scratch place. `env` holds the token, so that everything that is started with it can be found. */
export interface Scratch {
  readonly folder: string;
  readonly home: string;
  /** As short as can be: sockets in it must stay below 100 bytes. */
  readonly runtime: string;
  readonly token: string;
  readonly env: NodeJS.ProcessEnv;
  /** Kills what is left running, deletes the folder, and returns what was killed. */
  close(): Promise<FoundProcess[]>;
}

/** Variables that say where this process was started from. They must not reach a VS Code that is started anew. */
const strange = /^(VSCODE_|ELECTRON_|npm_|NODE_OPTIONS$|NODE_V8_COVERAGE$|XDG_|BROWSER$|GIT_|MOCHA_)/;

/** The environment of this process without what would leak from it. */
export function plainEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !strange.test(name)));
}

/** Makes a scratch place in the temp folder, with a git user in its home. `HOME` stays the person's own when `ownHome` is false. */
export async function openScratch({ ownHome = true }: { readonly ownHome?: boolean } = {}): Promise<Scratch> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'loom-')));
  const home = join(folder, 'home');
  const runtime = join(folder, 'run');
  await mkdir(home);
  await mkdir(runtime, { mode: 0o700 });
  const token = randomBytes(12).toString('hex');
  await writeFile(join(home, '.gitconfig'), '[user]\n\tname = Sam Sample\n\temail = sam@example.com\n[init]\n\tdefaultBranch = main\n');
  const env = {
    ...plainEnvironment(process.env),
    ...(ownHome && { HOME: home, USERPROFILE: home }),
    XDG_RUNTIME_DIR: runtime,
    [tokenVariable]: token,
  };
  return {
    folder,
    home,
    runtime,
    token,
    env,
    async close() {
      const killed = await endProcesses(token);
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      return killed;
    },
  };
}

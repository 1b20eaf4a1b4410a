/** `npm start`: builds, gets a VS Code, opens it on a workspace with the extension live, and leaves nothing behind when it ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isOnPath } from '../test/support/onPath.ts';
import { processesLeft } from '../test/support/processes.ts';
import { openScratch } from '../test/support/scratch.ts';
import type { Scratch } from '../test/support/scratch.ts';
import { pageAddress } from '../test/support/vscode/address.ts';
import { hasScreen } from '../test/support/vscode/desktop.ts';
import { desktopArguments } from '../test/support/vscode/desktopArguments.ts';
import { obtainVsCode } from '../test/support/vscode/obtain.ts';
import { VsCodeServer, extensionsFolder } from '../test/support/vscode/server.ts';
import { writeSettings } from '../test/support/vscode/settings.ts';
import { build } from './build.ts';
import { secondsSince } from './command.ts';
import { linkExtension } from './linkedExtension.ts';
import { root } from './paths.ts';
import { makeSampleWorkspace } from './sampleWorkspace.ts';
import { browserCommand, readStartRequest } from './startRequest.ts';
import type { StartRequest } from './startRequest.ts';

/** A VS Code that stands. `ended` resolves when the person has closed it. */
interface Running {
  readonly ended: Promise<unknown>;
  close(): Promise<void>;
}

/** How long a session host may take to notice that everybody has left, in milliseconds. */
const hostLeaves = 5000;

/** How long a desktop window may take to start its extension host, in milliseconds. */
const windowLimit = 30_000;

const started = Number(process.env['SESSION_LOOM_STARTED'] ?? Date.now());

async function main(): Promise<void> {
  const request = readStartRequest(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
  if (request.folder !== undefined && !existsSync(request.folder)) throw new Error(`There is no folder ${request.folder}.`);
  const asked = signal();
  await build({ production: false });
  const scratch = await openScratch({ ownHome: false, ownRuntime: request.folder === undefined });
  try {
    const running = await open(request, scratch);
    try {
      console.log(`Ready in ${secondsSince(started)}.`);
      if (!request.stay) return;
      console.log('Press Ctrl+C to end it.');
      await Promise.race([asked, running.ended]);
    } finally {
      await running.close();
    }
  } finally {
    await leave(request, scratch);
  }
}

/** Resolves at the first request to end. A second one ends at once. */
function signal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, ask);
  });
}

async function open(request: StartRequest, scratch: Scratch): Promise<Running> {
  const workspace = request.folder ?? (await sample(scratch));
  const vscode = await obtainVsCode({
    virtualScreen: false,
    say: console.log,
    ...(request.forced !== undefined && { forced: request.forced }),
  });
  if (vscode.kind === 'server') return openServer(request, scratch, vscode.main, workspace);
  console.log(`Opening the ${vscode.source} VS Code on ${workspace} …`);
  return openDesktop(request, scratch, vscode.executable, workspace);
}

async function sample(scratch: Scratch): Promise<string> {
  const folder = join(scratch.folder, 'greeter');
  await mkdir(folder);
  await makeSampleWorkspace(folder);
  return folder;
}

async function openDesktop(request: StartRequest, scratch: Scratch, executable: string, workspace: string): Promise<Running> {
  const profile = join(scratch.folder, 'profile');
  await writeSettings(join(profile, 'User', 'settings.json'));
  const trust = { trustEverything: request.folder === undefined };
  const args = [...desktopArguments(profile, join(scratch.folder, 'extensions'), trust), `--extensionDevelopmentPath=${root}`, workspace];
  const child = spawn(executable, args, { env: scratch.env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill();
    await Promise.race([ended, wait(hostLeaves, undefined, { ref: false })]);
  };
  const limit = Date.now() + windowLimit;
  // The log of the extension host appears when the window has got as far as starting extensions.
  while (globSync('logs/*/window*/exthost', { cwd: profile }).length === 0) {
    if (child.exitCode !== null || Date.now() > limit) {
      await close();
      throw new Error(`${executable} opened no window. Try "npm start -- --server".`);
    }
    await wait(100);
  }
  return { ended, close };
}

async function openServer(request: StartRequest, scratch: Scratch, main: string, workspace: string): Promise<Running> {
  const folder = join(scratch.folder, 'server');
  await linkExtension(extensionsFolder(folder));
  const trustEverything = request.folder === undefined;
  // A page that was closed by accident can be opened again for half a minute with its extension host as it was.
  const server = await VsCodeServer.open({ main, folder, env: scratch.env, smokeTestDriver: false, trustEverything, graceSeconds: 30 });
  const address = pageAddress(server, { workspace });
  try {
    // The secret in the address is answered with a cookie and the address without it.
    const { status } = await fetch(address, { redirect: 'manual' });
    if (status !== 302) throw new Error(`The VS Code server answered with ${String(status)}.`);
  } catch (error) {
    await server.close();
    throw error;
  }
  console.log(`VS Code runs in the browser, at\n\n  ${address}\n`);
  if (request.open) showPage(address);
  return { ended: server.ended, close: () => server.close() };
}

function showPage(address: string): void {
  const screen = hasScreen(process.platform, process.env, false);
  const command = browserCommand(address, process.platform, { hasScreen: screen, hasOpener: isOnPath('xdg-open') });
  if (command === undefined) {
    console.log('No browser can appear here: open the address yourself.');
    return;
  }
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: 'ignore', detached: true, windowsVerbatimArguments: true });
  child.on('error', () => console.log('The browser could not be opened: open the address yourself.'));
  child.unref();
}

/** Ends what is left and deletes the scratch folder. Of a person's own folder a host that still carries out a turn is spared. */
async function leave(request: StartRequest, scratch: Scratch): Promise<void> {
  await processesLeft(scratch.token, hostLeaves);
  const spare = request.folder !== undefined;
  const left = await scratch.close({ spare });
  if (!spare || left.length === 0) return;
  console.log('Still at work in your folder, and leaving when done:');
  for (const { pid, command } of left) console.log(`  ${String(pid)} ${command}`);
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

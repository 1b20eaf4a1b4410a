/** A running VS Code server: one process tree with folders of its own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { runOrThrow } from '../run.ts';
import type { ServerAddress } from './address.ts';
import { writeSettings } from './settings.ts';
import type { Theme } from './settings.ts';
import { themes } from './settings.ts';

/** How to run a server. */
export interface ServerRequest {
  /** The server's main file, as `obtainVsCode` returns it. */
  readonly main: string;
  /** An empty folder for everything that it writes. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Lets pages run an extension from its source folder and tests inside it. Suppresses every toast. */
  readonly smokeTestDriver: boolean;
  /** Without this, a workspace opens in restricted mode until somebody trusts it. */
  readonly trustEverything: boolean;
  /** How long a lost page keeps its extension host, in seconds. VS Code's own default is three hours. */
  readonly graceSeconds?: number;
  /** VSIX files to install before it starts. */
  readonly extensions?: readonly string[];
  /** Settings on top of the calm ones. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** How long it may take to start, in milliseconds. */
const startLimit = 60_000;

/** How long it may take to leave before it is killed, in milliseconds. */
const leaveLimit = 5000;

/** A VS Code server that answers on loopback until `close()`. */
export class VsCodeServer implements ServerAddress {
  readonly port: number;
  readonly connectionToken: string;
  readonly #request: ServerRequest;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(request: ServerRequest, process: ChildProcess, port: number, connectionToken: string) {
    this.#request = request;
    this.#process = process;
    this.#ended = once(process, 'exit').then(() => undefined);
    this.port = port;
    this.connectionToken = connectionToken;
  }

  /** Starts it and waits until it listens. Rejects with the path of its log when it does not. */
  static async open(request: ServerRequest): Promise<VsCodeServer> {
    const { main, folder, env } = request;
    await mkdir(extensionsFolder(folder), { recursive: true });
    await writeSettings(settingsFile(folder), request.settings);
    for (const file of request.extensions ?? []) {
      await runOrThrow(execPath, [main, ...folderArguments(folder), '--install-extension', file], { env });
    }
    const connectionToken = randomBytes(16).toString('hex');
    const child = spawn(execPath, [main, ...serverArguments(request, connectionToken)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const log = createWriteStream(logFile(folder));
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('close', () => log.end());
    try {
      return new VsCodeServer(request, child, await portOf(child), connectionToken);
    } catch (error) {
      child.kill('SIGKILL');
      throw new Error(`The VS Code server did not start, see ${logFile(folder)}`, { cause: error });
    }
  }

  /** Where every page of this server takes its settings from, in place of the user's own. */
  get settingsFile(): string {
    return settingsFile(this.#request.folder);
  }

  /** Process id of the server; its extension hosts are children of it. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resolves when it has ended, for whatever reason. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Changes the theme of every open page. A theme is only taken over while a page is open, and only when it changes. */
  async setTheme(theme: Theme): Promise<void> {
    await writeSettings(this.settingsFile, { ...this.#request.settings, 'workbench.colorTheme': themes[theme] });
  }

  /** Ends it, by force if it does not leave in five seconds. Its extension hosts go with it; a detached host of ours does not. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), leaveLimit);
    await this.#ended;
    clearTimeout(timer);
  }
}

function folderArguments(folder: string): string[] {
  return ['--server-data-dir', folder, '--extensions-dir', extensionsFolder(folder), '--accept-server-license-terms'];
}

function serverArguments({ folder, smokeTestDriver, trustEverything, graceSeconds }: ServerRequest, connectionToken: string): string[] {
  return [
    ...['--host', '127.0.0.1', '--port', '0', '--connection-token', connectionToken],
    ...folderArguments(folder),
    '--disable-telemetry',
    ...(smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
    ...(trustEverything ? ['--disable-workspace-trust'] : []),
    ...(graceSeconds === undefined ? [] : ['--reconnection-grace-time', String(graceSeconds)]),
  ];
}

/** The extensions of a server with this folder. */
export function extensionsFolder(folder: string): string {
  return join(folder, 'extensions');
}

function settingsFile(folder: string): string {
  return join(folder, 'data', 'Machine', 'settings.json');
}

function logFile(folder: string): string {
  return join(folder, 'server.log');
}

/** Waits for the line in which the server says where it listens. */
async function portOf(child: ChildProcess): Promise<number> {
  const { stdout } = child;
  if (stdout === null) throw new Error('the server has no output to read');
  const limit = AbortSignal.timeout(startLimit);
  const lines = createInterface({ input: stdout, signal: limit });
  try {
    for await (const line of lines) {
      const port = /^Extension host agent listening on (\d+)/.exec(line)?.[1];
      if (port !== undefined) return Number(port);
    }
  } finally {
    // Closing the reader pauses the pipe, and the log file would end here.
    lines.close();
    stdout.resume();
  }
  throw new Error(limit.aborted ? 'it did not listen in time' : 'it ended before it listened');
}

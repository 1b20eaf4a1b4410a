import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import type { HostFinder } from '../../src/client/findHost.ts';
import { hostFinder } from '../../src/client/findHost.ts';
import { HostLink } from '../../src/client/hostLink.ts';
import { plainTransport } from '../../src/client/plainTransport.ts';
import { endpointPaths } from '../../src/client/runtimeFolder.ts';
import type { EndpointPaths } from '../../src/client/runtimeFolder.ts';
import { startHost } from '../../src/client/startHost.ts';
import type { WorkspaceLocation } from '../../src/protocol/location.ts';

const root = join(import.meta.dirname, '..', '..');
/** The programs as source: Node runs them directly, so a test needs no build. */
export const sourcePrograms = {
  host: join(root, 'src/server/main.ts'),
  agent: join(root, 'src/agent/main.ts'),
  wasm: join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'),
};

/** A repository in a temporary folder and real host processes over it; `close` ends and removes everything. */
export class HostRig {
  readonly folder: string;
  readonly location: WorkspaceLocation;
  readonly paths: EndpointPaths;
  readonly marker: string;
  readonly #top: string;
  readonly #links: HostLink[] = [];
  readonly #environment: NodeJS.ProcessEnv;

  constructor(
    options: { readonly graceMs?: number; readonly name?: string; readonly environment?: Readonly<Record<string, string>> } = {},
  ) {
    this.#top = realpathSync(mkdtempSync(join(tmpdir(), 'loom-rig-')));
    this.folder = join(this.#top, options.name ?? 'workspace');
    execFileSync('git', ['init', '-q', '-b', 'main', this.folder]);
    for (const [key, value] of [
      ['user.name', 'Ada'],
      ['user.email', 'ada@example.org'],
    ] as const)
      execFileSync('git', ['-C', this.folder, 'config', key, value]);
    const commonDir = join(this.folder, '.git');
    this.location = { kind: 'git', folder: this.folder, dataFolder: join(commonDir, 'session-loom'), commonDir, workTreeRoot: this.folder };
    this.paths = endpointPaths(this.location.dataFolder, {
      platform: process.platform,
      runtimeDir: this.#top,
      temporary: this.#top,
      user: 'test',
    });
    this.marker = `rig-${String(process.pid)}-${String(Math.random()).slice(2)}`;
    this.#environment = {
      ...process.env,
      SESSION_LOOM_TOKEN: this.marker,
      SESSION_LOOM_GRACE_MS: String(options.graceMs ?? 300),
      ...options.environment,
    };
  }

  /** A client that finds the host of this folder or starts it. */
  finder(
    options: { readonly version?: string; readonly name?: string; readonly environment?: Readonly<Record<string, string>> } = {},
  ): HostFinder {
    const version = options.version ?? '1.0.0';
    const environment = options.environment ?? { PATH: process.env['PATH'] ?? '', HOME: this.#top };
    return hostFinder({
      paths: this.paths,
      dataFolder: this.location.dataFolder,
      version,
      client: 'test',
      clientName: options.name ?? 'test',
      environment: () => Promise.resolve(environment),
      start: () =>
        Promise.resolve(
          startHost({
            node: process.execPath,
            programs: sourcePrograms,
            location: this.location,
            paths: this.paths,
            version,
            environment: this.#environment,
            output: join(this.#top, 'output.log'),
          }),
        ),
      log: silentLog,
    });
  }

  link(
    options: { readonly version?: string; readonly name?: string; readonly environment?: Readonly<Record<string, string>> } = {},
  ): HostLink {
    const link = new HostLink({ finder: this.finder(options), transport: plainTransport, log: silentLog });
    this.#links.push(link);
    return link;
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', ['-C', this.folder, ...args], { encoding: 'utf8' });
  }

  /** Runs a program over the same folders, and is told its exit. */
  spawn(file: string, args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [file, ...args], { env: this.#environment, stdio: 'pipe' });
  }

  async close(): Promise<void> {
    for (const link of this.#links) {
      const pid = link.host?.pid;
      link.dispose();
      if (pid !== undefined) await gone(pid);
    }
    rmSync(this.#top, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Resolves when a process is gone; ends it after some seconds, so that a failing test leaves nothing behind. */
export async function gone(pid: number): Promise<void> {
  for (let round = 0; round < 400; round++) {
    try {
      process.kill(pid, round === 300 ? 'SIGKILL' : 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Process ${String(pid)} is still there.`);
}

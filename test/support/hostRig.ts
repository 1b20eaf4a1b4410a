import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import type { Capability } from '../../src/client/capability.ts';
import { capabilityFrom, newCapabilitySecret } from '../../src/client/capability.ts';
import type { HostFinder } from '../../src/client/findHost.ts';
import { hostFinder } from '../../src/client/findHost.ts';
import type { WindowHandlers } from '../../src/client/hostLink.ts';
import { HostLink } from '../../src/client/hostLink.ts';
import { plainTransport } from '../../src/client/plainTransport.ts';
import { endpointPaths } from '../../src/client/runtimeFolder.ts';
import type { EndpointPaths } from '../../src/client/runtimeFolder.ts';
import { startHost } from '../../src/client/startHost.ts';
import type { InputOf } from '../../src/protocol/contract.ts';
import { EndpointFile } from '../../src/protocol/endpoint.ts';
import type { HostRequests } from '../../src/protocol/host.ts';
import type { WorkspaceLocation } from '../../src/protocol/location.ts';

/** How a link of a rig is made. */
export interface LinkOptions {
  readonly version?: string;
  readonly name?: string;
  /** The environment for agents. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What this client says of its settings on each connection. */
  readonly settings?: InputOf<HostRequests['host/configure']>;
  /** What lets this client approve: the rig's own where nothing is said, null for a client that has the endpoint file only, as an agent would. */
  readonly capability?: Capability | null;
  /** What it answers where the host asks it as a window; what is missing is refused. */
  readonly window?: Partial<WindowHandlers>;
  /** Another place for the data than that of the rig; its host ends by itself. */
  readonly location?: WorkspaceLocation;
}

/** A line of the host's log. */
export interface LogLine {
  readonly level: number;
  readonly msg: string;
}

/** A capability of its own, as another editor has one. */
export function newCapability(secret = newCapabilitySecret()): Capability {
  const made = capabilityFrom(secret);
  if (made === undefined) throw new Error('A new secret must be one.');
  return made;
}

type AgentLaunch = InputOf<HostRequests['host/configure']>['agents'][number];

const root = join(import.meta.dirname, '..', '..');
/** Where Node keeps what it has compiled: the hosts and agents of a run start in half the time. */
const compiled = join(root, 'node_modules/.cache/session-loom');
/** The programs as source: Node runs them directly, so a test needs no build. */
const sourcePrograms = {
  host: join(root, 'src/server/main.ts'),
  agent: join(root, 'src/agent/main.ts'),
  wasm: join(root, 'node_modules/sql.js/dist/sql-wasm.wasm'),
};
/** The folder in which a run of the whole suite has bundled them: a host then starts in a third of the time. */
const bundled = process.env['SESSION_LOOM_PROGRAMS'];
const programs =
  bundled === undefined
    ? sourcePrograms
    : { host: join(bundled, 'host.cjs'), agent: join(bundled, 'agent.cjs'), wasm: join(bundled, 'sql-wasm.wasm') };

/** An agent of `test/support/agents`, as a window would name it in its settings. */
export function testAgent(name: string, env: Readonly<Record<string, string>> = {}): AgentLaunch {
  return { id: name, name, command: process.execPath, args: [join(root, 'test/support/agents', `${name}.ts`)], env };
}

/** What a window says that has these agents in its settings. */
export function settingsWith(...agents: readonly AgentLaunch[]): InputOf<HostRequests['host/configure']> {
  return { agents: [...agents], defaultAgent: 'built-in', history: 'off', redactionPatterns: [] };
}

/** How a rig is made. */
export interface RigOptions {
  readonly graceMs?: number;
  /** The name of the folder. */
  readonly name?: string;
  /** More of the environment of the hosts. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A workspace that is there already, instead of a new repository. It stays when the rig is closed. */
  readonly at?: WorkspaceLocation;
  /** The folder in which the rig makes its own; the system's for temporary files by default. */
  readonly inside?: string;
  /** Another program than the host's own. */
  readonly host?: string;
}

function newRepository(folder: string): WorkspaceLocation {
  execFileSync('git', ['init', '-q', '-b', 'main', folder]);
  for (const [key, value] of [
    ['user.name', 'Ada'],
    ['user.email', 'ada@example.org'],
  ] as const)
    execFileSync('git', ['-C', folder, 'config', key, value]);
  const commonDir = join(folder, '.git');
  return { kind: 'git', folder, dataFolder: join(commonDir, 'session-loom'), commonDir, workTreeRoot: folder };
}

/** A repository in a temporary folder and real host processes over it; `close` ends and removes everything. */
export class HostRig {
  readonly folder: string;
  readonly location: WorkspaceLocation;
  readonly paths: EndpointPaths;
  readonly marker: string;
  /** What lets the clients of this rig approve. */
  readonly capabilitySecret = newCapabilitySecret();
  readonly capability = newCapability(this.capabilitySecret);
  readonly #top: string;
  readonly #links: HostLink[] = [];
  readonly #environment: NodeJS.ProcessEnv;
  readonly #programs: typeof programs;
  /** How many host processes were started. */
  started = 0;

  constructor(options: RigOptions = {}) {
    this.#top = realpathSync(mkdtempSync(join(options.inside ?? tmpdir(), 'loom-rig-')));
    this.location = options.at ?? newRepository(join(this.#top, options.name ?? 'workspace'));
    this.folder = this.location.folder;
    this.#programs = { ...programs, ...(options.host === undefined ? {} : { host: options.host }) };
    this.paths = this.#pathsOf(this.location);
    this.marker = `rig-${String(process.pid)}-${String(Math.random()).slice(2)}`;
    this.#environment = {
      ...process.env,
      NODE_COMPILE_CACHE: compiled,
      SESSION_LOOM_TOKEN: this.marker,
      SESSION_LOOM_GRACE_MS: String(options.graceMs ?? 300),
      ...options.environment,
    };
  }

  #pathsOf({ dataFolder }: WorkspaceLocation): EndpointPaths {
    return endpointPaths(dataFolder, { platform: process.platform, runtimeDir: this.#top, temporary: this.#top, user: 'test' });
  }

  /** A client that finds the host of this folder or starts it. */
  finder(options: LinkOptions = {}): HostFinder {
    const location = options.location ?? this.location;
    const paths = this.#pathsOf(location);
    const version = options.version ?? '1.0.0';
    const environment = options.environment ?? { PATH: process.env['PATH'] ?? '', HOME: this.#top, NODE_COMPILE_CACHE: compiled };
    const capability = options.capability === null ? undefined : (options.capability ?? this.capability);
    return hostFinder({
      paths,
      dataFolder: location.dataFolder,
      version,
      client: 'test',
      clientName: options.name ?? 'test',
      environment: () => Promise.resolve(environment),
      capability: () => Promise.resolve(capability),
      start: () => {
        this.started += 1;
        return Promise.resolve(
          startHost({
            node: process.execPath,
            programs: this.#programs,
            location,
            paths,
            version,
            environment: this.#environment,
            output: join(this.#top, 'output.log'),
            approver: capability?.key,
          }),
        );
      },
      log: silentLog,
    });
  }

  link(options: LinkOptions = {}): HostLink {
    const { settings, window } = options;
    const link = new HostLink({
      finder: this.finder(options),
      transport: plainTransport,
      log: silentLog,
      ...(window === undefined ? {} : { window: window as WindowHandlers }),
      ...(settings === undefined
        ? {}
        : {
            onConnected: async (call) => {
              await call('host/configure', settings);
            },
          }),
    });
    this.#links.push(link);
    return link;
  }

  /** A link that is connected to the host, which is started if need be. */
  async attached(options: LinkOptions = {}): Promise<HostLink> {
    const link = this.link(options);
    await link.attach('start');
    return link;
  }

  /** The endpoint file as it stands. */
  endpoint(): EndpointFile {
    return EndpointFile.parse(JSON.parse(readFileSync(this.paths.file, 'utf8')));
  }

  /** Kills the host as a crash would. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): number {
    const { pid } = this.endpoint();
    if (this.processes().includes(pid)) process.kill(pid, signal);
    return pid;
  }

  /** Every process that belongs to this rig, wherever it hangs in the tree; the test itself is none. */
  processes(): readonly number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => environmentOf(pid).includes(`SESSION_LOOM_TOKEN=${this.marker}`))
      .map(Number);
  }

  /** The lines of the host's log. */
  log(): readonly LogLine[] {
    const file = join(this.location.dataFolder, 'logs', 'host.log');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as LogLine);
  }

  /** The file or folder of this name in the folder of a session. */
  sessionPath(sessionId: string, ...names: readonly string[]): string {
    return join(this.location.dataFolder, 'sessions', sessionId, ...names);
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', ['-C', this.folder, ...args], { encoding: 'utf8' });
  }

  /** Runs a program over the same folders, and is told its exit. */
  spawn(file: string, args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [file, ...args], { env: this.#environment, stdio: 'pipe' });
  }

  /** Ends everything, removes the folder, and fails when a host has swallowed an error or has left a process behind. */
  async close(): Promise<void> {
    for (const link of this.#links) link.dispose();
    // A host that is told to leave does what it would do after its grace, only sooner.
    if (existsSync(this.paths.file)) this.kill('SIGTERM');
    await until(() => this.processes().length === 0, 12_000).catch(() => undefined);
    const left = this.processes();
    for (const pid of left) process.kill(pid, 'SIGKILL');
    await Promise.all(left.map(gone));
    const unhandled = this.log().filter(({ msg }) => msg.includes('not handled'));
    rmSync(this.#top, { recursive: true, force: true, maxRetries: 5 });
    if (left.length > 0) throw new Error(`${left.length} processes were left running.`);
    if (unhandled.length > 0) throw new Error(`The host did not handle: ${JSON.stringify(unhandled)}`);
  }
}

function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    // It has ended meanwhile, or belongs to somebody else.
    return [];
  }
}

/** Resolves once the condition holds; looks often, and gives up after a time that only a failure takes, also on a machine that is ten times as busy. */
export async function until(holds: () => boolean | Promise<boolean>, limit = 50_000): Promise<void> {
  const end = performance.now() + limit;
  for (let pause = 2; !(await holds()); pause = Math.min(pause * 1.5, 50)) {
    if (performance.now() > end) throw new Error(`This did not come true in ${limit} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
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

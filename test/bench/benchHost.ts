/** A workspace in a scratch folder with the shipped host over it, spoken to as a window would. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { capabilityFrom, newCapabilitySecret } from '../../src/client/capability.ts';
import { hostFinder } from '../../src/client/findHost.ts';
import { HostLink } from '../../src/client/hostLink.ts';
import { locateWorkspace } from '../../src/client/location.ts';
import { plainTransport } from '../../src/client/plainTransport.ts';
import type { EndpointPaths } from '../../src/client/runtimeFolder.ts';
import { endpointPaths } from '../../src/client/runtimeFolder.ts';
import { startHost } from '../../src/client/startHost.ts';
import type { InputOf } from '../../src/protocol/contract.ts';
import type { HostRequests } from '../../src/protocol/host.ts';
import type { WorkspaceLocation } from '../../src/protocol/location.ts';
import { processesLeft, processesWithToken } from '../support/processes.ts';
import type { FoundProcess } from '../support/processes.ts';
import type { Scratch } from '../support/scratch.ts';
import { openScratch } from '../support/scratch.ts';
import { testAgents } from './agents/settings.ts';
import type { ShippedPrograms } from './ground.ts';

type Settings = InputOf<HostRequests['host/configure']>;

const version = '1.0.0';

/** A place for hosts. `close` ends all that was started and removes all that was written. */
export class BenchHost {
  readonly location: WorkspaceLocation;
  readonly scratch: Scratch;
  readonly #programs: ShippedPrograms;
  readonly #paths: EndpointPaths;
  readonly #capability = capabilityFrom(newCapabilitySecret());
  readonly #links: HostLink[] = [];

  private constructor(programs: ShippedPrograms, scratch: Scratch, location: WorkspaceLocation) {
    this.#programs = programs;
    this.scratch = scratch;
    this.location = location;
    const around = { platform: process.platform, runtimeDir: scratch.runtime, temporary: scratch.folder, user: 'bench' };
    this.#paths = endpointPaths(location.dataFolder, around);
  }

  /** Makes an empty repository. No host runs yet. */
  static async open(programs: ShippedPrograms): Promise<BenchHost> {
    const scratch = await openScratch();
    const folder = join(scratch.folder, 'work');
    mkdirSync(folder);
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder], { env: scratch.env });
    return new BenchHost(programs, scratch, await locateWorkspace(folder, scratch.folder));
  }

  get folder(): string {
    return this.location.folder;
  }

  /** A link to the host, which is started if none runs. `environment` is added to that of a host that is started. */
  async attached(settings: Partial<Settings> = {}, environment: NodeJS.ProcessEnv = {}): Promise<HostLink> {
    const { scratch } = this;
    const all: Settings = { agents: testAgents, defaultAgent: 'built-in', history: 'off', redactionPatterns: [], ...settings };
    const link = new HostLink({
      finder: hostFinder({
        paths: this.#paths,
        dataFolder: this.location.dataFolder,
        version,
        client: 'test',
        clientName: 'bench',
        environment: () => Promise.resolve(textsOf(scratch.env)),
        capability: () => Promise.resolve(this.#capability),
        start: () =>
          Promise.resolve(
            startHost({
              node: process.execPath,
              programs: this.#programs,
              location: this.location,
              paths: this.#paths,
              version,
              environment: { ...scratch.env, SESSION_LOOM_GRACE_MS: '60000', ...environment },
              output: join(scratch.folder, 'host.log'),
              approver: this.#capability?.key,
            }),
          ),
        log: silentLog,
      }),
      transport: plainTransport,
      log: silentLog,
      onConnected: async (call) => {
        await call('host/configure', all);
      },
    });
    this.#links.push(link);
    await link.attach('start');
    return link;
  }

  /** Everything that runs here. */
  processes(): readonly FoundProcess[] {
    return processesWithToken(this.scratch.token);
  }

  /** Ends the host as its user would (`SIGTERM`) or as a crash does (`SIGKILL`), and waits until it is gone. */
  async end(link: HostLink, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const pid = pidOf(link);
    link.dispose();
    process.kill(pid, signal);
    while (this.processes().some((each) => each.pid === pid)) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.dispose();
    for (const { pid } of this.processes().filter(({ command }) => command.includes('host.cjs'))) process.kill(pid, 'SIGTERM');
    await processesLeft(this.scratch.token, 6000);
    await this.scratch.close();
  }
}

/** The process of the host that a link is connected to. */
export function pidOf(link: HostLink): number {
  const pid = link.host?.pid;
  if (pid === undefined) throw new Error('This link is not connected.');
  return pid;
}

/** An environment without the names that have no value. */
export function textsOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Makes a session and gives back its id. */
export async function createSession(
  link: HostLink,
  folder: string,
  wish: { readonly agent?: string; readonly title?: string } = {},
): Promise<string> {
  return (await link.call('session/create', { folder, ...wish })).session.id;
}

/** Sends a message; resolves once the host has it on the disk. */
export async function send(link: HostLink, sessionId: string, text: string): Promise<void> {
  await link.call('session/prompt', { sessionId, parts: [{ type: 'text', text }] });
}

/** Resolves when this many turns of a session have ended. Follows only the list, so that the host sends no events for it. */
export async function whenRests(link: HostLink, sessionId: string, limit = 60_000): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const rests = (status: string): boolean => status === 'finished' || status === 'idle' || status === 'failed' || status === 'interrupted';
  const listening = link.on('sessions/changed', ({ changed }) => {
    if (changed.some((session) => session.id === sessionId && session.turns > 0 && rests(session.status))) resolve(undefined);
  });
  const timer = setTimeout(() => reject(new Error(`The turn did not end in ${String(limit / 1000)} s.`)), limit);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    listening.dispose();
  }
}

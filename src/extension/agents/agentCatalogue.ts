import type { FSWatcher } from 'node:fs';
import { mkdirSync, watch } from 'node:fs';
import { stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import type { Log } from '../../base/log.ts';
import type { AgentLaunch } from '../../protocol/settings.ts';
import type { Catalogue, Sources } from '../../registry/catalogue.ts';
import { catalogueOf } from '../../registry/catalogue.ts';
import type { Fetch } from '../../registry/download.ts';
import type { Environment } from '../../registry/findProgram.ts';
import { gatherSources } from '../../registry/gather.ts';
import { commandLines, isInUse } from '../../registry/inUse.ts';
import { installAgent } from '../../registry/install.ts';
import type { InstalledAgent } from '../../registry/installed.ts';
import { newestOf, removeHalfInstalled, removeInstalled } from '../../registry/installed.ts';
import type { Way } from '../../registry/offers.ts';
import { wayTo } from '../../registry/offers.ts';
import { refreshRegistry } from '../../registry/refresh.ts';
import type { RegistryAgent } from '../../registry/registryFile.ts';

/** What the agents of a window are found with. */
export interface AgentCatalogueOptions {
  /** The extension's storage for all windows: what is installed lies in `agents` of it. */
  readonly storage: string;
  /** The list of agents that ships. */
  readonly shipped: string;
  /** The environment that agents get. */
  readonly environment: () => Promise<Environment>;
  /** What the settings say now. */
  readonly settings: () => { readonly agents: readonly z.infer<typeof AgentLaunch>[]; readonly refreshes: boolean };
  readonly fetch: Fetch;
  readonly log: Log;
}

/** How an install is told to a person. `part` is how much is done, from 0 to 1, where that is known. */
export type Telling = (text: string, part?: number) => void;

interface Read {
  readonly sources: Sources;
  readonly catalogue: Catalogue;
}

/** Milliseconds for which an older version stays beside a newer one: another window can still hold the older one's command. */
const oldStaysMs = 24 * 60 * 60 * 1000;
/** The file that is touched when something was installed or removed, so that other windows look again. */
const stampName = 'changed';

/** The agents that this window knows of. It looks for them when it is first asked, and again when something changes. */
export class AgentCatalogue implements Disposable {
  readonly #options: AgentCatalogueOptions;
  readonly #root: string;
  readonly #changed = new Emitter<undefined>();
  readonly #stop = new AbortController();
  #read: Promise<Read> | undefined;
  #known: readonly string[] | undefined;
  #told = '';
  #watcher: FSWatcher | undefined;

  /** What can be started, or what is said of it, has changed. */
  readonly onDidChange: Event<undefined> = this.#changed.event;

  constructor(options: AgentCatalogueOptions) {
    this.#options = options;
    this.#root = join(options.storage, 'agents');
  }

  /** The ids of all agents but the built-in one; undefined while they were not looked for. */
  get known(): readonly string[] | undefined {
    return this.#known;
  }

  /** The catalogue, as it was when it was last looked for. Never rejects for a source that cannot be read. */
  async read(): Promise<Catalogue> {
    return (await this.#current()).catalogue;
  }

  /** Looks again, and tells when something is different. */
  async lookAgain(): Promise<Catalogue> {
    const before = this.#told;
    this.#read = undefined;
    const { catalogue } = await this.#current();
    if (this.#told !== before) this.#changed.fire(undefined);
    return catalogue;
  }

  /** Loads the list of agents anew where the settings want that, and it is not new. Whoever calls this waits for nothing. */
  refresh(): void {
    if (!this.#options.settings().refreshes) return;
    const { fetch, log } = this.#options;
    void refreshRegistry({ file: this.#cache, fetch, log, now: Date.now }, this.#stop.signal)
      .then((isNew) => (isNew ? this.lookAgain() : undefined))
      .catch((error: unknown) => log.warn(`The agents could not be looked for again: ${messageOf(error)}`));
  }

  /** How an agent would be installed. Throws `not-found` for one that the list does not have. */
  async wayTo(id: string): Promise<{ readonly agent: RegistryAgent; readonly way: Way }> {
    const { sources } = await this.#current();
    const agent = sources.registry.find((each) => each.id === id);
    if (agent === undefined) throw new LoomError('not-found', `The list of agents has no "${id}".`);
    return { agent, way: wayTo(agent, sources.means) };
  }

  /** Installs an agent at the version of the list, or its newer version beside the one that is there. */
  async install(id: string, tell: Telling, signal: AbortSignal): Promise<InstalledAgent> {
    const { agent, way } = await this.wayTo(id);
    const { environment, fetch, log } = this.#options;
    log.info(`Installing ${agent.name} ${way.version}.`);
    const installed = await installAgent(
      agent,
      way,
      { root: this.#root, environment: await environment(), fetch, line: (text) => log.info(`${agent.id}: ${text}`), progress: tell },
      signal,
    );
    log.info(`${agent.name} ${installed.version} was installed.`, { folder: installed.folder });
    await this.#changedHere();
    return installed;
  }

  /** What is installed, the newest version of each agent. */
  async installed(): Promise<readonly InstalledAgent[]> {
    return newestOf((await this.#current()).sources.installed);
  }

  /** Removes all versions of an agent. Throws `conflict` while a program of one runs, and then leaves all as they are. */
  async remove(id: string): Promise<void> {
    const versions = (await this.#current()).sources.installed.filter((each) => each.id === id);
    const lines = await commandLines();
    const used = versions.find(({ folder }) => isInUse(folder, lines));
    if (used !== undefined) throw stillRuns(used);
    for (const version of versions) {
      await removeInstalled(version).catch((error: unknown) => {
        throw stillRuns(version, error);
      });
    }
    await this.#changedHere();
  }

  /** Removes what installs left half done, and versions that nobody needs any more. Never rejects. */
  async cleanUp(): Promise<void> {
    const { log } = this.#options;
    try {
      await removeHalfInstalled(this.#root, isAlive);
      const { installed } = (await this.#current()).sources;
      const newest = newestOf(installed);
      const old = installed.filter((each) => !newest.includes(each));
      if (old.length === 0) return;
      const lines = await commandLines();
      for (const version of old) {
        const next = newest.find(({ id }) => id === version.id);
        const since = next === undefined ? 0 : (await stat(join(next.folder, 'installed.json'))).mtimeMs;
        if (Date.now() - since < oldStaysMs || isInUse(version.folder, lines)) continue;
        await removeInstalled(version).then(
          () => log.info(`${version.name} ${version.version} was removed; a newer version is there.`),
          (error: unknown) => log.info(`${version.name} ${version.version} stays: ${messageOf(error)}`),
        );
      }
    } catch (error) {
      log.warn(`Old versions of agents were not removed: ${messageOf(error)}`);
    }
  }

  dispose(): void {
    this.#stop.abort();
    this.#watcher?.close();
    this.#changed.dispose();
  }

  get #cache(): string {
    return join(this.#root, 'registry.json');
  }

  #current(): Promise<Read> {
    this.#read ??= this.#look();
    return this.#read;
  }

  async #look(): Promise<Read> {
    const { shipped, environment, settings, log } = this.#options;
    const { agents, refreshes } = settings();
    const places = { root: this.#root, shipped, ...(refreshes ? { cache: this.#cache } : {}) };
    const sources = await gatherSources(agents, await environment(), places, log);
    const catalogue = catalogueOf(sources);
    this.#known = catalogue.rows.map(({ id }) => id);
    this.#told = JSON.stringify(catalogue);
    if (sources.installed.length > 0) this.#watch();
    return { sources, catalogue };
  }

  async #changedHere(): Promise<void> {
    await this.lookAgain();
    this.#watch();
    const stamp = join(this.#root, stampName);
    const now = new Date();
    await utimes(stamp, now, now).catch(() => writeFile(stamp, ''));
  }

  /** Other windows install as well. Without a watch this one learns of it when it next lists agents. */
  #watch(): void {
    if (this.#watcher !== undefined || this.#stop.signal.aborted) return;
    try {
      mkdirSync(this.#root, { recursive: true });
      this.#watcher = watch(this.#root, { persistent: false }, (_event, name) => {
        if (name === stampName) void this.lookAgain().catch(() => undefined);
      });
      this.#watcher.on('error', () => undefined);
    } catch (error) {
      this.#options.log.debug(`The installed agents are not watched: ${messageOf(error)}`);
    }
  }
}

function stillRuns({ name, version }: InstalledAgent, cause?: unknown): LoomError {
  return new LoomError('conflict', `${name} ${version} still runs. Close its sessions, and try again.`, { cause });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One that belongs to somebody else is there as well.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

import * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { HostLink, LinkState } from '../../client/hostLink.ts';
import type { Transport } from '../../client/transport.ts';
import { LateTransport } from '../language/lateTransport.ts';
import { SpecChild } from '../language/specChild.ts';

/** A workspace folder and the way to its host. */
export interface FolderHost {
  readonly folder: vscode.WorkspaceFolder;
  readonly link: HostLink;
}

/** What the hosts of a window are made with. */
export interface FolderHostsOptions {
  readonly log: vscode.LogOutputChannel;
  /** Absolute path of the program that serves spec documents alone. */
  readonly specProgram: string;
  /** Makes the link of a folder; it connects when it is asked to. */
  readonly openLink: (folder: vscode.WorkspaceFolder, transport: Transport) => Promise<HostLink>;
}

interface Served {
  readonly folder: vscode.WorkspaceFolder;
  readonly child: SpecChild;
  readonly owned: DisposableStore;
  /** Missing in an untrusted window. */
  host: Promise<FolderHost> | undefined;
  ready: FolderHost | undefined;
}

/**
 * What serves each folder of the window: a link to its host where the window is trusted, and a language child while no host is attached.
 * Follows the folders of the window and the grant of trust.
 */
export class FolderHosts implements Disposable {
  readonly #options: FolderHostsOptions;
  readonly #owned = new DisposableStore();
  readonly #served = new Map<string, Served>();
  readonly #added = new Emitter<FolderHost>();
  readonly #removed = new Emitter<FolderHost>();
  readonly #stateChanged = new Emitter<FolderHost>();

  readonly onDidAdd: Event<FolderHost> = this.#added.event;
  readonly onDidRemove: Event<FolderHost> = this.#removed.event;
  readonly onDidChangeState: Event<FolderHost> = this.#stateChanged.event;

  constructor(options: FolderHostsOptions) {
    this.#options = options;
    this.#owned.add(vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => this.#follow(added, removed)));
    this.#owned.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#trust()));
  }

  /** Begins to serve the folders of the window, and attaches to the hosts that run. Starts none. */
  start(): void {
    this.#follow(vscode.workspace.workspaceFolders ?? [], []);
  }

  /** The hosts that are known by now. */
  get all(): readonly FolderHost[] {
    return [...this.#served.values()].flatMap(({ ready }) => (ready === undefined ? [] : [ready]));
  }

  /** The host of a folder; undefined for a folder that this window does not serve. */
  async of(folder: vscode.WorkspaceFolder): Promise<FolderHost | undefined> {
    return this.#served.get(folder.uri.toString())?.host;
  }

  /** Waits until the links of all folders are made. */
  async ready(): Promise<readonly FolderHost[]> {
    await Promise.allSettled([...this.#served.values()].flatMap(({ host }) => (host === undefined ? [] : [host])));
    return this.all;
  }

  dispose(): void {
    this.#owned.dispose();
    for (const served of this.#served.values()) served.owned.dispose();
    this.#served.clear();
    for (const emitter of [this.#added, this.#removed, this.#stateChanged]) emitter.dispose();
  }

  #follow(added: readonly vscode.WorkspaceFolder[], removed: readonly vscode.WorkspaceFolder[]): void {
    for (const folder of removed) {
      const served = this.#served.get(folder.uri.toString());
      this.#served.delete(folder.uri.toString());
      served?.owned.dispose();
      if (served?.ready !== undefined) this.#removed.fire(served.ready);
    }
    for (const folder of added) {
      if (folder.uri.scheme !== 'file' || this.#served.has(folder.uri.toString())) continue;
      const owned = new DisposableStore();
      const child = owned.add(new SpecChild({ folder, program: this.#options.specProgram, log: this.#options.log }));
      const served: Served = { folder, child, owned, host: undefined, ready: undefined };
      this.#served.set(folder.uri.toString(), served);
      if (vscode.workspace.isTrusted) this.#connect(served);
    }
  }

  #trust(): void {
    for (const served of this.#served.values()) this.#connect(served);
  }

  #connect(served: Served): void {
    if (served.host !== undefined) return;
    served.host = this.#open(served);
    served.host.catch((error: unknown) => {
      this.#options.log.error(`The sessions of ${served.folder.name} cannot be reached: ${messageOf(error)}`);
    });
  }

  async #open(served: Served): Promise<FolderHost> {
    const transport = served.owned.add(new LateTransport(served.folder, this.#options.log));
    const link = served.owned.add(await this.#options.openLink(served.folder, transport));
    const host: FolderHost = { folder: served.folder, link };
    served.ready = host;
    served.owned.add(link.onStateChanged((state) => this.#changed(served, host, state)));
    this.#added.fire(host);
    // Whoever waits for the link must not wait for a host that may not answer.
    void link.attach('if-running').catch((error: unknown) => this.#options.log.warn(`Attaching failed: ${messageOf(error)}`));
    return host;
  }

  #changed(served: Served, host: FolderHost, { state, text }: LinkState): void {
    this.#options.log.debug(`The host of ${served.folder.name} is ${state}.${text === undefined ? '' : ` ${text}`}`);
    served.child.setServedByHost(state === 'connected' || state === 'other-version');
    this.#stateChanged.fire(host);
  }
}

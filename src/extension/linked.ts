import * as vscode from 'vscode';
import type { Disposable } from '../base/lifecycle.ts';
import { DisposableStore } from '../base/lifecycle.ts';
import type { HostLink } from '../client/hostLink.ts';
import type { Transport } from '../client/transport.ts';
import { AgentCatalogue } from './agents/agentCatalogue.ts';
import { followAgents } from './hosts/followAgents.ts';
import type { TextDocuments } from './documents/textDocuments.ts';
import { readAgentLaunches } from './hostSettings.ts';
import { CapabilitySecret } from './hosts/capabilitySecret.ts';
import type { FolderHosts } from './hosts/folderHosts.ts';
import { windowEnvironment } from './hosts/windowEnvironment.ts';
import { openWindowLink } from './hosts/windowLink.ts';
import type { InboxStore } from './inbox/inboxStore.ts';
import { Mentions } from './panel/mentions.ts';
import { SessionPanel } from './panel/sessionPanel.ts';
import { uiHandlers } from './panel/uiRequests.ts';
import type { SessionLink, SessionStore } from './sessions/sessionStore.ts';
import { readShellMode, refreshesRegistry } from './settings.ts';

/** What of the window links and panels work with. */
export interface LinkedOptions {
  readonly context: vscode.ExtensionContext;
  readonly version: string;
  readonly log: vscode.LogOutputChannel;
  readonly store: SessionStore;
  readonly hosts: FolderHosts;
  readonly documents: TextDocuments;
  readonly inbox: InboxStore;
}

/** What a window needs from its first word with a host on: contracts, links, agents, the insides of panels. It is loaded after the activation. */
export class Linked implements Disposable {
  readonly agents: AgentCatalogue;
  readonly capability: CapabilitySecret;
  readonly #options: LinkedOptions;
  readonly #owned = new DisposableStore();
  readonly #environment: ReturnType<typeof windowEnvironment>;
  readonly #ui: ReturnType<typeof uiHandlers>;

  constructor(options: LinkedOptions) {
    this.#options = options;
    const { context, log, store, hosts, documents, inbox } = options;
    this.capability = new CapabilitySecret(context, log);
    this.#environment = windowEnvironment(readShellMode, log);
    this.agents = this.#owned.add(
      new AgentCatalogue({
        storage: context.globalStorageUri.fsPath,
        shipped: vscode.Uri.joinPath(context.extensionUri, 'media', 'agents.json').fsPath,
        environment: this.#environment,
        settings: () => ({ agents: readAgentLaunches(), refreshes: refreshesRegistry() }),
        fetch,
        log,
      }),
    );
    this.#owned.add(followAgents(this.agents, hosts, log));
    this.#ui = uiHandlers({ store, hosts, documents, mentions: new Mentions(store), inbox });
  }

  /** A link between this window and the host of a folder. */
  openLink(folder: vscode.WorkspaceFolder, transport: Transport): Promise<HostLink> {
    const { context, version, log } = this.#options;
    const { capability, agents } = this;
    return openWindowLink({ context, version, log, capability, environment: this.#environment, agents }, folder, transport);
  }

  /** Fills an empty panel with a session. */
  fill(panel: vscode.WebviewPanel, sessionId: string, link: SessionLink): SessionPanel {
    const { context, store, log } = this.#options;
    return new SessionPanel(panel, sessionId, link, { extensionUri: context.extensionUri, store, ui: this.#ui, log });
  }

  dispose(): void {
    this.#owned.dispose();
  }
}

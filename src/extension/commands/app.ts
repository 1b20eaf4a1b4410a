import type * as vscode from 'vscode';
import type { AgentCatalogue } from '../agents/agentCatalogue.ts';
import type { TextDocuments } from '../documents/textDocuments.ts';
import type { CapabilitySecret } from '../hosts/capabilitySecret.ts';
import type { FolderHosts } from '../hosts/folderHosts.ts';
import type { InboxStore } from '../inbox/inboxStore.ts';
import type { InboxView } from '../inbox/inboxView.ts';
import type { Panels } from '../panel/panels.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import type { SessionTree } from '../tree/sessionTree.ts';
import type { SessionsView } from '../tree/sessionsView.ts';

/** What commands work on; wired in `extension.ts`. */
export interface App {
  readonly store: SessionStore;
  readonly hosts: FolderHosts;
  readonly agents: AgentCatalogue;
  readonly panels: Panels;
  readonly tree: SessionTree;
  readonly view: SessionsView;
  readonly inbox: InboxView;
  readonly inboxStore: InboxStore;
  readonly capability: CapabilitySecret;
  readonly documents: TextDocuments;
  readonly log: vscode.LogOutputChannel;
  readonly extension: vscode.Extension<unknown>;
}

/** What a command does. Its arguments come from menus, key bindings and other extensions: nothing about them is certain. */
export type CommandRun = (app: App, ...args: readonly unknown[]) => unknown;

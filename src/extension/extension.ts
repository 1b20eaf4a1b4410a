import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { disposable } from '../base/lifecycle.ts';
import type { App } from './commands/app.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { keepContextKeys } from './contextKeys.ts';
import { TextDocuments } from './documents/textDocuments.ts';
import { followRight } from './hosts/followRight.ts';
import { findLink, loadRunning, loadStored } from './hosts/findLink.ts';
import { FolderHosts } from './hosts/folderHosts.ts';
import { sayNotice } from './hosts/sayNotice.ts';
import { InboxStore } from './inbox/inboxStore.ts';
import { InboxView } from './inbox/inboxView.ts';
import { tellApprovals } from './inbox/tellApprovals.ts';
import { offerProblems } from './language/offerProblems.ts';
import { lateCommands, lateLinks } from './late.ts';
import { foundDeadMarks, isAlive, leaveMark } from './panel/crashMark.ts';
import { Panels } from './panel/panels.ts';
import { belongsTo } from './sessions/belongsTo.ts';
import { SessionStore } from './sessions/sessionStore.ts';
import { SessionNotices } from './status/sessionNotices.ts';
import { StatusBar } from './status/statusBar.ts';
import { SessionTree } from './tree/sessionTree.ts';
import { SessionsView } from './tree/sessionsView.ts';
import { versionOf } from './versionOf.ts';

/** Called by VS Code when the extension is first needed. Wires the parts; opening a folder writes nothing and starts nothing. */
export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends { dispose(): unknown }>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const log = own(vscode.window.createOutputChannel('Session Loom', { log: true }));
  const version = versionOf(context.extension);
  const store = own(new SessionStore(log));
  const documents = own(new TextDocuments());
  const linked = lateLinks(() => ({ context, version, log, store, hosts, documents, inbox: inboxStore }), own);
  const hosts: FolderHosts = own(
    new FolderHosts({
      log,
      specProgram: vscode.Uri.joinPath(context.extensionUri, 'dist', 'specs.cjs').fsPath,
      openLink: async (folder, transport) => (await linked.get()).openLink(folder, transport),
    }),
  );
  own(hosts.onDidAdd(({ folder, link }) => store.add(link, (session) => belongsTo(session.folder, folder.uri.fsPath, existsSync))));
  own(hosts.onDidAdd(({ link }) => own(link.on('host/notice', (notice) => void sayNotice(notice, log)))));
  own(hosts.onDidRemove(({ link }) => store.remove(link)));
  const inboxStore = own(new InboxStore((sessionId) => store.get(sessionId) !== undefined));
  own(hosts.onDidAdd(({ link }) => inboxStore.add(link)));
  own(hosts.onDidRemove(({ link }) => inboxStore.remove(link)));
  own(hosts.onDidAdd((host) => own(followRight(host))));
  const panels = own(
    new Panels({
      extensionUri: context.extensionUri,
      store,
      log,
      fill: (panel, sessionId, link) => linked.here.fill(panel, sessionId, link),
      memory: context.workspaceState,
      findLink: (sessionId) => findLink(hosts, store, sessionId),
      loaded: () => loadRunning(hosts, store),
    }),
  );
  const tree = own(new SessionTree(store));
  const move = async (sessionIds: readonly string[], to: 'open' | 'paused' | 'completed'): Promise<void> => {
    for (const sessionId of sessionIds) await store.call(sessionId)('session/move', { sessionId, to });
  };
  const view = own(new SessionsView({ store, inbox: inboxStore, tree, panels, move, shown: () => void loadStored(hosts, store) }));
  own(
    hosts.onDidAdd(() => {
      if (view.isVisible) void loadStored(hosts, store);
    }),
  );
  const inbox = own(new InboxView(inboxStore));
  const app = async (): Promise<App> => {
    const { agents, capability } = await linked.get();
    return { store, hosts, agents, panels, tree, view, inbox, inboxStore, capability, documents, log, extension: context.extension };
  };
  const commands = lateCommands(app);
  own(registerCommands(() => commands.get(), log));
  own(tellApprovals(inboxStore, (sessionId) => panels.get(sessionId)?.isVisible === true));
  own(offerProblems());
  own(keepContextKeys(store, panels));
  own(new StatusBar(store, panels));
  own(new SessionNotices(store, panels));
  own(watchForCrashes(context, panels));
  hosts.start();
}

/** Called by VS Code before the extension host leaves. All parts are disposed by their subscriptions. */
export function deactivate(): void {
  // What must not be lost lives on the host; nothing is left to do here.
}

/** Replaces the panels that a crashed extension host left behind, and leaves a mark while this one holds panels. */
function watchForCrashes(context: vscode.ExtensionContext, panels: Panels): { dispose(): void } {
  const folder = context.storageUri?.fsPath;
  if (folder === undefined) return disposable(() => undefined);
  if (foundDeadMarks(folder, isAlive)) void panels.replaceOrphans();
  let mark: { dispose(): void } | undefined;
  const watch = panels.onDidChange(() => (mark ??= leaveMark(folder, process.pid)));
  return disposable(() => {
    watch.dispose();
    mark?.dispose();
  });
}

import * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import type { FolderHost } from '../hosts/folderHosts.ts';
import type { RecoverRow } from '../picks/recoverRows.ts';
import { recoverRows } from '../picks/recoverRows.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { deleteSession } from './deleteCommands.ts';
import { openHistory } from './historyCommands.ts';
import { ask, sayShortly, withProgress } from './say.ts';

/** What the hosts of the window say, and which of them knows a session that only its history tells of. */
interface Recoverable {
  readonly rows: readonly RecoverRow[];
  readonly hostOf: ReadonlyMap<string, FolderHost>;
  readonly hosts: readonly FolderHost[];
}

type RecoverItem = vscode.QuickPickItem & { readonly row: RecoverRow };
type Choice = { readonly row: RecoverRow; readonly does: 'recover' | 'read' | 'cleanUp' } | undefined;

const icons = {
  interrupted: 'debug-disconnect',
  damaged: 'warning',
  written: 'history',
  all: 'checklist',
  remote: 'cloud-download',
} as const;

/** Lists what can be recovered, and does with each what the person wants: recover it, read it, clean it up, or leave it. */
export const recoverSessions: CommandRun = async (app) => {
  for (;;) {
    const found = await withProgress(t('Looking for sessions that can be recovered…'), () => look(app));
    const choice = await pick(found.rows);
    if (choice === undefined) return;
    const { row, does } = choice;
    if (row.kind === 'part') return;
    if (row.kind === 'remote') await fetchFrom(found.hosts, row.remote);
    else if (row.kind === 'all') {
      await recoverAll(app, found, row.sessionIds);
      return;
    } else if (does === 'cleanUp') await cleanUpOne(app, found, row);
    else if (does === 'read') {
      await openHistory(app, { written: row.sessionId, host: found.hostOf.get(row.sessionId) });
      return;
    } else {
      await recoverOne(app, found, row);
      return;
    }
  }
};

async function look(app: App): Promise<Recoverable> {
  const hosts = await app.hosts.ready();
  const hostOf = new Map<string, FolderHost>();
  const all = await Promise.all(
    hosts.map(async (host) => {
      const history = await host.link.call('history/sessions', {});
      for (const { id } of history.sessions) if (!hostOf.has(id)) hostOf.set(id, host);
      return history;
    }),
  );
  const history = {
    // Two folders of one repository have one host, which says everything twice.
    sessions: [...new Map(all.flatMap(({ sessions }) => sessions).map((session) => [session.id, session])).values()],
    places: all.flatMap(({ places }) => places),
    remotes: [...new Set(all.flatMap(({ remotes }) => remotes))],
  };
  return { rows: recoverRows(app.store.all, history, Date.now(), t), hostOf, hosts };
}

function pick(rows: readonly RecoverRow[]): Promise<Choice> {
  const list = vscode.window.createQuickPick<RecoverItem>();
  const read = { iconPath: new vscode.ThemeIcon('book'), tooltip: t('Read Its Pages') };
  const cleanUp = { iconPath: new vscode.ThemeIcon('trash'), tooltip: t('Clean Up…') };
  list.title = t('Recover Sessions');
  list.placeholder =
    rows.length === 0 ? t('Nothing was interrupted, and no history tells of other sessions.') : t('What you do not choose stays as it is.');
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.items = rows.map((row): RecoverItem => {
    if (row.kind === 'part') return { row, label: row.label, kind: vscode.QuickPickItemKind.Separator };
    const iconPath = new vscode.ThemeIcon(icons[row.kind]);
    if (row.kind === 'all' || row.kind === 'remote')
      return { row, iconPath, label: row.label, ...(row.kind === 'remote' ? { detail: row.detail } : {}) };
    const { label, description, detail } = row;
    return { row, iconPath, label, description, detail, buttons: row.kind === 'written' ? [read, cleanUp] : [cleanUp] };
  });
  return new Promise<Choice>((resolve) => {
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      if (item !== undefined) resolve({ row: item.row, does: 'recover' });
    });
    list.onDidTriggerItemButton(({ item, button }) => resolve({ row: item.row, does: button === read ? 'read' : 'cleanUp' }));
    list.onDidHide(() => resolve(undefined));
    list.show();
  }).finally(() => list.dispose());
}

async function recoverOne(app: App, found: Recoverable, row: RecoverRow & { readonly sessionId: string }): Promise<void> {
  const { sessionId } = row;
  if (row.kind === 'written') await withProgress(t('Recovering…'), () => bringBack(app, found, sessionId));
  if (row.kind === 'interrupted') await app.store.call(sessionId)('session/continue', { sessionId });
  app.panels.open(sessionId).focus('composer');
}

async function recoverAll(app: App, found: Recoverable, sessionIds: readonly string[]): Promise<void> {
  const failed: string[] = [];
  await withProgress(t('Recovering…'), async () => {
    for (const id of sessionIds) await bringBack(app, found, id).catch((error: unknown) => failed.push(messageOf(error)));
  });
  const [first] = failed;
  if (first === undefined) sayShortly(t('{0} sessions were recovered.', sessionIds.length));
  else void vscode.window.showWarningMessage(t('{0} sessions could not be recovered. The first: {1}', failed.length, first));
}

async function bringBack(app: App, { hostOf }: Recoverable, sessionId: string): Promise<void> {
  const host = hostOf.get(sessionId);
  if (host === undefined) return;
  const { session } = await host.link.call('history/recover', { sessionId, folder: host.folder.uri.fsPath });
  app.store.absorb(host.link, session);
}

async function cleanUpOne(
  app: App,
  { hostOf }: Recoverable,
  row: RecoverRow & { readonly sessionId: string; readonly label: string },
): Promise<void> {
  const { sessionId } = row;
  if (row.kind !== 'written') {
    await deleteSession(app, sessionId);
    return;
  }
  const detail = t(
    'Its pages are taken out of our own history, out of all of its commits. What was shared, fetched or pushed stays. This cannot be undone.',
  );
  if ((await ask(t('Clean up “{0}”?', row.label), detail, t('Clean Up'))) === undefined) return;
  const host = hostOf.get(sessionId);
  const answer = await withProgress(t('Cleaning up…'), async () => host?.link.call('history/forget', { sessionId }));
  sayShortly(answer?.keptInHistory ?? t('Our own history does not hold it. It stays where it was shared.'));
}

async function fetchFrom(hosts: readonly FolderHost[], remote: string): Promise<void> {
  let refs = 0;
  await withProgress(t('Fetching from {0}…', remote), async () => {
    for (const { link } of hosts) {
      const { remotes } = await link.call('history/sessions', {});
      if (remotes.includes(remote)) refs += (await link.call('history/fetch', { remote })).refs.length;
    }
  });
  sayShortly(refs === 0 ? t('{0} has no shared history.', remote) : t('{0} histories are here now.', refs));
}

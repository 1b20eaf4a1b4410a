import * as vscode from 'vscode';
import { LoomError } from '../../base/errors.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { FolderHost } from '../hosts/folderHosts.ts';
import { pickSession } from '../picks/pickSession.ts';
import { resolveName } from '../sessions/resolveName.ts';
import { t } from '../words.ts';
import type { App } from './app.ts';

/** The sessions that a command is about: those of a menu, a name or an id that was passed, the one in focus, else one that is picked. */
export async function sessionsFor(app: App, args: readonly unknown[], title: string): Promise<readonly SessionSummary[]> {
  const [first, second] = args;
  const ofMenu = Array.isArray(second) && second.length > 0 ? (second as readonly unknown[]) : [first];
  const fromMenu = ofMenu.flatMap((node) => known(app, idOfNode(node)));
  if (fromMenu.length > 0) return fromMenu;
  if (isSelection(first)) return app.view.selection.flatMap((id) => known(app, id));
  if (typeof first === 'string' && first !== '') return [await named(app, first)];
  const active = known(app, app.panels.active);
  if (active.length > 0) return active;
  const picked = await pickSession(app, { title });
  return picked === undefined ? [] : [picked];
}

/** The one session that a command is about; undefined when nothing was picked. */
export async function sessionFor(app: App, args: readonly unknown[], title: string): Promise<SessionSummary | undefined> {
  return (await sessionsFor(app, args, title))[0];
}

/** The folder whose host a command asks: the one of the file in focus, the only one, else one that is picked. */
export async function hostFor(app: App, title: string, folder?: vscode.WorkspaceFolder): Promise<FolderHost> {
  const chosen = folder ?? (await folderFor(title));
  const host = await app.hosts.of(chosen);
  if (host === undefined) {
    throw new LoomError('not-allowed', t('Sessions need a folder on this machine that you trust. Trust "{0}" and try again.', chosen.name));
  }
  return host;
}

async function folderFor(title: string): Promise<vscode.WorkspaceFolder> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [only] = folders;
  if (only === undefined) {
    const open = t('Open Folder');
    if ((await vscode.window.showInformationMessage(t('Sessions belong to a folder. Open one first.'), open)) === open) {
      await vscode.commands.executeCommand('vscode.openFolder');
    }
    throw new vscode.CancellationError();
  }
  if (folders.length === 1) return only;
  const file = vscode.window.activeTextEditor?.document.uri;
  const ofFile = file === undefined ? undefined : vscode.workspace.getWorkspaceFolder(file);
  const picked = ofFile ?? (await vscode.window.showWorkspaceFolderPick({ placeHolder: title }));
  if (picked === undefined) throw new vscode.CancellationError();
  return picked;
}

/** A session by what a person or a program typed; says what may have been meant. */
async function named(app: App, typed: string): Promise<SessionSummary> {
  const resolved = resolveName(typed, app.store.all);
  if (resolved.kind === 'found') return resolved.session;
  if (resolved.kind === 'several') {
    const picked = await pickSession(app, { title: t('Several sessions fit “{0}”', typed), among: resolved.sessions });
    if (picked === undefined) throw new vscode.CancellationError();
    return picked;
  }
  if (resolved.meant === undefined)
    throw new LoomError('not-found', t('There is no session “{0}”. The Sessions view lists them all.', typed));
  const yes = t('Open “{0}”', resolved.meant.title);
  const text = t('There is no session “{0}”. Did you mean “{1}”?', typed, resolved.meant.title);
  if ((await vscode.window.showWarningMessage(text, yes)) !== yes) throw new vscode.CancellationError();
  return resolved.meant;
}

function known(app: App, id: string | undefined): readonly SessionSummary[] {
  const session = id === undefined ? undefined : app.store.get(id);
  return session === undefined ? [] : [session];
}

/** The id of a session's row; undefined for anything else that menus pass, such as the address of an editor. */
function idOfNode(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null || !('kind' in node) || node.kind !== 'session' || !('session' in node)) return undefined;
  const { session } = node;
  return typeof session === 'object' && session !== null && 'id' in session && typeof session.id === 'string' ? session.id : undefined;
}

function isSelection(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'of' in argument && argument.of === 'selection';
}

import * as vscode from 'vscode';
import type { InputOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import type { FolderHost } from '../hosts/folderHosts.ts';
import { t } from '../words.ts';

type Wish = InputOf<HostRequests['session/create']>;
/** Where a new session works. */
export type PlaceChoice = Pick<Wish, 'isolation' | 'base'>;

interface PlaceItem extends vscode.QuickPickItem {
  readonly place?: PlaceChoice;
  readonly asksBase?: boolean;
}

/** Asks where a new session is to work: in the folder, in a worktree of its own, or in one that is there. Undefined when the person thinks better of it. */
export async function pickPlace({ link }: FolderHost): Promise<PlaceChoice | undefined> {
  // A folder without git has only itself.
  const listed = await link.call('worktree/list', {}).catch(() => undefined);
  if (listed === undefined) return { isolation: 'folder' };
  const others = listed.worktrees.filter(({ isMain }) => !isMain);
  const items: PlaceItem[] = [
    { label: t('In the folder'), description: t('works on your files as they are'), place: { isolation: 'folder' } },
    { label: t('In a new worktree'), description: t('its own branch, beside the repository'), place: { isolation: 'worktree' } },
    { label: t('In a new worktree from…'), description: t('another branch, tag or commit'), asksBase: true },
    ...(others.length === 0 ? [] : [{ label: t('Worktrees'), kind: vscode.QuickPickItemKind.Separator }]),
    ...others.map(({ path, branch, sessions }) => ({
      label: branch ?? path,
      description: sessions.length === 0 ? t('no session') : sessions.map(({ title }) => title).join(', '),
      detail: path,
      place: { isolation: { worktree: path } },
    })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Where is the new session to work?'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked?.asksBase !== true) return picked?.place;
  const base = await vscode.window.showInputBox({
    title: t('Base of the Worktree'),
    prompt: t('A branch, tag or commit, for example “main”.'),
  });
  return base === undefined || base.trim() === '' ? undefined : { isolation: 'worktree', base: base.trim() };
}

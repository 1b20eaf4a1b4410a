import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore, disposable } from '../../base/lifecycle.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { Group } from '../sessions/arrange.ts';
import { arrange, pageSize } from '../sessions/arrange.ts';
import type { Family } from '../sessions/families.ts';
import { belowOf, pathTo } from '../sessions/families.ts';
import { contextValueOf, descriptionOf, iconOf, spokenRow } from '../sessions/rowText.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { previewLines } from '../sessions/tooltip.ts';
import { readGroupBy } from '../settings.ts';
import { plainTooltip } from '../plainTooltip.ts';
import { t } from '../words.ts';
import { sessionUri } from './unreadMarks.ts';

/** A row of the sessions view. */
export type TreeNode =
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'session'; readonly session: SessionSummary; readonly family: Family; readonly groupId: string }
  | { readonly kind: 'more'; readonly group: Group };

/** Milliseconds between two drawings of a list that changes all the time. */
const settleMs = 120;

/** Milliseconds after which the ages in the rows are written anew. */
const ageMs = 60_000;

/** The rows of the sessions view. */
export class SessionTree implements vscode.TreeDataProvider<TreeNode>, Disposable {
  readonly #store: SessionStore;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #shown = new Map<string, number>();
  #groups: readonly Group[] | undefined;
  #filter = '';
  #showsArchived = false;
  #waiting: NodeJS.Timeout | undefined;
  #drawnAt = -Infinity;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(store: SessionStore) {
    this.#store = store;
    this.#owned.add(this.#changed);
    this.#owned.add(store.onDidChange(() => this.#refreshSoon()));
    this.#owned.add(
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('sessionLoom.groupBy') && this.refresh()),
    );
    const ages = setInterval(() => this.refresh(), ageMs);
    this.#owned.add(disposable(() => clearInterval(ages)));
  }

  get filter(): string {
    return this.#filter;
  }

  /** Shows only the sessions in which all words of the filter occur; all of them for an empty one. */
  setFilter(filter: string): void {
    this.#filter = filter.trim();
    this.refresh();
  }

  setShowsArchived(shows: boolean): void {
    this.#showsArchived = shows;
    this.refresh();
  }

  /** Shows the next page of a group; of all sessions where the group shows all that the window knows. */
  async showMore(groupId: string): Promise<void> {
    const group = this.#arranged().find(({ id }) => id === groupId);
    if (group !== undefined && group.more === 0) await this.#store.loadMore();
    this.#shown.set(groupId, (this.#shown.get(groupId) ?? pageSize) + pageSize);
    this.refresh();
  }

  refresh(): void {
    this.#drawnAt = performance.now();
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    this.#groups = undefined;
    this.#changed.fire(undefined);
  }

  /** The row of a session as the view shows it now; undefined where the view does not show it. */
  rowOf(sessionId: string): TreeNode | undefined {
    for (const group of this.#arranged()) {
      const family = pathTo(group.families, sessionId)?.at(-1);
      if (family !== undefined) return rowOf(family, group.id);
    }
    return undefined;
  }

  /** The sessions that the view shows with others below them. */
  get heads(): readonly string[] {
    const headsIn = ({ session, children }: Family): readonly string[] =>
      children.length === 0 ? [] : [session.id, ...children.flatMap(headsIn)];
    return this.#arranged().flatMap(({ families }) => families.flatMap(headsIn));
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) return this.#arranged().map((group) => ({ kind: 'group', group }));
    if (node.kind === 'session') return node.family.children.map((family) => rowOf(family, node.groupId));
    if (node.kind !== 'group') return [];
    const { group } = node;
    const rows = group.families.map((family) => rowOf(family, group.id));
    return this.#hasMore(group) ? [...rows, { kind: 'more', group }] : rows;
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'group') return undefined;
    const id = node.kind === 'more' ? node.group.id : node.groupId;
    const group = this.#arranged().find((one) => one.id === id);
    const above = node.kind === 'session' && group !== undefined ? pathTo(group.families, node.session.id)?.at(-2) : undefined;
    if (above !== undefined) return rowOf(above, id);
    return group === undefined ? undefined : { kind: 'group', group };
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    if (node.kind === 'group') return groupItem(node.group);
    return node.kind === 'more' ? moreItem(node.group) : sessionItem(node.family);
  }

  /** The preview is made when one rests on a row, so that its age is right. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    if (node.kind !== 'session') return item;
    const children = node.family.children.map(({ session }) => session);
    item.tooltip = plainTooltip(previewLines(this.#store.get(node.session.id) ?? node.session, Date.now(), t, children));
    return item;
  }

  dispose(): void {
    clearTimeout(this.#waiting);
    this.#owned.dispose();
  }

  #hasMore(group: Group): boolean {
    const isLastOfStatus = group.id === 'status:done' || group.id === 'date:older';
    return group.more > 0 || (isLastOfStatus && this.#store.unloaded > 0);
  }

  #arranged(): readonly Group[] {
    this.#groups ??= arrange(
      this.#store.all,
      { groupBy: readGroupBy(), filter: this.#filter, showsArchived: this.#showsArchived, shown: this.#shown, now: Date.now() },
      t,
    );
    return this.#groups;
  }

  #refreshSoon(): void {
    this.#groups = undefined;
    // The first change after a rest is drawn at once: a new session is seen as soon as it is there.
    const rest = this.#drawnAt + settleMs - performance.now();
    this.#waiting ??= setTimeout(() => this.refresh(), Math.max(0, rest));
  }
}

function groupItem(group: Group): vscode.TreeItem {
  // Hibernating sessions stay in sight: after a restart of the host all of a person's sessions are there.
  const isQuiet = group.id === 'status:done' || group.id === 'date:older';
  const state = isQuiet ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded;
  const item = new vscode.TreeItem(group.label, state);
  const { count } = group;
  item.id = `group:${group.id}`;
  item.description = String(count);
  item.contextValue = `group ${group.id}`;
  item.accessibilityInformation = {
    label: count === 1 ? t('{0}, 1 session', group.label) : t('{0}, {1} sessions', group.label, count),
  };
  return item;
}

function moreItem(group: Group): vscode.TreeItem {
  const item = new vscode.TreeItem(t('Show more…'), vscode.TreeItemCollapsibleState.None);
  item.id = `more:${group.id}`;
  item.description = group.more > 0 ? t('{0} more', group.more) : '';
  item.contextValue = 'more';
  item.command = { command: 'sessionLoom.showMore', title: t('Show more…'), arguments: [group.id] };
  return item;
}

function rowOf(family: Family, groupId: string): TreeNode {
  return { kind: 'session', session: family.session, family, groupId };
}

function sessionItem(family: Family): vscode.TreeItem {
  const now = Date.now();
  const { session } = family;
  const below = belowOf(family);
  const { None, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(session.title, below.count === 0 ? None : Expanded);
  const { icon, color } = iconOf(session);
  item.id = `session:${session.id}`;
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.description = descriptionOf(session, now, t, below);
  item.contextValue = contextValueOf(session);
  item.resourceUri = sessionUri(session.id);
  item.accessibilityInformation = { label: spokenRow(session, now, t, below) };
  item.command = { command: 'sessionLoom.openSession', title: t('Open Session'), arguments: [session.id] };
  return item;
}

import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { InboxStore } from '../inbox/inboxStore.ts';
import type { Panels } from '../panel/panels.ts';
import { needsPerson } from '../sessions/order.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { t } from '../words.ts';
import type { DropTarget } from './dropSessions.ts';
import { dropController } from './dropSessions.ts';
import type { SessionTree, TreeNode } from './sessionTree.ts';
import { UnreadMarks } from './unreadMarks.ts';

/** What the view shows and whom it tells. */
export interface SessionsViewOptions {
  readonly store: SessionStore;
  readonly inbox: InboxStore;
  readonly tree: SessionTree;
  readonly panels: Panels;
  readonly move: (sessionIds: readonly string[], to: DropTarget) => Promise<void>;
  /** The view has come into sight: what is stored is to be listed. */
  readonly shown: () => void;
}

/** Milliseconds that the view takes to draw a change. */
const drawnMs = 150;

/** The sessions view: the tree, the badge of its container, and the row that follows the panel in focus. */
export class SessionsView implements Disposable {
  readonly #options: SessionsViewOptions;
  readonly #owned = new DisposableStore();
  readonly #view: vscode.TreeView<TreeNode>;
  #revealed: string | undefined;
  #following: NodeJS.Timeout | undefined;
  /** Sessions that had others below them when the view was drawn last; undefined before the first sessions came. */
  #heads: ReadonlySet<string> | undefined;

  constructor(options: SessionsViewOptions) {
    this.#options = options;
    const { store, tree, panels, move } = options;
    this.#owned.add(new UnreadMarks(store));
    this.#view = this.#owned.add(
      vscode.window.createTreeView('sessionLoom.sessions', {
        treeDataProvider: tree,
        canSelectMany: true,
        showCollapseAll: true,
        dragAndDropController: dropController(move),
      }),
    );
    this.#owned.add(store.onDidChange(() => this.#count()));
    this.#owned.add(options.inbox.onDidChange(() => this.#count()));
    this.#owned.add(panels.onDidChange(() => this.#followSoon()));
    this.#owned.add(
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible) options.shown();
        this.#followSoon();
      }),
    );
    this.#owned.add(
      tree.onDidChangeTreeData(() => {
        this.#describe();
        // A row can be revealed once the view has drawn it; for a new session that is after this change.
        this.#followSoon();
      }),
    );
    this.#count();
  }

  /** Whether the view is in sight. */
  get isVisible(): boolean {
    return this.#view.visible;
  }

  /** The sessions that are selected in the view. */
  get selection(): readonly string[] {
    return this.#view.selection.flatMap((node) => (node.kind === 'session' ? [node.session.id] : []));
  }

  dispose(): void {
    clearTimeout(this.#following);
    this.#owned.dispose();
  }

  #count(): void {
    const { store, inbox } = this.#options;
    // What waits for the approval of a set-up is counted by that approval.
    const isCounted = ({ archived, worktree }: SessionSummary): boolean => !archived && worktree?.setupWaits !== true;
    const waiting = store.all.filter((session) => needsPerson(session) && isCounted(session)).length;
    // The one badge of the container: approvals by content are no session's, and would be missed.
    const approvals = inbox.items.filter(({ item }) => item.kind === 'approval').length;
    const said = [
      ...(waiting === 0 ? [] : [waiting === 1 ? t('1 session needs you') : t('{0} sessions need you', waiting)]),
      ...(approvals === 0 ? [] : [approvals === 1 ? t('1 approval waits for you') : t('{0} approvals wait for you', approvals)]),
    ];
    this.#view.badge = said.length === 0 ? undefined : { value: waiting + approvals, tooltip: said.join(', ') };
  }

  #describe(): void {
    const { filter } = this.#options.tree;
    const description = filter === '' ? '' : t('filtered by “{0}”', filter);
    // VS Code draws the head of the view anew with each description that is set, also with the one it has.
    if (description !== (this.#view.description ?? '')) this.#view.description = description;
  }

  #followSoon(): void {
    clearTimeout(this.#following);
    this.#following = setTimeout(() => {
      this.#openNewHeads();
      this.#follow();
    }, drawnMs);
  }

  /** A row that was there before its first child came would stay closed over it; which rows are closed later is the person's. */
  #openNewHeads(): void {
    if (!this.#view.visible) return;
    const { tree, store } = this.#options;
    const heads = tree.heads;
    const known = this.#heads;
    if (known !== undefined || store.all.length > 0) this.#heads = new Set([...(known ?? []), ...heads]);
    for (const id of known === undefined ? [] : heads.filter((head) => !known.has(head))) {
      const row = tree.rowOf(id);
      // A row that has just moved cannot be revealed; it stays closed then, with the count of what is below it.
      if (row !== undefined) void this.#view.reveal(row, { select: false, focus: false, expand: true }).then(undefined, () => undefined);
    }
  }

  #follow(): void {
    const { active } = this.#options.panels;
    if (active === undefined || active === this.#revealed || !this.#view.visible) return;
    const row = this.#options.tree.rowOf(active);
    if (row === undefined) return;
    this.#revealed = active;
    // A row that has just moved to another group cannot be revealed; the next change does it.
    void this.#view.reveal(row, { select: true, focus: false }).then(undefined, () => (this.#revealed = undefined));
  }
}

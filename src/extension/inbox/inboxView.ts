import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore, disposable } from '../../base/lifecycle.ts';
import { plainTooltip } from '../plainTooltip.ts';
import { t } from '../words.ts';
import type { InboxRow } from './inboxRows.ts';
import { rowOf } from './inboxRows.ts';
import type { InboxStore, LinkedItem } from './inboxStore.ts';

/** A row: the id of what waits. */
interface InboxNode {
  readonly kind: 'inbox';
  readonly id: string;
}

/** Milliseconds after a key in which the tree may still say that its row was opened. */
const echoMs = 400;

/** Milliseconds for which changes are gathered, and after which ages are written anew. */
const settleMs = 50;
const ageMs = 60_000;

/** The Inbox view: all that waits for the person, oldest first, worked by keyboard. */
export class InboxView implements vscode.TreeDataProvider<InboxNode>, Disposable {
  readonly #store: InboxStore;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #nodes = new Map<string, InboxNode>();
  readonly #view: vscode.TreeView<InboxNode>;
  #settling: NodeJS.Timeout | undefined;
  #keyAt = -Infinity;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(store: InboxStore) {
    this.#store = store;
    this.#owned.add(this.#changed);
    this.#view = this.#owned.add(vscode.window.createTreeView('sessionLoom.inbox', { treeDataProvider: this }));
    this.#owned.add(store.onDidChange(() => this.refreshSoon()));
    const ages = setInterval(() => this.#view.visible && this.#changed.fire(undefined), ageMs);
    this.#owned.add(disposable(() => clearInterval(ages)));
  }

  /** Draws the rows anew, together with other changes of this moment. */
  refreshSoon(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#changed.fire(undefined);
    }, settleMs);
  }

  getChildren(node?: InboxNode): readonly InboxNode[] & InboxNode[] {
    if (node !== undefined) return [];
    const ids = this.#store.items.map(({ item }) => item.id);
    for (const known of [...this.#nodes.keys()]) if (!ids.includes(known)) this.#nodes.delete(known);
    return ids.map((id) => this.#nodeOf(id));
  }

  getParent(): undefined {
    return undefined;
  }

  getTreeItem({ id }: InboxNode): vscode.TreeItem {
    const linked = this.#store.get(id);
    if (linked === undefined) return new vscode.TreeItem('');
    const row: InboxRow = rowOf(linked.item, Date.now(), t);
    const item = new vscode.TreeItem(row.label);
    item.id = id;
    item.description = row.description;
    item.iconPath = new vscode.ThemeIcon(row.icon, new vscode.ThemeColor('list.warningForeground'));
    item.contextValue = row.context;
    item.tooltip = plainTooltip(row.tooltip);
    item.accessibilityInformation = { label: row.spoken };
    item.command = { command: 'sessionLoom.openInboxItem', title: t('Open'), arguments: [{ kind: 'inbox', id }] };
    return item;
  }

  /**
   * What a command is about: the row that a menu passes, the one that has the keyboard where a key was pressed, else the selected one. Nothing
   * is answered that the person has not chosen.
   */
  async target(argument: unknown): Promise<LinkedItem | undefined> {
    const passed = idIn(argument);
    if (passed !== undefined) return this.#store.get(passed);
    if (isByKey(argument)) await this.#selectFocused();
    const [selected] = this.#view.selection;
    return selected === undefined ? undefined : this.#store.get(selected.id);
  }

  /** The tree says that a row was opened only because a key has selected it. */
  get isEcho(): boolean {
    return performance.now() - this.#keyAt < echoMs;
  }

  /** Gives the keyboard to the oldest row. False where nothing waits. */
  async showFirst(): Promise<boolean> {
    const [first] = this.#store.items;
    await this.#reveal(first?.item.id);
    return first !== undefined;
  }

  /** Goes to the next or the previous row and gives it the keyboard; past the end it begins again. */
  async step(by: 1 | -1, argument: unknown): Promise<void> {
    if (isByKey(argument)) await this.#selectFocused();
    const ids = this.#store.items.map(({ item }) => item.id);
    const [selected] = this.#view.selection;
    const at = selected === undefined ? -1 : ids.indexOf(selected.id);
    const next = ids[(at === -1 ? (by === 1 ? 0 : ids.length - 1) : at + by + ids.length) % Math.max(1, ids.length)];
    await this.#reveal(next);
  }

  /** After an answer the row that comes next gets the keyboard, so that one can go on. `work` says whether there was one. */
  async goOnAfter(id: string, work: () => Promise<boolean>): Promise<void> {
    const ids = this.#store.items.map(({ item }) => item.id);
    const at = ids.indexOf(id);
    const next = ids[at + 1] ?? ids[at - 1];
    const hadFocus = this.#view.selection.some((node) => node.id === id);
    if ((await work()) && hadFocus) await this.#reveal(next);
  }

  dispose(): void {
    clearTimeout(this.#settling);
    this.#owned.dispose();
  }

  /** VS Code tells which row is selected, but not which has the keyboard; arrows move only the latter. */
  async #selectFocused(): Promise<void> {
    this.#keyAt = performance.now();
    await vscode.commands.executeCommand('list.selectAndPreserveFocus');
    this.#keyAt = performance.now();
  }

  #nodeOf(id: string): InboxNode {
    const node = this.#nodes.get(id) ?? { kind: 'inbox', id };
    this.#nodes.set(id, node);
    return node;
  }

  async #reveal(id: string | undefined): Promise<void> {
    if (id === undefined || !this.#view.visible) return;
    // A row that has just gone cannot be revealed; nothing is lost by that.
    await Promise.resolve(this.#view.reveal(this.#nodeOf(id), { select: true, focus: true })).catch(() => undefined);
  }
}

function idIn(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('kind' in argument) || argument.kind !== 'inbox' || !('id' in argument))
    return undefined;
  return typeof argument.id === 'string' ? argument.id : undefined;
}

/** The manifest passes this with the keys of the view. */
function isByKey(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'by' in argument && argument.by === 'key';
}

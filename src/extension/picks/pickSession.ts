import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import type { SessionSummary } from '../../model/summary.ts';
import type { Panels } from '../panel/panels.ts';
import type { SessionPanel } from '../panel/sessionPanel.ts';
import { resolveName } from '../sessions/resolveName.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { t } from '../words.ts';
import { pickRows } from './pickRows.ts';

/** How a session is picked. */
export interface PickOptions {
  readonly title: string;
  /** Only these sessions; all of them where it is missing. */
  readonly among?: readonly SessionSummary[];
  /** Shows the panel of each session as one moves through the list. */
  readonly previews?: boolean;
}

interface SessionItem extends vscode.QuickPickItem {
  readonly sessionId?: string;
}

/** Milliseconds that one must rest on a line before its panel is shown. */
const restMs = 150;

/** Lets a person pick a session. Undefined when none is picked; what was previewed is then as it was before. */
export async function pickSession(
  { store, panels }: { readonly store: SessionStore; readonly panels: Panels },
  { title, among, previews = false }: PickOptions,
): Promise<SessionSummary | undefined> {
  const active = panels.active ?? panels.lastActive;
  const rows = pickRows(among ?? store.all, active, Date.now(), t);
  const pick = vscode.window.createQuickPick<SessionItem>();
  pick.title = title;
  pick.placeholder = t('Type a part of a title, a state or the last message');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = rows.map((row) =>
    row.kind === 'part'
      ? { label: row.label, kind: vscode.QuickPickItemKind.Separator }
      : {
          sessionId: row.sessionId,
          label: row.label,
          description: row.description,
          detail: row.detail,
          iconPath: new vscode.ThemeIcon(row.icon),
        },
  );
  const first = pick.items.find(({ sessionId }) => sessionId === active);
  if (first !== undefined) pick.activeItems = [first];
  const preview = previews ? new Preview(panels, active) : undefined;
  try {
    const chosen = await choose(pick, preview, store);
    preview?.finish(chosen?.id);
    return chosen;
  } finally {
    pick.dispose();
    preview?.dispose();
  }
}

function choose(
  pick: vscode.QuickPick<SessionItem>,
  preview: Preview | undefined,
  store: SessionStore,
): Promise<SessionSummary | undefined> {
  return new Promise((resolve) => {
    let hasMoved = false;
    pick.onDidChangeActive(([item]) => {
      // The list says which line is active when it opens; that is not a move of the person.
      if (hasMoved && item?.sessionId !== undefined) preview?.show(item.sessionId);
      hasMoved = true;
    });
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      const chosen = item?.sessionId === undefined ? undefined : store.get(item.sessionId);
      if (chosen !== undefined) resolve(chosen);
      else sayMeant(pick, store);
      if (chosen !== undefined) pick.hide();
    });
    pick.onDidHide(() => resolve(undefined));
    pick.ignoreFocusOut = preview !== undefined;
    pick.show();
  });
}

/** Puts what may have been meant into the box, where nothing in the list fits what was typed. */
function sayMeant(pick: vscode.QuickPick<SessionItem>, store: SessionStore): void {
  const resolved = resolveName(pick.value, store.all);
  const meant = resolved.kind === 'unknown' ? resolved.meant : resolved.kind === 'found' ? resolved.session : undefined;
  if (meant === undefined) return;
  const typed = pick.value;
  pick.value = meant.title;
  pick.title = t('No session is called “{0}”. Did you mean “{1}”?', typed, meant.title);
}

/** The panels that are shown while one moves through the list. One that was made only for that is closed again. */
class Preview implements Disposable {
  readonly #panels: Panels;
  readonly #before: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #made: SessionPanel | undefined;
  #hasShown = false;

  constructor(panels: Panels, before: string | undefined) {
    this.#panels = panels;
    this.#before = before;
  }

  show(sessionId: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const made = this.#made;
      const isNew = this.#panels.get(sessionId) === undefined;
      const panel = this.#panels.open(sessionId, { preserveFocus: true });
      this.#hasShown = true;
      if (made !== panel) made?.dispose();
      this.#made = isNew || made === panel ? panel : undefined;
    }, restMs);
  }

  /** Keeps the panel of the chosen session; without one, everything is as before. */
  finish(chosen: string | undefined): void {
    clearTimeout(this.#timer);
    if (this.#made !== undefined && this.#made.sessionId !== chosen) this.#made.dispose();
    this.#made = undefined;
    if (chosen === undefined && this.#hasShown && this.#before !== undefined) this.#panels.get(this.#before)?.reveal(false);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }
}

import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { DisposableStore } from '../../base/lifecycle.ts';
import { t } from '../words.ts';

/** The scheme of read-only texts out of a session: sides of a diff, long outputs. */
export const textScheme = 'sessionloom-blob';

/** Texts that are kept for editors that are closed and opened again. */
const keptTexts = 200;

/** Read-only documents whose text comes out of a session. A text is asked for when its editor opens it. */
export class TextDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, () => Promise<string>>();
  readonly #owned = new DisposableStore();
  #last = 0;

  constructor() {
    this.#owned.add(vscode.workspace.registerTextDocumentContentProvider(textScheme, this));
  }

  /** Makes an address for a text; `name` is what its tab shows, and its ending decides the language. */
  add(name: string, read: () => Promise<string>): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: textScheme, path: `/${name.replace(/^\/+/, '')}`, query: String(++this.#last) });
    this.#texts.set(uri.toString(), read);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > keptTexts && oldest !== undefined) this.#texts.delete(oldest);
    return uri;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const read = this.#texts.get(uri.toString());
    return read === undefined ? t('This text is no longer at hand. Open it again from its session.') : read();
  }

  dispose(): void {
    this.#owned.dispose();
    this.#texts.clear();
  }
}

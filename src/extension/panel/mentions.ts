import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Mention } from '../../protocol/panel.ts';
import { isDone } from '../sessions/order.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { oneLine } from '../sessions/tooltip.ts';
import { t } from '../words.ts';
import { offeredMentions, rankMentions } from './mentionRank.ts';

/** Files of the workspace that are looked through. */
const knownFiles = 20_000;

/** Milliseconds for which the list of files is good. */
const filesMs = 15_000;

/** Milliseconds that the symbols of the workspace may take; the list does not wait longer for them. */
const symbolsMs = 400;

/** What `@` can mean in a window: the selection, files, symbols, sessions and problems. */
export class Mentions {
  readonly #store: SessionStore;
  #files: { readonly until: number; readonly found: Promise<readonly Mention[]> } | undefined;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  /** The mentions that fit, best first, in the panel of one session. */
  async find(query: string, sessionId: string): Promise<readonly Mention[]> {
    const [files, symbols] = await Promise.all([this.#allFiles(), query.length < 2 ? [] : symbolsLike(query)]);
    const near = [...selectionMention(), ...openFiles()];
    const rest = [...files, ...symbols, ...this.#sessions(sessionId), ...problems()];
    const known = new Set(near.map(keyOf));
    return rankMentions([...near, ...rest.filter((mention) => !known.has(keyOf(mention)))], query, offeredMentions);
  }

  #allFiles(): Promise<readonly Mention[]> {
    if (this.#files === undefined || this.#files.until < performance.now()) {
      const found = Promise.resolve(vscode.workspace.findFiles('**/*', undefined, knownFiles)).then((uris) => uris.map(fileMention));
      this.#files = { until: performance.now() + filesMs, found };
    }
    return this.#files.found;
  }

  #sessions(own: string): readonly Mention[] {
    return this.#store.all
      .filter((session) => session.id !== own && !session.archived && !isDone(session))
      .map((session) => ({ kind: 'session', label: oneLine(session.title, 80), description: session.id }));
  }
}

/** A file as a mention, with its place in the workspace as the description. */
export function fileMention(uri: vscode.Uri): Mention {
  return { kind: 'file', label: basename(uri.fsPath), description: vscode.workspace.asRelativePath(uri), path: uri.fsPath };
}

/** What is selected in the last editor, as a mention; the lines count from 0. */
export function selectionMention(editor = vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors[0]): readonly Mention[] {
  if (editor === undefined || editor.selection.isEmpty || editor.document.uri.scheme !== 'file') return [];
  const { start, end } = editor.selection;
  const lines = t('lines {0} to {1}', start.line + 1, end.line + 1);
  const { label, description, path } = fileMention(editor.document.uri);
  return [
    {
      kind: 'selection',
      label: `${label}:${start.line + 1}–${end.line + 1}`,
      description: `${description}, ${lines}`,
      ...(path === undefined ? {} : { path }),
      range: { start: start.line, end: end.line },
    },
  ];
}

function openFiles(): readonly Mention[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) =>
    tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText && input.uri.scheme === 'file' ? [fileMention(input.uri)] : [])),
  );
}

async function symbolsLike(query: string): Promise<readonly Mention[]> {
  const asked = vscode.commands.executeCommand<vscode.SymbolInformation[] | undefined>('vscode.executeWorkspaceSymbolProvider', query);
  const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), symbolsMs));
  const symbols = await Promise.race([asked, late]);
  return (symbols ?? [])
    .filter(({ location }) => location.uri.scheme === 'file')
    .slice(0, 50)
    .map(({ name, location: { uri, range } }) => ({
      kind: 'symbol',
      label: name,
      description: vscode.workspace.asRelativePath(uri),
      path: uri.fsPath,
      range: { start: range.start.line, end: range.end.line },
    }));
}

function problems(): readonly Mention[] {
  return vscode.languages
    .getDiagnostics()
    .flatMap(([uri, found]) => (uri.scheme === 'file' ? found.map((problem) => problemMention(uri, problem)) : []))
    .slice(0, 200);
}

/** A problem of a file as a mention. */
export function problemMention(uri: vscode.Uri, { message, range }: vscode.Diagnostic): Mention {
  return {
    kind: 'problem',
    label: oneLine(message, 120),
    description: `${vscode.workspace.asRelativePath(uri)}:${range.start.line + 1}`,
    path: uri.fsPath,
    range: { start: range.start.line, end: range.end.line },
  };
}

function keyOf({ kind, path, label }: Mention): string {
  return `${kind}\n${path ?? label}`;
}

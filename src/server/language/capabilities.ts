/**
 * `server/language` speaks the language server protocol for the spec documents. It must not know sessions, agents, git or the host:
 * a window that is not trusted runs it alone.
 */
import type { ServerCapabilities } from 'vscode-languageserver';
import { TextDocumentSyncKind } from 'vscode-languageserver';

/** What the spec documents' language features offer: the part of an answer to `initialize` that this folder stands for. */
export const languageCapabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  documentSymbolProvider: true,
  documentLinkProvider: { resolveProvider: false },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
};

/** The documents that the features are for, as a glob; a client that watches files watches these. */
export const specDocumentGlob = '**/specs/*/{requirements,bugfix,design,tasks,spec}.md';

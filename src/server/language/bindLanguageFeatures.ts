import type { ClientCapabilities, Connection, Diagnostic, Location } from 'vscode-languageserver';
import { DidChangeWatchedFilesNotification } from 'vscode-languageserver';
import { messageOf } from '../../base/errors.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { disposable, DisposableStore } from '../../base/lifecycle.ts';
import type { Log } from '../../base/log.ts';
import { hoverText } from '../../specs/hover.ts';
import { definitionsOf, identifierAt, linkTasks, mentionsOf, tokenAt } from '../../specs/links.ts';
import { outlineRequirements, outlineTasks } from '../../specs/outline.ts';
import { specPlaceOf } from '../../specs/paths.ts';
import type { Position } from '../../specs/text.ts';
import { traceTasks } from '../../specs/trace.ts';
import { specDocumentGlob } from './capabilities.ts';
import { toDocumentLink, toLocationLink, toSymbol } from './convert.ts';
import type { Later, Publish } from './diagnose.ts';
import { Diagnoser } from './diagnose.ts';
import type { OpenDocument } from './openDocuments.ts';
import { OpenDocuments } from './openDocuments.ts';
import { readSpecFile } from './specFile.ts';
import { SpecFolders } from './specFolders.ts';

/**
 * How long (in milliseconds) the diagnostics wait for more of one edit, such as the several changes of a rename. Not for the next keystroke:
 * a check of 5,000 lines takes less time than a person to look at the line.
 */
const pause = 10;

/** What the features need from outside. `readFile` gives a spec document that is not open, by URI; the default reads the disk, spec folders only. */
export interface LanguageOptions {
  readonly log: Log;
  readonly readFile?: (uri: string) => Promise<string | undefined>;
  readonly later?: Later;
}

/** The features on one connection. */
export interface LanguageFeatures extends Disposable {
  /** To be called at the client's `initialized`: asks a client that can to report changes of spec documents on disk. */
  initialized(capabilities: ClientCapabilities): void;
}

function afterPause(run: () => void): Disposable {
  const timer = setTimeout(run, pause);
  return disposable(() => clearTimeout(timer));
}

/** Sends diagnostics. A connection that has ended meanwhile throws or rejects; then nobody waits for them. */
function publishOn(connection: Connection, log: Log): Publish {
  const send = async (uri: string, version: number | undefined, diagnostics: Diagnostic[]): Promise<void> => {
    try {
      await connection.sendDiagnostics(version === undefined ? { uri, diagnostics } : { uri, version, diagnostics });
    } catch (thrown) {
      log.debug('Diagnostics were not sent.', { uri, error: messageOf(thrown) });
    }
  };
  return (uri, version, diagnostics) => void send(uri, version, diagnostics);
}

/** Keeps the open documents and their diagnostics in step with what the client reports. */
function bindDocuments(connection: Connection, open: OpenDocuments, diagnoser: Diagnoser, publish: Publish): readonly Disposable[] {
  const touch = (document: OpenDocument | undefined): void => {
    if (document !== undefined) diagnoser.touch(document.place.folder);
  };
  return [
    connection.onDidOpenTextDocument(({ textDocument }) => touch(open.open(textDocument.uri, textDocument.version, textDocument.text))),
    connection.onDidChangeTextDocument(({ textDocument, contentChanges }) =>
      touch(open.change(textDocument.uri, textDocument.version, contentChanges)),
    ),
    connection.onDidCloseTextDocument(({ textDocument }) => {
      const closed = open.close(textDocument.uri);
      touch(closed);
      if (closed !== undefined) publish(closed.uri, undefined, []);
    }),
    connection.onDidChangeWatchedFiles(({ changes }) => {
      const folders = changes.flatMap((change) => specPlaceOf(change.uri)?.folder ?? []);
      for (const folder of new Set(folders)) diagnoser.touch(folder);
    }),
  ];
}

/** Answers what an editor asks about the document under the caret. */
function bindRequests(connection: Connection, open: OpenDocuments, folders: SpecFolders): readonly Disposable[] {
  const readTasksAt = async (uri: string): Promise<Awaited<ReturnType<SpecFolders['tasks']>>> => {
    const document = open.get(uri);
    return document?.place.file === 'tasks.md' ? folders.tasks(document.place.folder) : undefined;
  };
  const readToken = async (uri: string, position: Position) => {
    const tasks = await readTasksAt(uri);
    const token = tasks === undefined ? undefined : tokenAt(tasks.document, position);
    if (tasks === undefined || token === undefined) return undefined;
    return { tasks, token, requirements: await folders.requirements(open.get(uri)?.place.folder ?? '') };
  };
  return [
    connection.onDocumentSymbol(async ({ textDocument }) => {
      const document = open.get(textDocument.uri);
      if (document === undefined || document.place.file === 'design.md') return null;
      const tasks = await readTasksAt(document.uri);
      return (tasks === undefined ? outlineRequirements(folders.requirementsOf(document).document) : outlineTasks(tasks.document)).map(
        toSymbol,
      );
    }),
    connection.onDocumentLinks(async ({ textDocument }) => {
      const tasks = await readTasksAt(textDocument.uri);
      if (tasks === undefined) return null;
      const requirements = await folders.requirements(open.get(textDocument.uri)?.place.folder ?? '');
      const uris = { same: tasks.uri, requirements: requirements?.uri };
      return linkTasks(tasks.document, requirements?.index).flatMap((link) => toDocumentLink(link, uris) ?? []);
    }),
    connection.onHover(async ({ textDocument, position }) => {
      const at = await readToken(textDocument.uri, position);
      const text = at === undefined ? undefined : hoverText(at.tasks.document, at.requirements?.index, at.token);
      return at === undefined || text === undefined
        ? null
        : { contents: { kind: 'plaintext', value: text }, range: at.token.reference.range };
    }),
    connection.onDefinition(async ({ textDocument, position }) => {
      const at = await readToken(textDocument.uri, position);
      if (at === undefined) return null;
      const uris = { same: at.tasks.uri, requirements: at.requirements?.uri };
      return definitionsOf(at.tasks.document, at.requirements?.index, at.token).flatMap((link) => toLocationLink(link, uris) ?? []);
    }),
    connection.onReferences(async ({ textDocument, position }): Promise<Location[] | null> => {
      const document = open.get(textDocument.uri);
      if (document === undefined || document.place.file === 'design.md' || document.place.file === 'tasks.md') return null;
      const index = folders.requirementsOf(document);
      const identifier = identifierAt(index, position);
      const tasks = await folders.tasks(document.place.folder);
      if (identifier === undefined || tasks === undefined) return null;
      return mentionsOf(traceTasks(index, tasks.document), identifier).map((range) => ({ uri: tasks.uri, range }));
    }),
  ];
}

/**
 * Binds the spec documents' language features to a connection that somebody else made, and that somebody else lets listen. Nothing of
 * `initialize`, `shutdown` and `exit` is touched: the answer to `initialize` takes `languageCapabilities`. Disposing ends the features,
 * not the connection.
 */
export function bindLanguageFeatures(connection: Connection, options: LanguageOptions): LanguageFeatures {
  const { log } = options;
  const store = new DisposableStore();
  const open = new OpenDocuments();
  const folders = new SpecFolders(open, options.readFile ?? readSpecFile);
  const publish = publishOn(connection, log);
  const diagnoser = store.add(new Diagnoser({ open, folders, publish, later: options.later ?? afterPause, log }));
  for (const bound of [...bindDocuments(connection, open, diagnoser, publish), ...bindRequests(connection, open, folders)])
    store.add(bound);
  return {
    initialized(capabilities) {
      if (capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: specDocumentGlob }] })
        .then((watching) => store.add(watching))
        .catch((thrown: unknown) => log.warn('Changes of spec documents on disk are not reported.', { error: messageOf(thrown) }));
    },
    dispose: () => store.dispose(),
  };
}

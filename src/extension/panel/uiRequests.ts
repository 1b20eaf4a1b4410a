import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { LoomError } from '../../base/errors.ts';
import type { SessionSummary } from '../../model/summary.ts';
import { compareFile } from '../documents/compareFile.ts';
import { openChanges, openDiff } from '../documents/openChanges.ts';
import { restoreFiles } from '../documents/restoreFiles.ts';
import { reviewChanges, takeRestoreBack } from '../documents/reviewChanges.ts';
import { saveFile } from '../documents/saveFile.ts';
import { wholeText } from '../documents/sessionTexts.ts';
import type { TextDocuments } from '../documents/textDocuments.ts';
import type { FolderHosts } from '../hosts/folderHosts.ts';
import { allowAlways } from '../inbox/answerItem.ts';
import type { InboxStore } from '../inbox/inboxStore.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { openExternal } from '../window/openExternal.ts';
import { t } from '../words.ts';
import { instructionsFor } from './instructions.ts';
import type { Mentions } from './mentions.ts';
import type { UiHandlers } from './uiHandlers.ts';

/** What the answers need. */
export interface UiSurroundings {
  readonly store: SessionStore;
  readonly hosts: FolderHosts;
  readonly documents: TextDocuments;
  readonly mentions: Mentions;
  readonly inbox: InboxStore;
}

const done = {};

/** Answers what a page asks of the editor. */
export function uiHandlers({ store, hosts, documents, mentions, inbox }: UiSurroundings): UiHandlers {
  const known = (sessionId: string): SessionSummary => {
    const session = store.get(sessionId);
    if (session === undefined) throw new LoomError('not-found', t('This session is gone.'));
    return session;
  };
  return {
    'ui/openFile': async ({ location: { path, line }, beside }) => {
      await openFile(path, line, beside === true);
      return done;
    },
    'ui/openDiff': async ({ entry, index }, { sessionId }) => {
      await openDiff(store.call(sessionId), documents, sessionId, entry, index);
      return done;
    },
    'ui/compare': async ({ path, turn }, { sessionId }) => {
      await compareFile(store.call(sessionId), documents, sessionId, path, turn);
      return done;
    },
    'ui/restore': async ({ turn }, { sessionId }) => {
      await restoreFiles({ call: store.call(sessionId), documents, session: known(sessionId) }, turn);
      return done;
    },
    'ui/review': (choice, { sessionId }) => reviewChanges(store.call(sessionId), known(sessionId), choice),
    'ui/takeRestoreBack': ({ restore }, { sessionId }) => takeRestoreBack(store.call(sessionId), known(sessionId), restore),
    'ui/openChanges': async (_params, { sessionId, title }) => {
      await openChanges(store.call(sessionId), documents, sessionId, title);
      return done;
    },
    'ui/openText': async ({ title, text, blob }, { sessionId }) => {
      const read = (): Promise<string> =>
        blob === undefined ? Promise.resolve(text) : wholeText(store.call(sessionId), sessionId, { text, blob });
      await vscode.window.showTextDocument(documents.add(fileName(title), read), { preview: true });
      return done;
    },
    'ui/showTerminal': async ({ terminal }, { sessionId }) => {
      await vscode.commands.executeCommand('sessionLoom.showAgentTerminal', sessionId, terminal);
      return done;
    },
    'ui/saveFile': async ({ name, mimeType, blob }, { sessionId }) => {
      await saveFile(store.call(sessionId), known(sessionId), { name, mimeType, blob });
      return done;
    },
    'ui/openExternal': async ({ url }) => {
      await openExternal(url);
      return done;
    },
    'ui/copy': async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      return done;
    },
    'ui/insert': async ({ text }) => {
      await insertIntoEditor(text);
      return done;
    },
    'ui/mentions': async ({ query }, { sessionId }) => ({ mentions: [...(await mentions.find(query, sessionId))] }),
    'ui/command': async ({ command }, { sessionId }) => {
      const id = command === 'rename' ? 'renameSession' : command;
      await vscode.commands.executeCommand(`sessionLoom.${id}`, ...(id === 'newSession' ? [] : [sessionId]));
      return done;
    },
    'ui/fork': async ({ turn }, { sessionId }) => {
      await vscode.commands.executeCommand('sessionLoom.forkSession', sessionId, turn);
      return done;
    },
    'ui/openChildren': async (_params, { sessionId }) => {
      await vscode.commands.executeCommand('sessionLoom.openChild', sessionId);
      return done;
    },
    'ui/openParent': async (_params, { sessionId }) => {
      await vscode.commands.executeCommand('sessionLoom.openParent', sessionId);
      return done;
    },
    'ui/instructions': async (_params, { sessionId }) => {
      const { cwd, folder } = known(sessionId);
      return { files: [...(await instructionsFor(cwd, folder))] };
    },
    'ui/openInstructions': async (_params, { sessionId }) => {
      const { cwd, folder } = known(sessionId);
      const items = (await instructionsFor(cwd, folder)).map(({ path, name }) => ({ path, label: name }));
      const picked =
        items.length > 1 ? await vscode.window.showQuickPick(items, { title: t('Instructions for agents in this folder') }) : items[0];
      if (picked !== undefined) await openFile(picked.path, undefined, false);
      return done;
    },
    'ui/allowAlways': async ({ entry }, { sessionId }) => {
      const linked = inbox.get(`${sessionId}/${entry}`);
      if (linked?.item.kind !== 'permission') throw new LoomError('conflict', t('This question no longer waits.'));
      return { answered: await allowAlways(linked.item, linked.link) };
    },
    'ui/retryConnection': async () => {
      await Promise.all(hosts.all.map(({ link }) => link.attach('start').catch(() => false)));
      return done;
    },
  };
}

async function openFile(path: string, line: number | undefined, beside: boolean): Promise<void> {
  if (!isAbsolute(path)) throw new LoomError('invalid-input', t('"{0}" is no absolute path.', path));
  const place = line === undefined ? undefined : new vscode.Range(line, 0, line, 0);
  const viewColumn = beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
  try {
    // Not as text by force: a picture opens in the viewer for pictures.
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path), {
      viewColumn,
      preview: true,
      ...(place === undefined ? {} : { selection: place }),
    });
  } catch (error) {
    throw new LoomError('not-found', t('{0} cannot be opened. It may have been moved or deleted since.', path), { cause: error });
  }
}

async function insertIntoEditor(text: string): Promise<void> {
  const editor =
    vscode.window.activeTextEditor ?? vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme !== 'output');
  if (editor === undefined)
    throw new LoomError('not-found', t('No text editor is visible. Open the file beside the session and try again.'));
  await editor.insertSnippet(new vscode.SnippetString().appendText(text));
  await vscode.window.showTextDocument(editor.document, editor.viewColumn);
}

/** A title as the name of a document: no slashes, and an ending, so that it is shown as text. */
function fileName(title: string): string {
  const name = title
    .replace(/[/\\?#\u0000-\u001f]+/g, ' ')
    .trim()
    .slice(0, 80);
  return /\.\w{1,8}$/.test(name) ? name : `${name === '' ? t('text') : name}.txt`;
}

import * as vscode from 'vscode';
import type { Mention } from '../../protocol/panel.ts';
import { fileMention, problemMention, selectionMention } from '../panel/mentions.ts';
import { pickSession } from '../picks/pickSession.ts';
import { walkOrder } from '../sessions/order.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { newSession } from './openCommands.ts';

/** Mentions the selection of the editor in the session in focus. */
export const addSelection: CommandRun = async (app) => {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const [selection] = selectionMention(editor);
  await mention(app, [selection ?? fileMention(editor.document.uri)]);
};

/** Mentions files in the session in focus: those of the menu, else the one of the editor. */
export const addFile: CommandRun = async (app, uri, uris) => {
  const several = Array.isArray(uris) ? (uris as readonly unknown[]) : [uri];
  const chosen = several.filter((one) => one instanceof vscode.Uri && one.scheme === 'file') as readonly vscode.Uri[];
  const active = vscode.window.activeTextEditor?.document.uri;
  const files = chosen.length > 0 ? chosen : active === undefined ? [] : [active];
  if (files.length > 0) await mention(app, files.map(fileMention));
};

/** Mentions a problem of a file in the session in focus. */
export const askAboutProblem: CommandRun = async (app, uri, problem) => {
  if (uri instanceof vscode.Uri && problem instanceof vscode.Diagnostic) await mention(app, [problemMention(uri, problem)]);
};

async function mention(app: App, mentions: readonly Mention[]): Promise<void> {
  const sessionId = await sessionToTell(app);
  if (sessionId === undefined) return;
  const panel = app.panels.open(sessionId);
  for (const one of mentions) panel.insert({ mention: one });
  panel.focus('composer');
}

async function sessionToTell(app: App): Promise<string | undefined> {
  const { lastActive } = app.panels;
  if (lastActive !== undefined) return lastActive;
  const open = walkOrder(app.store.all);
  if (open.length === 0) return (await newSession(app)) as string;
  return open.length === 1 ? open[0]?.id : (await pickSession(app, { title: t('Add to which session?'), among: open }))?.id;
}

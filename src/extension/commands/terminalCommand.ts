import * as vscode from 'vscode';
import { turnsBackwards } from '../documents/sessionTexts.ts';
import { t } from '../words.ts';
import { showTerminal } from '../window/terminalMirror.ts';
import type { CommandRun } from './app.ts';
import { sayShortly } from './say.ts';
import { sessionFor } from './target.ts';

/** Terminals that are offered, the latest first. */
const most = 30;

/** Shows a terminal of a session's agent; which one is a second argument, or is asked where there are several. */
export const showAgentTerminal: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Terminal of which session?'));
  if (session === undefined) return;
  const call = app.store.call(session.id);
  const given = typeof args[1] === 'string' ? args[1] : undefined;
  const found: { id: string; label: string }[] = [];
  for await (const turns of turnsBackwards(call, session.id)) {
    for (const entry of turns.flatMap(({ entries }) => entries).toReversed()) {
      const parts = entry.kind === 'tool' ? entry.content : [];
      for (const part of parts)
        if (part.type === 'text' && part.terminal !== undefined && entry.kind === 'tool')
          found.push({ id: part.terminal.id, label: entry.title });
    }
    if (found.length >= most || (given !== undefined && found.some(({ id }) => id === given))) break;
  }
  const [first] = found;
  if (first === undefined && given === undefined) {
    sayShortly(t('The agent of this session has opened no terminal.'));
    return;
  }
  const wanted =
    found.find(({ id }) => id === given) ??
    (given !== undefined ? { id: given, label: session.title } : undefined) ??
    (found.length === 1 ? first : await vscode.window.showQuickPick(found.slice(0, most), { title: t('Which terminal?') }));
  if (wanted !== undefined) showTerminal(call, session.id, wanted.id, wanted.label.slice(0, 60));
};

import * as vscode from 'vscode';
import type { Disposable } from '../../base/lifecycle.ts';
import { t } from '../words.ts';

/** Offers "Ask a Session" at every problem of a file, in trusted windows. */
export function offerProblems(): Disposable {
  const kind = vscode.CodeActionKind.QuickFix;
  return vscode.languages.registerCodeActionsProvider(
    { scheme: 'file' },
    {
      provideCodeActions: ({ uri }, _range, { diagnostics }) =>
        !vscode.workspace.isTrusted
          ? []
          : diagnostics.map((problem) => {
              const action = new vscode.CodeAction(t('Ask a session about this problem'), kind);
              action.diagnostics = [problem];
              action.command = { command: 'sessionLoom.askAboutProblem', title: action.title, arguments: [uri, problem] };
              return action;
            }),
    },
    { providedCodeActionKinds: [kind] },
  );
}

import * as vscode from 'vscode';
import { ruleText } from '../../model/ruleText.ts';
import { withdrawApproval } from '../inbox/answerItem.ts';
import { pickLabel } from '../inbox/inboxRows.ts';
import { t } from '../words.ts';
import type { CommandRun } from './app.ts';
import { ask, offer, sayShortly } from './say.ts';
import { hostFor, sessionFor } from './target.ts';

/** Lists the rules that were made for a session, and takes those away that the person picks. */
export const showPermissionRules: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Permission rules of which session?'));
  if (session === undefined) return;
  const call = app.store.call(session.id);
  const { rules } = await call('session/rules', { sessionId: session.id });
  const settings = t('Open Settings');
  if (rules.length === 0) {
    offer(t('This session has no permission rules of its own. Those for all sessions are in your settings.'), settings, openRules);
    return;
  }
  const rows = rules.map(({ id, rule, by, at }) => ({
    id,
    label: pickLabel(ruleText(rule)),
    description: t('{0}, made in {1}', rule.decision, by),
    detail: new Date(at).toLocaleString(vscode.env.language),
    picked: true,
  }));
  const kept = await vscode.window.showQuickPick(rows, {
    canPickMany: true,
    title: t('Permission rules of “{0}”', session.title),
    placeHolder: t('Clear the rules that are not to hold any more'),
  });
  if (kept === undefined) return;
  const remove = rules.flatMap(({ id }) => (kept.some((each) => each.id === id) ? [] : [id]));
  if (remove.length > 0) await call('session/rules', { sessionId: session.id, remove });
};

/** Lists what was approved or refused by its content, and takes back what the person picks. */
export const showApprovals: CommandRun = async (app) => {
  const { link } = await hostFor(app, t('Approvals of which folder?'));
  const { decided } = await link.call('approvals/list', {});
  if (decided.length === 0) {
    sayShortly(t('Nothing was approved or refused by its content here.'));
    return;
  }
  const rows = decided.map((each) => ({
    each,
    label: pickLabel(each.title),
    description: t('{0} in {1}', each.verdict === 'approved' ? t('approved') : t('refused'), each.by),
    detail: `${each.kind} · ${each.subject} · ${each.sha256.slice(0, 12)}`,
  }));
  const picked = await vscode.window.showQuickPick(rows, {
    title: t('Approvals by content'),
    placeHolder: t('Pick the one to take back; it is asked again'),
  });
  if (picked !== undefined) await withdrawApproval(link, app.capability, picked.each);
};

/** Asks the windows that may approve to let this editor approve as well; where there is none, offers to put a host of its own in the place of an idle one. */
export const allowEditor: CommandRun = async (app) => {
  const { link } = await hostFor(app, t('Approve in which folder?'));
  const { state, code } = await link.call('capability/pair', {});
  if (state === 'paired') {
    sayShortly(t('This editor may approve here.'));
    return;
  }
  if (state === 'asked') {
    void vscode.window.showInformationMessage(t('Answer in the other editor, where the Inbox shows this code: {0}', code));
    return;
  }
  const replace = t('Replace the Session Host');
  const question = t('No window that may approve is attached to the session host.');
  const detail = t('Another editor started it. When its turns have ended, this editor can start one of its own, in which it may approve.');
  if ((await ask(question, detail, replace)) !== replace) return;
  const { running } = await link.call('host/drain', {});
  if (running > 0) sayShortly(t('The session host leaves when its turns have ended.'));
};

function openRules(): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openSettings', 'sessionLoom.permissions');
}

import * as vscode from 'vscode';
import { LoomError } from '../../base/errors.ts';
import type { Disposable } from '../../base/lifecycle.ts';
import { allowAlways, answerOnce, decideApproval } from '../inbox/answerItem.ts';
import type { LinkedItem } from '../inbox/inboxStore.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { ask, sayShortly } from './say.ts';

/** Opens the session at the question, or asks about an approval that belongs to none. */
export const openInboxItem: CommandRun = (app, argument) => withItem(app, argument, (linked) => open(app, linked));

/** Allows what waits, this time. An approval of content is shown before. */
export const allowInboxItem: CommandRun = (app, argument) =>
  withItem(app, argument, async (linked) => {
    if (await answerOnce(linked, 'allow-once')) return;
    await open(app, linked);
  });

/** Has the person pick what is allowed from now on. */
export const allowInboxItemAlways: CommandRun = (app, argument) =>
  withItem(app, argument, async (linked) => {
    if (linked.item.kind === 'permission') await allowAlways(linked.item, linked.link);
    else await open(app, linked);
  });

/** Says no to what waits. */
export const rejectInboxItem: CommandRun = (app, argument) =>
  withItem(app, argument, async (linked) => {
    const { item, link } = linked;
    if (item.kind === 'approval') return decideApproval(hostLinkOf(app, linked), app.capability, item.approval, 'refused');
    if (item.kind === 'question') {
      await link.call('question/answer', { sessionId: item.sessionId, entry: item.entry, reply: { action: 'decline' } });
      return undefined;
    }
    if (!(await answerOnce(linked, 'reject-once'))) await open(app, linked);
    return undefined;
  });

export const nextInboxItem: CommandRun = (app) => app.inbox.step(1);

export const previousInboxItem: CommandRun = (app) => app.inbox.step(-1);

async function withItem(app: App, argument: unknown, work: (linked: LinkedItem) => Promise<unknown>): Promise<void> {
  const linked = app.inbox.target(argument);
  if (linked === undefined) {
    sayShortly(t('Nothing waits for you.'));
    return;
  }
  await app.inbox.goOnAfter(linked.item.id, () => work(linked));
}

async function open(app: App, linked: LinkedItem): Promise<void> {
  const { item } = linked;
  if (item.kind !== 'approval') {
    app.panels.open(item.sessionId).showQuestion(item.entry);
    return;
  }
  const [approve, refuse] = [t('Approve'), t('Refuse')];
  const chosen = await ask(item.title, item.approval.detail, approve, refuse);
  if (chosen === undefined) return;
  await decideApproval(hostLinkOf(app, linked), app.capability, item.approval, chosen === approve ? 'approved' : 'refused');
}

function hostLinkOf(app: App, { link }: LinkedItem): App['hosts']['all'][number]['link'] {
  const found = app.hosts.all.find((host) => host.link === link)?.link;
  if (found === undefined) throw new LoomError('disconnected', t('The session host is not connected. Try again in a moment.'));
  return found;
}

/** Tells of approvals that wait, once each: no panel shows them. */
export function tellApprovals(app: Pick<App, 'inboxStore'>): Disposable {
  const told = new Set<string>();
  return app.inboxStore.onDidChange(() => {
    for (const { item } of app.inboxStore.items) {
      if (item.kind !== 'approval' || told.has(item.id)) continue;
      told.add(item.id);
      const show = t('Show');
      void vscode.window.showInformationMessage(item.title, show).then((chosen) => {
        if (chosen === show) void vscode.commands.executeCommand('sessionLoom.openInboxItem', { kind: 'inbox', id: item.id });
      });
    }
  });
}

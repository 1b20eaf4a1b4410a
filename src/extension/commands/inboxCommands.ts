import { LoomError } from '../../base/errors.ts';
import { allowAlways, answerOnce, decideApproval } from '../inbox/answerItem.ts';
import type { LinkedItem } from '../inbox/inboxStore.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { ask, sayShortly } from './say.ts';

/** Opens the session at the question, or asks about an approval that belongs to none. */
export const openInboxItem: CommandRun = async (app, argument) => {
  if (!app.inbox.isEcho) await withItem(app, argument, (linked) => open(app, linked));
};

/** Allows what waits, this time. An approval of content is shown before. */
export const allowInboxItem: CommandRun = (app, argument) =>
  withItem(app, argument, async (linked) => (await answerOnce(linked, 'allow-once')) || open(app, linked));

/** Has the person pick what is allowed from now on. */
export const allowInboxItemAlways: CommandRun = (app, argument) =>
  withItem(app, argument, (linked) => (linked.item.kind === 'permission' ? allowAlways(linked.item, linked.link) : open(app, linked)));

/** Says no to what waits. */
export const rejectInboxItem: CommandRun = (app, argument) =>
  withItem(app, argument, async (linked) => {
    const { item, link } = linked;
    if (item.kind === 'permission') return (await answerOnce(linked, 'reject-once')) || open(app, linked);
    if (item.kind === 'approval') await decideApproval(hostLinkOf(app, linked), app.capability, item.approval, 'refused');
    else await link.call('question/answer', { sessionId: item.sessionId, entry: item.entry, reply: { action: 'decline' } });
    return true;
  });

export const nextInboxItem: CommandRun = (app, argument) => app.inbox.step(1, argument);

export const previousInboxItem: CommandRun = (app, argument) => app.inbox.step(-1, argument);

/** Does something with the row that a command is about. `work` says whether it is answered by that: only then the next one gets the keyboard. */
async function withItem(app: App, argument: unknown, work: (linked: LinkedItem) => Promise<boolean>): Promise<void> {
  const linked = await app.inbox.target(argument);
  if (linked === undefined)
    sayShortly((await app.inbox.showFirst()) ? t('Choose what it is about in the Inbox.') : t('Nothing waits for you.'));
  else await app.inbox.goOnAfter(linked.item.id, () => work(linked));
}

/** Asks about the content that a session waits for, such as a set-up script. The argument is the id of the session. */
export const openApproval: CommandRun = async (app, sessionId) => {
  const approvals = app.inboxStore.items.filter(({ item }) => item.kind === 'approval');
  // One approval serves all sessions that wait for the same content.
  const linked = approvals.find(({ item }) => item.kind === 'approval' && item.approval.sessionId === sessionId) ?? approvals[0];
  if (linked === undefined) sayShortly(t('Nothing waits for you.'));
  else await open(app, linked);
};

/** True when it was decided right here. */
async function open(app: App, linked: LinkedItem): Promise<boolean> {
  const { item } = linked;
  if (item.kind !== 'approval') {
    app.panels.open(item.sessionId).showQuestion(item.entry);
    return false;
  }
  const [approve, refuse] = [t('Approve'), t('Refuse')];
  const chosen = await ask(item.title, item.approval.detail, approve, refuse);
  if (chosen === undefined) return false;
  await decideApproval(hostLinkOf(app, linked), app.capability, item.approval, chosen === approve ? 'approved' : 'refused');
  return true;
}

function hostLinkOf(app: App, { link }: LinkedItem): App['hosts']['all'][number]['link'] {
  const found = app.hosts.all.find((host) => host.link === link)?.link;
  if (found === undefined) throw new LoomError('disconnected', t('The session host is not connected. Try again in a moment.'));
  return found;
}

import * as vscode from 'vscode';
import { LoomError } from '../../base/errors.ts';
import type { PermissionRule } from '../../model/permissionRules.ts';
import { isSameRule } from '../../model/ruleText.ts';
import type { HostLink } from '../../client/hostLink.ts';
import type { Verdict } from '../../protocol/capability.ts';
import type { DecidedApproval, PendingApproval } from '../../protocol/approvalRequests.ts';
import type { CapabilitySecret } from '../hosts/capabilitySecret.ts';
import { t } from '../words.ts';
import type { LastingChoice } from './inboxRows.ts';
import { lastingChoices, optionFor } from './inboxRows.ts';
import type { LinkedItem } from './inboxStore.ts';

type PermissionItem = Extract<LinkedItem['item'], { kind: 'permission' }>;

/** Answers a question of an agent for this time. False where the agent offers no such answer. */
export async function answerOnce({ item, link }: LinkedItem, role: 'allow-once' | 'reject-once'): Promise<boolean> {
  if (item.kind !== 'permission') return false;
  const option = optionFor(item, role);
  if (option === undefined) return false;
  await link.call('permission/answer', { sessionId: item.sessionId, entry: item.entry, optionId: option.id });
  return true;
}

/** Has the person pick what is allowed from now on, and answers. False where nothing was picked. */
export async function allowAlways(item: PermissionItem, link: LinkedItem['link']): Promise<boolean> {
  const choices = lastingChoices(item, t).map((choice) => ({ ...choice, iconPath: iconOf(choice) }));
  if (choices.length === 0)
    throw new LoomError(
      'invalid-input',
      t('No rule can allow this, since not all of it is known before it runs. Allow it once, or reject it.'),
    );
  const picked = await vscode.window.showQuickPick(choices, {
    title: t('Allow from now on'),
    placeHolder: t('What is allowed, and where'),
    matchOnDescription: true,
  });
  if (picked === undefined) return false;
  const { sessionId, entry } = item;
  const rules = picked.scope === 'session' ? { rules: [...picked.rules] } : {};
  await link.call('permission/answer', { sessionId, entry, optionId: picked.option, ...rules });
  if (picked.scope === 'user') await addUserRules(picked.rules);
  return true;
}

function iconOf({ scope }: LastingChoice): vscode.ThemeIcon {
  return new vscode.ThemeIcon(scope === 'session' ? 'comment-discussion' : scope === 'user' ? 'account' : 'robot');
}

/** Adds rules to the person's own settings; hosts put to them what waits. Those that are there already are not added again. */
export async function addUserRules(rules: readonly PermissionRule[]): Promise<void> {
  const section = vscode.workspace.getConfiguration('sessionLoom');
  const there: unknown = section.inspect('permissions')?.globalValue ?? [];
  if (!Array.isArray(there))
    throw new LoomError(
      'invalid-input',
      t('sessionLoom.permissions is no list, so no rule can be added to it. Correct it in your settings.'),
    );
  const known = there as readonly PermissionRule[];
  const added = rules.filter((rule) => !known.some((each) => typeof each === 'object' && isSameRule(each, rule)));
  if (added.length > 0) await section.update('permissions', [...known, ...added], vscode.ConfigurationTarget.Global);
}

/** Signs a decision about content and sends it. */
export async function decideApproval(
  link: HostLink,
  capability: CapabilitySecret,
  pending: PendingApproval,
  verdict: Verdict,
): Promise<void> {
  await link.call('approvals/decide', { id: pending.id, ...(await signed(link, capability, pending, verdict)) });
}

/** Takes a decision about content back. */
export async function withdrawApproval(link: HostLink, capability: CapabilitySecret, decided: DecidedApproval): Promise<void> {
  const { kind, subject, sha256 } = decided;
  await link.call('approvals/withdraw', { kind, subject, sha256, ...(await signed(link, capability, decided, 'withdrawn')) });
}

async function signed(
  link: HostLink,
  capability: CapabilitySecret,
  of: DecidedApproval | PendingApproval,
  verdict: Verdict,
): Promise<{ readonly verdict: Verdict; readonly at: string; readonly signature: string }> {
  const own = await capability.get();
  const { host } = link;
  if (own === undefined || host === undefined)
    throw new LoomError('disconnected', t('The session host is not connected. Try again in a moment.'));
  const at = new Date().toISOString();
  return { verdict, at, signature: own.decide(host.dataFolder, of, of.title, verdict, at) };
}

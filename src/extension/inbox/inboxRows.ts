import type { PermissionOption } from '../../model/entries.ts';
import type { PermissionRule } from '../../model/permissionRules.ts';
import { ruleText } from '../../model/ruleText.ts';
import { toolIcons } from '../../model/toolIcons.ts';
import type { InboxItem } from '../../protocol/inboxRequests.ts';
import { ageOf } from '../sessions/age.ts';
import { oneLine } from '../sessions/tooltip.ts';
import type { Translate } from '../translate.ts';

/** A row of the inbox, as plain text. */
export interface InboxRow {
  readonly label: string;
  readonly description: string;
  /** A codicon's name. */
  readonly icon: string;
  /** Words that menus and keys ask for. */
  readonly context: string;
  readonly tooltip: readonly string[];
  readonly spoken: string;
}

/** How something that waits is shown. `now` in milliseconds since 1970. */
export function rowOf(item: InboxItem, now: number, t: Translate): InboxRow {
  const label = oneLine(item.title, 120);
  const age = ageOf(item.at, now, t);
  const where = item.kind === 'approval' ? t('approval') : oneLine(item.sessionTitle, 40);
  const reasons = item.kind === 'permission' ? item.reasons : [];
  return {
    label,
    description: [where, age].filter((text) => text !== '').join(' · '),
    icon: item.kind === 'approval' ? 'verified' : item.kind === 'question' ? 'question' : toolIcons[item.toolKind],
    context: contextOf(item),
    tooltip: [label, ...item.detail.split('\n').slice(0, 12), ...reasons].map((line) => oneLine(line, 200)),
    spoken: [label, where, age].join(', '),
  };
}

function contextOf(item: InboxItem): string {
  if (item.kind !== 'permission') return item.kind;
  const once = optionFor(item, 'allow-once') === undefined ? [] : ['once'];
  const no = optionFor(item, 'reject-once') === undefined ? [] : ['no'];
  return ['permission', ...once, ...no].join(' ');
}

/** The agent's own choice for just this time. */
export function optionFor(item: Extract<InboxItem, { kind: 'permission' }>, role: PermissionOption['role']): PermissionOption | undefined {
  return item.options.find((option) => option.role === role);
}

/** One way to allow something from now on. */
export interface LastingChoice {
  readonly label: string;
  readonly description: string;
  /** The option that answers this time. */
  readonly option: string;
  /** Our own rules, and for which sessions; none where the choice is the agent's own. */
  readonly rules: readonly PermissionRule[];
  readonly scope: 'session' | 'user' | 'agent';
}

/** The ways to allow something from now on: ours for this session, ours for all, and the agent's own, each said to be what it is. */
export function lastingChoices(item: Extract<InboxItem, { kind: 'permission' }>, t: Translate): readonly LastingChoice[] {
  const once = optionFor(item, 'allow-once');
  const shown = (rules: readonly PermissionRule[]): string => pickLabel(rules.map(ruleText).join(' + '));
  const ours = (scope: 'session' | 'user', description: string): readonly LastingChoice[] =>
    once === undefined ? [] : item.offers.map((rules) => ({ label: shown(rules), description, option: once.id, rules, scope }));
  const own = item.options
    .filter(({ role }) => role === 'allow-always')
    .map(({ id, label }): LastingChoice => ({
      label: pickLabel(label),
      description: t('the agent’s own'),
      option: id,
      rules: [],
      scope: 'agent',
    }));
  return [...ours('session', t('allow in this session')), ...ours('user', t('allow in all sessions, in your settings')), ...own];
}

/** A stranger's text as the label of a pick, in which `$(…)` would become an icon. */
export function pickLabel(text: string): string {
  return oneLine(text, 150).replaceAll('$(', '$ (');
}

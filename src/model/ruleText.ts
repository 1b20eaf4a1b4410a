import type { PermissionRule } from './permissionRules.ts';

/** What a rule says, without its decision, for a list: `git status`, `edit src/**`. */
export function ruleText({ kind, command, path }: PermissionRule): string {
  const what = command ?? path;
  return [...(kind === undefined || command !== undefined ? [] : [kind]), ...(what === undefined ? [] : [what])].join(' ');
}

/** Whether two rules say the same. */
export function isSameRule(a: PermissionRule, b: PermissionRule): boolean {
  return a.decision === b.decision && a.kind === b.kind && a.command === b.command && a.path === b.path;
}

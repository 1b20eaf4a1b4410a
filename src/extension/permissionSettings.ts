import { PermissionRule } from '../model/permissionRules.ts';

/** The rules of `sessionLoom.permissions` as they stand in the files: the person's, and those of the workspace and its folders. */
export interface RawPermissions {
  readonly user: unknown;
  readonly workspace: readonly unknown[];
}

/** A rule that can be used, and where it comes from. */
export interface SettingRule {
  readonly rule: PermissionRule;
  readonly origin: 'user' | 'workspace';
}

/** Takes the rules that can be used, and adds a sentence for each that cannot. A workspace can ask and deny; what it allows is left out. */
export function permissionRulesFrom(raw: RawPermissions, problems: string[]): readonly SettingRule[] {
  return [...rulesIn(raw.user, 'user', problems), ...raw.workspace.flatMap((each) => rulesIn(each, 'workspace', problems))];
}

function rulesIn(value: unknown, origin: SettingRule['origin'], problems: string[]): readonly SettingRule[] {
  if (value === undefined) return [];
  const name = `sessionLoom.permissions${origin === 'workspace' ? ' of the workspace' : ''}`;
  if (!Array.isArray(value)) {
    problems.push(`${name} must be a list of rules such as { "decision": "deny", "path": ".env" }. It is left out.`);
    return [];
  }
  return (value as readonly unknown[]).flatMap((item, index) => {
    const parsed = PermissionRule.safeParse(item);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
      problems.push(
        `${name}, item ${index + 1}: ${where}${issue?.message ?? 'is not usable'}. It is left out, so it neither allows nor denies anything.`,
      );
      return [];
    }
    if (origin === 'workspace' && parsed.data.decision === 'allow') {
      problems.push(
        `${name}, item ${index + 1}, allows something. A workspace can only ask or deny, so it is left out. Put it into your user settings if you want it.`,
      );
      return [];
    }
    return [{ rule: parsed.data, origin }];
  });
}

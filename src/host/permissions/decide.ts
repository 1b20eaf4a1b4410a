import type { AskReason, PermissionRule } from '../../model/permissionRules.ts';
import type { Asked } from './asked.ts';
import { pathsOfWord } from './asked.ts';
import type { CommandPattern } from './commandPattern.ts';
import { commandPattern, isCommandOf, touchesCommand } from './commandPattern.ts';
import type { PathPattern } from './pathPattern.ts';
import { pathPattern } from './pathPattern.ts';
import type { Place } from './places.ts';
import type { ShellCommand } from './shell.ts';

/** A rule and whose it is. A rule of the workspace only ever tightens. */
export interface OwnedRule {
  readonly rule: PermissionRule;
  readonly origin: 'session' | 'user' | 'workspace';
}

/** A rule that was read for one folder. */
interface ReadRule extends OwnedRule {
  readonly command: CommandPattern | undefined;
  readonly path: PathPattern | undefined;
}

/** What the rules say to a question: yes or no with the rules that say it, or that a person is asked, with what kept a rule from answering. */
export type Decision =
  | { readonly outcome: 'allow' | 'deny'; readonly rules: readonly OwnedRule[] }
  | {
      readonly outcome: 'ask';
      readonly reasons: readonly AskReason[];
      readonly outside: readonly string[];
      readonly rules: readonly OwnedRule[];
    };

/** Decides: whatever a rule denies is denied, then what a rule asks about or what is not certain is asked, then rules allow; else a person is asked. */
export function decide(asked: Asked, owned: readonly OwnedRule[]): Decision {
  const rules = owned.flatMap((each) => readRule(each, asked.root));
  const denying = rules.find((each) => each.rule.decision === 'deny' && touches(each, asked));
  if (denying !== undefined) return { outcome: 'deny', rules: [ownOf(denying)] };
  const outside = outsideOf(asked);
  const asking = rules.find((each) => each.rule.decision === 'ask' && touches(each, asked));
  const reasons = reasonsOf(asked);
  if (asking !== undefined || reasons.length > 0 || outside.length > 0)
    return { outcome: 'ask', reasons, outside, rules: asking === undefined ? [] : [ownOf(asking)] };
  const allowing = rules.filter(({ rule, origin }) => rule.decision === 'allow' && origin !== 'workspace');
  const found = unitsOf(asked).map((unit) => allowing.find((each) => allows(each, unit, asked)));
  const known = found.flatMap((each) => each ?? []);
  if (found.length === 0 || known.length < found.length) return { outcome: 'ask', reasons: [], outside: [], rules: [] };
  return { outcome: 'allow', rules: [...new Set(known)].map(ownOf) };
}

/** One thing that must be allowed: a command, a file, or the question as such. */
export type Unit =
  | { readonly type: 'command'; readonly command: ShellCommand }
  | { readonly type: 'file'; readonly kind: Asked['kind']; readonly place: Place }
  | { readonly type: 'kind'; readonly kind: Asked['kind'] };

/** All that must be allowed before the question as a whole is. */
export function unitsOf({ kind, line, files, words, root }: Asked): readonly Unit[] {
  if (line === undefined) {
    return files.length === 0 ? [{ type: 'kind', kind }] : files.map((place) => ({ type: 'file', kind, place }));
  }
  const written = line.redirects.flatMap(({ path, writes }) => (writes && path !== '/dev/null' ? (words.get(path) ?? []) : []));
  return [
    // To go where one is already does nothing.
    ...line.commands.filter((command) => !goesTo(command, words, root)).map((command) => ({ type: 'command' as const, command })),
    ...written.map((place) => ({ type: 'file' as const, kind: 'edit' as const, place })),
  ];
}

function goesTo(command: ShellCommand, words: Asked['words'], root: string): boolean {
  const [name, to] = command.words;
  return name?.value === 'cd' && command.words.length === 2 && to !== undefined && words.get(to.value)?.real === root;
}

function reasonsOf({ kind, line, files, words, root, unread }: Asked): readonly AskReason[] {
  const reasons: AskReason[] = [...(line?.doubts ?? []), ...(unread === undefined ? [] : [{ text: unread }])];
  if (line === undefined) {
    if (kind === 'execute') reasons.push({ text: 'It does not say what it runs.' });
    else if (files.length === 0 && ['read', 'edit', 'delete', 'move'].includes(kind))
      reasons.push({ text: 'It does not say which files.' });
  } else {
    if (line.commands.length === 0 && line.doubts.length === 0) reasons.push({ text: 'There is no command in it.' });
    const moves = line.commands.find((each) => /^(cd|pushd|popd)$/.test(each.words[0]?.value ?? '') && !goesTo(each, words, root));
    if (moves !== undefined && line.commands.length + line.redirects.length > 1)
      reasons.push({ text: 'The folder changes, so where files lie is not known.', part: moves.text });
  }
  const places = [...files, ...redirected({ line, words })];
  for (const { inside } of places)
    if (inside !== undefined && isProtected(inside)) reasons.push({ text: 'This belongs to git or to Session Loom itself.', part: inside });
  return reasons;
}

function redirected({ line, words }: Pick<Asked, 'line' | 'words'>): readonly Place[] {
  return (line?.redirects ?? []).flatMap(({ path }) => (path === '/dev/null' ? [] : (words.get(path) ?? [])));
}

/** Files that are named and lie outside. Words of commands are looked at with the rule that would allow them. */
function outsideOf({ files, line, words }: Asked): readonly string[] {
  const out = [...files, ...redirected({ line, words })].filter(({ inside }) => inside === undefined);
  return [...new Set(out.map(({ given, real }) => (real === undefined || real === given ? given : `${given} → ${real}`)))];
}

/** What hooks and settings lie in: to write there is to run something later. */
function isProtected(inside: string): boolean {
  return inside.split('/').some((part) => /^\.(git|session-loom)$/i.test(part));
}

function allows({ rule, command, path }: ReadRule, unit: Unit, asked: Asked): boolean {
  switch (unit.type) {
    case 'kind':
      return rule.kind === unit.kind && rule.command === undefined && rule.path === undefined;
    case 'file':
      if (rule.command !== undefined || (rule.kind !== undefined && rule.kind !== unit.kind)) return false;
      return rule.path === undefined ? rule.kind !== undefined : path?.allows(unit.place) === true;
    case 'command': {
      if (rule.path !== undefined || (rule.kind !== undefined && rule.kind !== 'execute')) return false;
      if (rule.command === undefined) return rule.kind === 'execute' && staysInside(unit.command, asked);
      if (command === undefined || !isCommandOf(command, unit.command)) return false;
      const isExact = !command.isOpen && command.words.every((pieces) => !pieces.includes('star'));
      return isExact || staysInside(unit.command, asked);
    }
  }
}

/** No word that a star stands for leads out of the session's folder, or to what is protected in it. */
function staysInside({ words }: ShellCommand, asked: Asked): boolean {
  return words.slice(1).every((word) => {
    if (word.isHome) return false;
    return pathsOfWord(word).every((path) => {
      const inside = asked.words.get(path)?.inside;
      return inside !== undefined && !isProtected(inside) && !path.startsWith('~');
    });
  });
}

function touches({ rule, command, path }: ReadRule, asked: Asked): boolean {
  const { kind, line, files, words } = asked;
  if (rule.kind !== undefined) {
    const kinds = [
      kind,
      ...(line === undefined ? [] : ['execute']),
      ...(line?.redirects.some(({ writes }) => writes) === true ? ['edit'] : []),
    ];
    if (!kinds.includes(rule.kind)) return false;
  }
  if (rule.command !== undefined) {
    const all = [...(line?.commands ?? []), ...(line?.inner ?? [])];
    return command !== undefined && all.some((each) => touchesCommand(command, each));
  }
  if (rule.path === undefined) return true;
  return path !== undefined && [...files, ...words.values()].some((place) => path.touches(place));
}

function readRule(owned: OwnedRule, folder: string): readonly ReadRule[] {
  const { rule } = owned;
  const command = rule.command === undefined ? undefined : (commandPattern(rule.command) ?? asWords(rule));
  const path = rule.path === undefined ? undefined : pathPattern(rule.path, folder);
  return [{ ...owned, command, path }];
}

/** A command that is not plain can still be denied or asked about, word for word; it allows nothing. */
function asWords({ decision, command = '' }: PermissionRule): CommandPattern | undefined {
  if (decision === 'allow') return undefined;
  const words = command.split(/\s+/).map((text) => [{ text }]);
  const isOpen = words.length > 1 && words.at(-1)?.[0]?.text === '*';
  return { words: isOpen ? words.slice(0, -1) : words, isOpen };
}

function ownOf({ rule, origin }: ReadRule): OwnedRule {
  return { rule, origin };
}

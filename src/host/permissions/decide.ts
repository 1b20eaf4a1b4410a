import type { AskReason, PermissionRule } from '../../model/permissionRules.ts';
import type { Asked } from './asked.ts';
import { pathsOfWord, wordKey } from './asked.ts';
import type { CommandPattern } from './commandPattern.ts';
import { commandPattern, isCommandOf, touchesCommand } from './commandPattern.ts';
import { isProtected, stepsKey } from './folders.ts';
import type { PathPattern } from './pathPattern.ts';
import { pathPattern } from './pathPattern.ts';
import type { Place } from '../realPlace.ts';
import type { ShellCommand, ShellRedirect } from './shell.ts';

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
export function unitsOf(asked: Asked): readonly Unit[] {
  const { kind, line, files } = asked;
  if (line === undefined) {
    return files.length === 0 ? [{ type: 'kind', kind }] : files.map((place) => ({ type: 'file', kind, place }));
  }
  const written = line.redirects.flatMap((each) => (each.writes ? placesOf(each, asked) : []));
  return [
    // To go to a folder of the session does nothing by itself.
    ...line.commands.filter((command) => !staysWithin(command, asked)).map((command) => ({ type: 'command' as const, command })),
    ...written.map((place) => ({ type: 'file' as const, kind: 'edit' as const, place })),
  ];
}

function placesOf({ path, steps }: ShellRedirect, { words }: Asked): readonly Place[] {
  return path === '/dev/null' ? [] : (words.get(wordKey(steps, path)) ?? []);
}

/** It goes to a folder of the session, and what comes behind it in the line is read there; or to the session's own, from wherever. */
function staysWithin({ words: [name, to], steps, goesTo, ...command }: ShellCommand, { folders, root, words }: Asked): boolean {
  if (goesTo !== undefined) return folders.has(stepsKey([...steps, ...goesTo]));
  const isPlain = name?.value === 'cd' && to !== undefined && command.text.trim().split(/\s+/).length === 2;
  return isPlain && words.get(wordKey(steps, to.value))?.every(({ real }) => real === root) === true;
}

function reasonsOf(asked: Asked): readonly AskReason[] {
  const { kind, line, files, unread } = asked;
  const reasons: AskReason[] = [...(line?.doubts ?? []), ...(unread === undefined ? [] : [{ text: unread }])];
  if (line === undefined) {
    if (kind === 'execute') reasons.push({ text: 'It does not say what it runs.' });
    else if (files.length === 0 && ['read', 'edit', 'delete', 'move'].includes(kind))
      reasons.push({ text: 'It does not say which files.' });
  } else {
    if (line.commands.length === 0 && line.doubts.length === 0) reasons.push({ text: 'There is no command in it.' });
    const moves = line.commands.find((each) => /^(cd|pushd|popd)$/.test(each.words[0]?.value ?? '') && !staysWithin(each, asked));
    // Some agents keep a shell: whoever goes to a place that is not named has the next command run there.
    if (moves !== undefined && (line.commands.length + line.redirects.length > 1 || !namesFolder(moves)))
      reasons.push({ text: 'The folder changes, so where files lie is not known.', part: moves.text });
  }
  const places = [...files, ...redirected(asked)];
  for (const { inside } of places)
    if (inside !== undefined && isProtected(inside)) reasons.push({ text: 'This belongs to git or to Session Loom itself.', part: inside });
  return reasons;
}

function redirected(asked: Asked): readonly Place[] {
  return (asked.line?.redirects ?? []).flatMap((each) => placesOf(each, asked));
}

function namesFolder({ words }: ShellCommand): boolean {
  return words.length === 2 && !/^[-+]/.test(words[1]?.value ?? '');
}

/** Files that are named and lie outside. Words of commands are looked at with the rule that would allow them. */
function outsideOf(asked: Asked): readonly string[] {
  const out = [...asked.files, ...redirected(asked)].filter(({ inside }) => inside === undefined);
  return [...new Set(out.map(({ given, real }) => (real === undefined || real === given ? given : `${given} → ${real}`)))];
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
      // What a rule names it means in the session's own folder.
      return (isExact && unit.command.steps.length === 0) || staysInside(unit.command, asked);
    }
  }
}

/** No word that a star stands for leads out of the session's folder, or to what is protected in it. */
function staysInside({ words, steps }: ShellCommand, asked: Asked): boolean {
  return words.slice(1).every((word) => {
    if (word.isHome) return false;
    return pathsOfWord(word).every((path) => {
      const places = asked.words.get(wordKey(steps, path)) ?? [];
      const isWithin = places.length > 0 && places.every(({ inside }) => inside !== undefined && !isProtected(inside));
      return isWithin && !path.startsWith('~');
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
  return path !== undefined && [...files, ...[...words.values()].flat()].some((place) => path.touches(place));
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

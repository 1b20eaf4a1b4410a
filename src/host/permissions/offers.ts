import type { PermissionRule } from '../../model/permissionRules.ts';
import { isSameRule } from '../../model/ruleText.ts';
import type { Asked } from './asked.ts';
import { exactly, isExactly, quoted } from './commandPattern.ts';
import type { OwnedRule, Unit } from './decide.ts';
import { decide, unitsOf } from './decide.ts';
import { exactGlob } from './pathPattern.ts';
import type { ShellCommand } from './shell.ts';

/** How many rules one offer may hold: a longer one could not be read before it is agreed to. */
const mostRules = 6;

/** Programs for which "with any arguments" is never offered: they remove, run or send what they are given. */
const exactOnly = new Set(
  'rm rmdir mv dd shred truncate chmod chown ln cp curl wget scp sftp ftp nc ncat socat docker podman kubectl python python3 node deno bun perl ruby php awk gawk sed make kill pkill killall'.split(
    ' ',
  ),
);

/**
 * Rules that would have allowed a question: first those for just this, then wider ones. Each offer is tried before it is made; none where
 * something in the question can be allowed by no rule.
 */
export function offersFor(asked: Asked, rules: readonly OwnedRule[]): readonly (readonly PermissionRule[])[] {
  const units = unitsOf(asked);
  const wide = units.length === 1 && units[0] !== undefined ? widerRules(units[0]) : [];
  const made = [units.flatMap(exactRule), ...wide.map((rule) => [rule])];
  const offers: (readonly PermissionRule[])[] = [];
  for (const offer of made) {
    const needed = offer.filter((rule, place) => offer.findIndex((each) => isSameRule(each, rule)) === place);
    if (needed.length === 0 || needed.length > mostRules) continue;
    const isKnown = offers.some((other) => other.length === needed.length && other.every((rule, place) => same(rule, needed[place])));
    const wouldAllow = decide(asked, [...rules, ...needed.map((rule) => ({ rule, origin: 'session' as const }))]).outcome === 'allow';
    if (wouldAllow && !isKnown) offers.push(needed);
  }
  return offers;
}

function same(a: PermissionRule, b: PermissionRule | undefined): boolean {
  return b !== undefined && isSameRule(a, b);
}

function exactRule(unit: Unit): readonly PermissionRule[] {
  switch (unit.type) {
    case 'kind':
      return [{ decision: 'allow', kind: unit.kind }];
    case 'file':
      return unit.place.inside === undefined || unit.place.inside === ''
        ? []
        : [{ decision: 'allow', kind: unit.kind, path: exactGlob(unit.place.inside) }];
    case 'command': {
      const command = exactly(unit.command);
      return command === undefined || !isExactly(command, unit.command) ? [] : [{ decision: 'allow', command }];
    }
  }
}

function widerRules(unit: Unit): readonly PermissionRule[] {
  if (unit.type === 'kind') return [];
  if (unit.type === 'command') return widerCommand(unit.command);
  const folder = unit.place.inside?.split('/').slice(0, -1).join('/') ?? '';
  const { kind } = unit;
  return [
    ...(folder === '' ? [] : [{ decision: 'allow' as const, kind, path: `${exactGlob(`${folder}/`)}**` }]),
    { decision: 'allow', kind },
  ];
}

function widerCommand({ words }: ShellCommand): readonly PermissionRule[] {
  const [name, second] = words.map(({ value }) => value);
  if (name === undefined || exactOnly.has(name)) return [];
  const isWord = second !== undefined && /^[a-z][a-z0-9:_-]*$/i.test(second);
  const wide = [...(isWord ? [[name, second]] : []), ...(name === 'git' ? [] : [[name]])];
  return wide.map((each) => ({ decision: 'allow', command: `${each.map(quoted).join(' ')} *` }));
}

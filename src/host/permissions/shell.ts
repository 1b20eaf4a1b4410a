import { forEachChild, parse } from 'unbash';
import type { Command, ParsedScript, Redirect, SyntaxNode, Word } from 'unbash';
import type { AskReason } from '../../model/permissionRules.ts';
import { readWord } from './words.ts';
import type { ReadWord } from './words.ts';
import { wrapperReason } from './wrappers.ts';

/** One command of a line: its words after quoting. `isInner`: it stands in an argument or a substitution, so that only a "no" looks at it. */
export interface ShellCommand {
  readonly words: readonly ReadWord[];
  readonly text: string;
  /** Where the line has gone before, by `cd` and `&&`: each as it is written, the first one first. */
  readonly steps: readonly string[];
  /** The one word of a `cd` after which what follows runs there for certain, in a list of one; undefined for every other command. */
  readonly goesTo?: readonly [string];
}

/** A file that a redirection reads or writes. */
export interface ShellRedirect {
  readonly path: string;
  readonly writes: boolean;
  readonly text: string;
  /** As with commands. */
  readonly steps: readonly string[];
}

/** What a line for a shell does, as far as its grammar tells. */
export interface ShellLine {
  /** Every command that a person can see in it, those in substitutions included, in no certain order. */
  readonly commands: readonly ShellCommand[];
  /** Commands that arguments of others seem to be: `rm x` in `sudo rm x`. Only rules that deny or ask look at them. */
  readonly inner: readonly ShellCommand[];
  readonly redirects: readonly ShellRedirect[];
  /** What keeps the line from being understood for certain; one that has any is asked about. */
  readonly doubts: readonly AskReason[];
}

/** The longest line that is read, in letters; a longer one is asked about. */
export const longestLine = 20_000;
/** How many doubts are told, and how many letters of each part. */
const mostDoubts = 8;
const longestPart = 120;
const innerDepth = 3;
const mostInner = 400;

/** Nodes of which each part is a command of its own; everything else has a reason of its own to be asked about. */
const plain = new Set([
  'Script',
  'Statement',
  'CompoundList',
  'AndOr',
  'Pipeline',
  'Negation',
  'Subshell',
  'BraceGroup',
  'Redirected',
  'Command',
]);
/** Nodes that are looked at with the command, the word or the redirection that they belong to. */
const inside = new Set([
  ...['Word', 'Literal', 'Glob', 'SingleQuoted', 'DoubleQuoted', 'AnsiCQuoted', 'Redirect', 'FileDescriptor', 'HereString'],
  ...[
    'HereDoc',
    'HereDocDelimiter',
    'HereDocBody',
    'SimpleExpansion',
    'ParameterExpansion',
    'BraceExpansion',
    'ExtendedGlob',
    'LocaleString',
  ],
]);
/** Letters that are not seen, or that turn the order of others: control characters, zero width, bidirectional marks. */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

const words: Readonly<Record<string, string>> = {
  CommandExpansion: 'What this command puts out becomes a part of the line.',
  ProcessSubstitution: 'This command runs beside the others.',
  ArithmeticExpansion: 'Arithmetic can run commands.',
  Assignment: 'A variable is set, which can change what commands do.',
  Time: 'A command is run by another one.',
  Coproc: 'A command is run beside the others.',
  Function: 'A function gets a name that later commands can mean.',
};

/** Reads a line for a POSIX shell. Never throws; what is not understood is a doubt. */
export function readLine(line: string, depth = 0): ShellLine {
  if (line.length > longestLine) return doubtful(`The command is too long to be read (${line.length} letters).`);
  try {
    return read(line, depth);
  } catch {
    // The grammar gives up on nothing that is known; whatever it was, a person decides.
    return doubtful('The command could not be read.');
  }
}

function doubtful(text: string): ShellLine {
  return { commands: [], inner: [], redirects: [], doubts: [{ text }] };
}

function read(line: string, depth: number): ShellLine {
  const commands: ShellCommand[] = [];
  const inner: ShellCommand[] = [];
  const redirects: ShellRedirect[] = [];
  const doubts: AskReason[] = [];
  const doubt = (text: string, part: string): void => {
    const shown = part.length <= longestPart ? part : `${part.slice(0, longestPart)}…`;
    if (doubts.length < mostDoubts && !doubts.some((each) => each.text === text && each.part === shown)) doubts.push({ text, part: shown });
  };
  if (unseen.test(line)) doubt('The command holds characters that cannot be seen.', JSON.stringify(line.match(unseen)?.[0] ?? ''));
  // An explicit stack, since the nesting is the agent's; the source goes along, because escaped backticks have one of their own.
  const script = parse(line);
  const open: Open[] = [{ node: script, source: line, steps: [] }];
  const alone = new Set<SyntaxNode>(depth === 0 ? chainsOf(script) : []);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, source, steps } = next;
    const text = source.slice(node.pos, node.end);
    const own = node.type === 'Script' ? (node.source ?? source) : source;
    if (node.type === 'Script') noteErrors(node, own, doubt);
    else if (node.type === 'Statement' && node.background === true) doubt('It goes on in the background.', text);
    else if (!plain.has(node.type) && !inside.has(node.type)) doubt(words[node.type] ?? 'This part is not understood for certain.', text);
    if (node.type === 'Command') takeCommand(node, text, { commands, inner, depth, doubt, steps, goesTo: next.goesTo });
    else if (node.type === 'Redirect') takeRedirect(node, text, steps, redirects, doubt);
    else if (node.type === 'HereDoc' && node.closing === undefined) doubt('A text that begins with << has no end.', text);
    else if (node.type === 'Word' || node.type === 'HereDocBody')
      for (const each of replacedIn(node)) doubt('What this stands for is not known.', each);
    const children: Open[] = [];
    if (node.type === 'AndOr' && alone.has(node)) children.push(...stepped(node.commands, own, steps));
    else forEachChild(node, (child) => children.push({ node: child, source: own, steps }));
    open.push(...children.reverse());
  }
  return { commands, inner, redirects, doubts };
}

function replacedIn(node: Extract<SyntaxNode, { type: 'Word' | 'HereDocBody' }>): readonly string[] {
  const asWord = node.type === 'Word' ? node : ({ ...node, type: 'Word', value: '' } as Word);
  return readWord(asWord).replaced;
}

function noteErrors({ errors }: ParsedScript, source: string, doubt: (text: string, part: string) => void): void {
  for (const { message, pos } of errors ?? []) doubt(`The shell would not take this: ${message}.`, source.slice(pos, pos + 40));
}

interface Open {
  readonly node: SyntaxNode;
  readonly source: string;
  readonly steps: readonly string[];
  readonly goesTo?: readonly [string] | undefined;
}

/** Chains of nothing but `&&` behind which nothing of the same shell comes: there a `cd` that worked holds for all that follows, and one that failed ends it. */
function chainsOf(script: ParsedScript): readonly SyntaxNode[] {
  const [statement] = script.commands;
  if (script.commands.length !== 1 || statement?.background === true || (script.errors?.length ?? 0) > 0) return [];
  const node = statement?.command;
  return node?.type === 'AndOr' && node.operators.every((each) => each === '&&') ? [node] : [];
}

function stepped(parts: readonly SyntaxNode[], source: string, before: readonly string[]): readonly Open[] {
  let steps = before;
  return parts.map((node) => {
    const to = node.type === 'Command' ? targetOf(node) : undefined;
    const open: Open = { node, source, steps, ...(to === undefined ? {} : { goesTo: [to] as const }) };
    if (to !== undefined) steps = [...steps, to];
    return open;
  });
}

/** The folder of a `cd` with just one plain word. */
function targetOf({ name, args, prefix, redirects }: Command): string | undefined {
  const [to] = args;
  if (name?.text !== 'cd' || args.length !== 1 || prefix.length > 0 || redirects.length > 0 || to?.type !== 'Word') return undefined;
  const { value, replaced, isGlob, isHome } = readWord(to);
  const isPlain = replaced.length === 0 && !isGlob && !isHome && value !== '' && !/^[-+=]/.test(value) && !value.includes('\0');
  return isPlain ? value : undefined;
}

interface Taken {
  readonly commands: ShellCommand[];
  readonly inner: ShellCommand[];
  readonly depth: number;
  readonly doubt: (text: string, part: string) => void;
  readonly steps: readonly string[];
  readonly goesTo: readonly [string] | undefined;
}

function takeCommand(node: Command, text: string, { commands, inner, depth, doubt, steps, goesTo }: Taken): void {
  const { name } = node;
  if (name === undefined) {
    if (node.redirects.length > 0) doubt('Files are opened without a command.', text);
    return;
  }
  const args = node.args.map((each) => (each.type === 'Word' ? readWord(each) : readWord({ ...each, type: 'Word', value: each.text })));
  const first = readWord(name);
  const all = [first, ...args];
  commands.push({ words: all, text, steps, ...(goesTo === undefined ? {} : { goesTo }) });
  if (first.replaced.length > 0 || first.isGlob || first.isHome || /[=%{]/.test(first.value) || first.value === '')
    doubt('The name of this command is not known before it runs.', name.text);
  // Some shells replace a word that begins like this by the place of a program.
  for (const { value } of args) if (/^=[A-Za-z]/.test(value)) doubt('What this stands for is not known.', value);
  const values = all.map(({ value }) => value);
  const why = wrapperReason(first.value, values);
  if (why === undefined) return;
  doubt(`"${first.value.slice(0, 40)}" ${why}.`, text);
  for (let start = 1; start < all.length && inner.length < mostInner; start++) inner.push({ words: all.slice(start), text, steps });
  if (depth >= innerDepth) return;
  for (const value of values.slice(1)) {
    if (!/\s|[;&|]/.test(value) || inner.length >= mostInner) continue;
    const line = readLine(value, depth + 1);
    inner.push(...[...line.commands, ...line.inner].map((each) => ({ ...each, steps })));
  }
}

function takeRedirect(
  node: Redirect,
  text: string,
  steps: readonly string[],
  redirects: ShellRedirect[],
  doubt: (text: string, part: string) => void,
): void {
  const { target, operator, descriptor } = node;
  if (descriptor?.type === 'FileDescriptorVariable') doubt('A variable is set, which can change what commands do.', text);
  if (target === undefined) return doubt('A redirection has no file.', text);
  const word = readWord(target);
  if (operator === '>&' || operator === '<&') {
    if (/^(\d+-?|-)$/.test(word.value)) return;
    if (operator === '<&') return doubt('What this stands for is not known.', text);
  }
  if (word.isGlob || word.isHome) doubt('What this stands for is not known.', text);
  redirects.push({ path: word.value, writes: operator !== '<', text, steps });
}

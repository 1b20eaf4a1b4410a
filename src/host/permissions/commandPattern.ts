import { parse } from 'unbash';
import type { ShellCommand } from './shell.ts';
import { readLine } from './shell.ts';
import type { WordPiece } from './words.ts';
import { readWord } from './words.ts';
import { baseName } from './wrappers.ts';

/** A command of a rule, read: each word as letters and stars. `isOpen`: it ends with a star of its own, for any further words. */
export interface CommandPattern {
  readonly words: readonly (readonly WordPiece[])[];
  readonly isOpen: boolean;
}

/** Reads the command of a rule as a shell would, so that what is quoted there is quoted here; undefined for what is not one plain command. */
export function commandPattern(text: string): CommandPattern | undefined {
  if (text.length > 2000) return undefined;
  const script = parse(text);
  const [statement] = script.commands;
  const command = statement?.command;
  if (command?.type !== 'Command' || script.commands.length !== 1 || (script.errors?.length ?? 0) > 0) return undefined;
  if (statement?.background === true || command.prefix.length > 0 || command.redirects.length > 0) return undefined;
  const words: (readonly WordPiece[])[] = [];
  for (const each of [command.name, ...command.args]) {
    const pieces = each?.type === 'Word' ? readWord(each).pieces : undefined;
    if (pieces === undefined) return undefined;
    words.push(pieces);
  }
  const isOpen = words.length > 1 && isStar(words.at(-1));
  return { words: isOpen ? words.slice(0, -1) : words, isOpen };
}

/** Whether a command is just what a rule allows: each word is known, and its name stands there as the rule has it. */
export function isCommandOf({ words, isOpen }: CommandPattern, command: ShellCommand): boolean {
  if (command.words.some(({ replaced }) => replaced.length > 0)) return false;
  return fits(
    words,
    isOpen,
    command.words.map(({ value }) => value),
  );
}

/** Whether a command may be what a rule is against: however it is reached, written in capitals, or put together of what is not known. */
export function touchesCommand({ words, isOpen }: CommandPattern, command: ShellCommand): boolean {
  const [name, ...args] = command.words.map(({ value }) => value);
  if (name === undefined) return false;
  const lower = words.map((pieces) => pieces.map((piece) => (piece === 'star' ? piece : { text: piece.text.toLowerCase() })));
  return [name, baseName(name), baseName(name).replace(/\.(exe|cmd|bat|ps1)$/, '')].some((each) =>
    fits(
      lower,
      isOpen,
      [each, ...args].map((word) => word.toLowerCase()),
    ),
  );
}

function fits(words: readonly (readonly WordPiece[])[], isOpen: boolean, values: readonly string[]): boolean {
  if (isOpen ? values.length < words.length : values.length !== words.length) return false;
  return words.every((pieces, index) => isWordOf(pieces, values[index] ?? ''));
}

function isStar(pieces: readonly WordPiece[] | undefined): boolean {
  return pieces?.length === 1 && pieces[0] === 'star';
}

/** Stars stand for any letters. Greedy from the left with the last piece at the end: linear, whatever the word is. */
function isWordOf(pieces: readonly WordPiece[], word: string): boolean {
  const literals: string[] = [''];
  for (const piece of pieces) {
    if (piece === 'star') literals.push('');
    else literals.push((literals.pop() ?? '') + piece.text);
  }
  const first = literals[0] ?? '';
  const last = literals.at(-1) ?? '';
  if (literals.length === 1) return word === first;
  if (!word.startsWith(first) || word.length < first.length + last.length || !word.endsWith(last)) return false;
  let place = first.length;
  for (const each of literals.slice(1, -1)) {
    const found = word.indexOf(each, place);
    if (found === -1 || found + each.length > word.length - last.length) return false;
    place = found + each.length;
  }
  return true;
}

/** The rule's words for just this command, quoted where a shell needs it; undefined where a word is not known. */
export function exactly(command: ShellCommand): string | undefined {
  if (command.words.some(({ replaced, isGlob, isHome }) => replaced.length > 0 || isGlob || isHome)) return undefined;
  return command.words.map(({ value }) => quoted(value)).join(' ');
}

/** A word as a shell takes it back. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Whether the words of a rule are what it was made of: a guard against a rule that would say more than the command it is offered for. */
export function isExactly(text: string, command: ShellCommand): boolean {
  const pattern = commandPattern(text);
  return pattern !== undefined && !pattern.isOpen && isCommandOf(pattern, command) && readLine(text).commands.length === 1;
}

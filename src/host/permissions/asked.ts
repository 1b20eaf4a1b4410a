import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ToolKind } from '../../model/toolKind.ts';
import type { Place } from './places.ts';
import { placeOf } from './places.ts';
import type { ShellCommand, ShellLine } from './shell.ts';
import { readLine } from './shell.ts';
import type { ReadWord } from './words.ts';

/** What an agent asks for, read and looked up: all that a decision needs, so that the decision itself touches no disk. */
export interface Asked {
  readonly kind: ToolKind;
  /** The command, where it is about one. */
  readonly line: ShellLine | undefined;
  /** The files that it names. */
  readonly files: readonly Place[];
  /** Where the words of the command lead, taken as paths: by what stands there. */
  readonly words: ReadonlyMap<string, Place>;
  /** The session's folder, really. */
  readonly root: string;
  /** Why not all of it could be looked at, as a sentence. */
  readonly unread: string | undefined;
}

/** How many different words of a command, and files of a question, are looked up on the disk. */
const mostPlaces = 300;

/** Whether commands are for a POSIX shell here: those of other shells are asked about, whatever they look like. */
export type Shell = 'posix' | 'other';

/** Reads what an agent asks for. `folder` is where the session works. */
export async function readAsked(
  asked: { readonly kind: ToolKind; readonly command?: string | undefined; readonly paths: readonly string[] },
  folder: string,
  shell: Shell,
): Promise<Asked> {
  const read = asked.command === undefined ? undefined : readLine(asked.command);
  const other = { text: 'Commands of this system’s shells are not read, so each is asked about.' };
  const line = read === undefined || shell === 'posix' ? read : { ...read, doubts: [other, ...read.doubts] };
  const wanted = new Set(
    line === undefined ? [] : [...line.redirects.map(({ path }) => path), ...[...line.commands, ...line.inner].flatMap(pathsIn)],
  );
  const isCut = wanted.size + asked.paths.length > mostPlaces;
  const words = new Map<string, Place>();
  for (const word of [...wanted].slice(0, mostPlaces)) words.set(word, await placeOf(folder, atHome(word)));
  const files: Place[] = [];
  for (const file of asked.paths.slice(0, mostPlaces)) files.push(await placeOf(folder, file));
  const { real } = await placeOf(folder, folder);
  return { kind: asked.kind, line, files, words, root: real ?? folder, unread: isCut ? 'It names too many files to look at.' : undefined };
}

/** What in the words of a command can be a path: each word, and what stands behind a `=`, an `@` or the letters of an option. */
export function pathsIn(command: ShellCommand): readonly string[] {
  return command.words.flatMap(pathsOfWord);
}

/** What in one word can be a path. */
export function pathsOfWord({ value }: ReadWord): readonly string[] {
  const behind = value.includes('=') ? [value.slice(value.indexOf('=') + 1)] : [];
  const option = value.startsWith('-') && /[/~]/.test(value) ? [value.slice(value.search(/[/~]/))] : [];
  const bare = [value, ...behind].map((each) => each.replace(/^@/, '').replace(/^file:\/\//, ''));
  return [...bare, ...option].filter((each) => each !== '' && each.length <= 4096 && !each.includes('\0'));
}

function atHome(word: string): string {
  return word === '~' || word.startsWith('~/') ? join(homedir(), word.slice(1)) : word;
}

import { homedir } from 'node:os';
import * as path from 'node:path';
import type { ToolKind } from '../../model/toolKind.ts';
import type { Folders } from './folders.ts';
import { foldersOf, isInGitFolder, stepsKey } from './folders.ts';
import { globMatches } from './globs.ts';
import type { Place } from '../realPlace.ts';
import { placeOf } from '../realPlace.ts';
import type { ShellLine } from './shell.ts';
import { readLine } from './shell.ts';
import type { ReadWord } from './words.ts';

/** What an agent asks for, read and looked up: all that a decision needs, so that the decision itself touches no disk. */
export interface Asked {
  readonly kind: ToolKind;
  /** The command, where it is about one. */
  readonly line: ShellLine | undefined;
  /** The files that it names. */
  readonly files: readonly Place[];
  /** Where the words of the command lead, taken as paths, by `wordKey`; several where a shell puts names of files in place of a word. */
  readonly words: ReadonlyMap<string, readonly Place[]>;
  /** The folders in it that the command goes to. */
  readonly folders: Folders;
  /** The session's folder, really. */
  readonly root: string;
  /** Why not all of it could be looked at, as a sentence. */
  readonly unread: string | undefined;
}

/** How many different words of a command, and files of a question, are looked up on the disk. */
const mostPlaces = 300;
/** How many files words with stars may stand for together. */
const mostMatches = 1000;

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
  const { real: root = folder } = await placeOf(folder, folder);
  const folders = await foldersOf(root, line === undefined ? [] : line.commands.map(({ steps, goesTo }) => [...steps, ...(goesTo ?? [])]));
  const wanted = line === undefined ? new Map<string, Wanted>() : wantedOf(line);
  let isCut = wanted.size + asked.paths.length > mostPlaces;
  const words = new Map<string, readonly Place[]>();
  let left = mostMatches;
  for (const [key, each] of [...wanted].slice(0, mostPlaces)) {
    const found = await placesOf(each, root, folders, left);
    isCut ||= found === undefined;
    left -= (found?.length ?? 1) - 1;
    words.set(key, found ?? []);
  }
  const files: Place[] = [];
  for (const file of asked.paths.slice(0, mostPlaces)) files.push(await placeOf(folder, file));
  const unread = isCut ? 'It names too many files to look at.' : await embeddedIn(line, root, words);
  return { kind: asked.kind, line, files, words, folders, root, unread };
}

/** A word that may be a path, and the folder in which it is read. */
interface Wanted {
  readonly steps: readonly string[];
  readonly word: string;
  readonly isGlob: boolean;
}

/** The name of a word that is read in the folder to which the steps lead. */
export function wordKey(steps: readonly string[], word: string): string {
  return `${stepsKey(steps)}\0\0${word}`;
}

function wantedOf(line: ShellLine): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  const want = (steps: readonly string[], word: string, isGlob: boolean): void => {
    wanted.set(wordKey(steps, word), { steps, word, isGlob: isGlob || wanted.get(wordKey(steps, word))?.isGlob === true });
  };
  for (const { path, steps } of line.redirects) want(steps, path, false);
  for (const { words, steps } of [...line.commands, ...line.inner])
    for (const word of words) for (const each of pathsOfWord(word)) want(steps, each, word.isGlob);
  return wanted;
}

/** Undefined where it is too much to look at. Where the folder is not known, a word is read in the session's own, so that what is denied there stays so. */
async function placesOf(
  { steps, word, isGlob }: Wanted,
  root: string,
  folders: Folders,
  most: number,
): Promise<readonly Place[] | undefined> {
  const folder = folders.get(stepsKey(steps)) ?? root;
  const matches = isGlob ? await globMatches(folder, atHome(word)) : [];
  if (matches === undefined || matches.length > most) return undefined;
  const places: Place[] = [];
  // What a step up leads to, and what lies in the session's folder, is told from that folder, wherever the line has gone.
  for (const each of new Set([atHome(word), ...matches]))
    places.push(await placeOf(root, path.isAbsolute(each) || folder === root ? each : `${folder}/${each}`));
  return places;
}

/** git takes its settings, and with them programs to run, from a repository that lies in the files of another one. */
async function embeddedIn(line: ShellLine | undefined, root: string, words: Asked['words']): Promise<string | undefined> {
  for (const { words: each, steps } of line?.commands ?? []) {
    if (!/(^|\/)git$/i.test(each[0]?.value ?? '')) continue;
    for (const { value } of each.slice(1))
      for (const { real } of words.get(wordKey(steps, value)) ?? [])
        if (real !== undefined && (await isInGitFolder(root, real)))
          return 'It lets git work with a repository that lies among the files of this one.';
  }
  return undefined;
}

/** What in one word can be a path. */
export function pathsOfWord({ value }: ReadWord): readonly string[] {
  const behind = value.includes('=') ? [value.slice(value.indexOf('=') + 1)] : [];
  const option = value.startsWith('-') && /[/~]/.test(value) ? [value.slice(value.search(/[/~]/))] : [];
  const bare = [value, ...behind].map((each) => each.replace(/^@/, '').replace(/^file:\/\//, ''));
  return [...bare, ...option].filter((each) => each !== '' && each.length <= 4096 && !each.includes('\0'));
}

function atHome(word: string): string {
  return word === '~' || word.startsWith('~/') ? path.join(homedir(), word.slice(1)) : word;
}

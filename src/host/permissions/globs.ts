import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import * as path from 'node:path';

/** How many names are looked at for one word before it is given up. */
const mostNames = 5000;
/** How many files one word may stand for. */
const mostMatches = 500;

/** Names that may still be looked at. */
interface Rest {
  names: number;
}

/**
 * What a shell may put in place of a word with `*`, `?` or `[…]`: paths in the form of the word. It finds rather more than a shell does, and never
 * less, except names that begin with a dot where the word does not say one. Undefined where it is too much to look at.
 */
export async function globMatches(folder: string, word: string): Promise<readonly string[] | undefined> {
  const isAbsolute = word.startsWith('/');
  let found: readonly string[] = [isAbsolute ? '/' : ''];
  const rest: Rest = { names: mostNames };
  for (const part of isAbsolute ? word.split('/').slice(1) : word.split('/')) {
    const next = await Promise.all(found.map((before) => matchesIn(folder, before, part, rest)));
    found = next.flat();
    if (rest.names < 0 || found.length > mostMatches) return undefined;
  }
  return found;
}

async function matchesIn(folder: string, before: string, part: string, rest: Rest): Promise<readonly string[]> {
  if (!/[*?[]/.test(part)) return [joined(before, part)];
  const test = matcher(part);
  const entries = await entriesOf(path.resolve(folder, before), rest);
  const matches = entries.filter(({ name }) => test.test(name) && (!name.startsWith('.') || /^[.[]/.test(part)));
  const here = matches.map(({ name }) => joined(before, name));
  // Two stars are one star in some shells, and any depth in others, which follow no links for that.
  return part === '**' ? [...here, ...(await foldersBelow(folder, before, entries, rest))] : here;
}

async function foldersBelow(folder: string, before: string, entries: readonly Dirent[], rest: Rest): Promise<readonly string[]> {
  const below: string[] = [before];
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.') || rest.names < 0) continue;
    const inner = joined(before, entry.name);
    below.push(...(await foldersBelow(folder, inner, await entriesOf(path.resolve(folder, inner), rest), rest)));
  }
  return below;
}

async function entriesOf(folder: string, rest: Rest): Promise<readonly Dirent[]> {
  if (rest.names < 0) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  rest.names -= entries.length;
  return entries;
}

function joined(before: string, part: string): string {
  return before === '' || before.endsWith('/') ? before + part : `${before}/${part}`;
}

/** A bracket stands for any letters here: what it holds depends on the shell and its language. Case makes no difference on some disks. */
function matcher(part: string): RegExp {
  if (part.includes('[')) return /^/;
  const source = Array.from(part, (letter) =>
    letter === '*' ? '[^]*' : letter === '?' ? '[^]' : letter.replace(/[\\^$.+()\]{}|/]/, String.raw`\$&`),
  );
  return new RegExp(`^${source.join('')}$`, 'iu');
}

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolCallLocation } from '@agentclientprotocol/sdk';
import { LoomError } from '../base/errors.ts';
import { isBinary, largestFile } from './files.ts';
import { globMatcher } from './glob.ts';
import { lineMatcher, queryOf } from './searchQuery.ts';
import type { SearchQuery } from './searchQuery.ts';
import { textContent } from './turn.ts';
import type { Turn } from './turn.ts';
import { filesUnder } from './walk.ts';

/** How many places are shown, and how much of each line. */
const most = { places: 200, characters: 200 } as const;

/** One line that matches. Lines count from 1. */
interface Place {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** `/search <text or /regex/> [glob]`: looks through the text files of the session's folder and shows the lines that match. */
export async function search(turn: Turn, argument: string): Promise<void> {
  const query = queryOf(argument);
  const within = query.glob === undefined ? '' : ` in ${query.glob}`;
  const tool = await turn.tool({
    title: `Search for ${query.shown}${within}`,
    kind: 'search',
    status: 'in_progress',
    rawInput: { ...query },
  });
  const { places, files, more } = await placesOf(turn, query);
  const locations: ToolCallLocation[] = places.map(({ path, line }) => ({ path: join(turn.session.folder, path), line }));
  const lines = places.map(({ path, line, text }) => `${path}:${line}: ${text}`);
  if (more) lines.push(`[… more than ${most.places} places: narrow the search with a longer text or a file pattern …]`);
  await tool.end('completed', { content: textContent(lines.join('\n')), locations });

  const where = new Set(places.map(({ path }) => path)).size;
  const count = more ? `more than ${most.places}` : String(places.length);
  if (places.length === 0) return turn.say(`Nothing found for ${query.shown} in ${files} files.`);
  await turn.say(`Found ${count} ${places.length === 1 ? 'place' : 'places'} for ${query.shown} in ${where} of ${files} files.`);
}

async function placesOf(turn: Turn, query: SearchQuery): Promise<{ places: readonly Place[]; files: number; more: boolean }> {
  const isWanted = query.glob === undefined ? () => true : globMatcher(query.glob);
  const matches = lineMatcher(query);
  const places: Place[] = [];
  let files = 0;
  for await (const path of filesUnder(turn.session.folder, turn.signal)) {
    if (!isWanted(path)) continue;
    const text = await searchableText(join(turn.session.folder, path));
    if (text === undefined) continue;
    files++;
    const lines = text.split('\n');
    for (const index of matches(lines)) {
      if (places.length === most.places) return { places, files, more: true };
      places.push({ path, line: index + 1, text: (lines[index] ?? '').trim().slice(0, most.characters) });
    }
  }
  return { places, files, more: false };
}

/** The text of a file that is worth searching: undefined for large, binary and unreadable ones. */
async function searchableText(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > largestFile) return undefined;
    const bytes = await readFile(path);
    return isBinary(bytes) ? undefined : bytes.toString('utf8');
  } catch (error) {
    // A file that vanished or may not be read while the walk goes on is passed over; a fault that is no file system's is one.
    if (error instanceof Error && 'syscall' in error) return undefined;
    throw new LoomError('internal', `Searching ${path} failed.`, { cause: error });
  }
}

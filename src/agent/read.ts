import { readdir } from 'node:fs/promises';
import { LoomError } from '../base/errors.ts';
import { takeWord } from './argument.ts';
import { readText, statusOf } from './files.ts';
import { pathInside, shortPath } from './roots.ts';
import { textContent } from './turn.ts';
import type { Turn } from './turn.ts';

/** The most lines and characters that one `/read` shows. */
const most = { lines: 2_000, characters: 100_000 } as const;

/** `/read <file> [from-to]`: shows a text file or some of its lines, or lists a folder. Lines count from 1. */
export async function read(turn: Turn, argument: string): Promise<void> {
  const { word: given, rest } = takeWord(argument);
  if (given === '') throw new LoomError('invalid-input', 'Say which file to read, for example `/read README.md 1-20`.');
  const range = rangeOf(rest);
  const path = await pathInside(turn.session.roots, given);
  const name = shortPath(turn.session.folder, path);

  const location = { path, ...(range === undefined ? {} : { line: range.from }) };
  const lines = range === undefined ? '' : range.from === range.to ? `, line ${range.from}` : `, lines ${range.from}–${range.to}`;
  const tool = await turn.tool({
    title: `Read ${name}${lines}`,
    kind: 'read',
    status: 'in_progress',
    locations: [location],
    rawInput: { path, ...range },
  });
  if ((await statusOf(path))?.isDirectory() === true) {
    const names = await namesIn(path);
    await tool.end('completed', { content: textContent(names.join('\n')) });
    return turn.say(`\`${name}\` is a folder with ${counted(names.length, 'entry', 'entries')}.`);
  }
  const text = await readText(turn, path);
  if (text === undefined)
    throw new LoomError('not-found', `There is no file ${name} in the session’s folder. \`/search\` finds files by what is in them.`);

  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  const wanted = range === undefined ? all : all.slice(range.from - 1, range.to);
  const shown = wanted.slice(0, most.lines).join('\n').slice(0, most.characters);
  const cut = shown.length < wanted.join('\n').length ? '\n[… cut here: ask for fewer lines …]' : '';
  await tool.end('completed', { content: textContent(shown + cut) });
  const part = range === undefined ? '' : ` Shown: ${counted(wanted.length, 'line', 'lines')} from line ${range.from}.`;
  await turn.say(`\`${name}\` has ${counted(all.length, 'line', 'lines')} and ${counted(text.length, 'character', 'characters')}.${part}`);
}

function rangeOf(text: string): { readonly from: number; readonly to: number } | undefined {
  if (text.trim() === '') return undefined;
  const match = /^(\d+)(?:\s*[-–:]\s*(\d+))?$/.exec(text.trim());
  const from = Number(match?.[1]);
  const to = match?.[2] === undefined ? from : Number(match[2]);
  if (match !== null && from >= 1 && to >= from) return { from, to };
  throw new LoomError(
    'invalid-input',
    `“${text.trim()}” is no range of lines. Write 12 or 12-40 after the file; a name with spaces needs quotes.`,
  );
}

async function namesIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

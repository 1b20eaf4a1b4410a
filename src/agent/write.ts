import { LoomError } from '../base/errors.ts';
import { takeWord } from './argument.ts';
import { readText, writeText } from './files.ts';
import { isPermitted } from './permission.ts';
import { pathInside, shortPath } from './roots.ts';
import type { Turn } from './turn.ts';

/**
 * `/write <file> <text…>`: shows what would change, asks, and writes. The text begins after the file's name, on the same line or on the next,
 * and goes on to the end of the prompt; a last line break is added when it is missing.
 */
export async function write(turn: Turn, argument: string): Promise<void> {
  const { word: given, rest } = takeWord(argument);
  if (given === '')
    throw new LoomError('invalid-input', 'Say which file to write and what, for example `/write notes.md Remember the milk`.');
  if (turn.session.mode === 'read-only') {
    throw new LoomError('not-allowed', 'This session is read-only, so nothing is written. Switch its mode to Ask to write files.');
  }
  const newText = withLastLineBreak(rest.replace(/^\r?\n/, ''));
  const path = await pathInside(turn.session.roots, given);
  const name = shortPath(turn.session.folder, path);
  const before = await readText(turn, path);
  if (before === newText) return turn.say(`\`${name}\` says exactly that already, so I left it alone.`);

  const verb = before === undefined ? 'Create' : 'Change';
  const diff = { type: 'diff' as const, path, newText, ...(before === undefined ? {} : { oldText: before }) };
  const tool = await turn.tool({ title: `${verb} ${name}`, kind: 'edit', content: [diff], locations: [{ path }], rawInput: { path } });
  if (!(await isPermitted(turn, 'write', tool.call))) {
    await tool.end('failed');
    return turn.say(`The edit was refused, so \`${name}\` is as it was.`);
  }
  await tool.update({ status: 'in_progress' });
  await writeText(turn, path, newText);
  await tool.end('completed', { content: [diff] });
  await turn.say(`${before === undefined ? 'Created' : 'Changed'} \`${name}\`.`);
}

function withLastLineBreak(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

import type { PromptPart } from '../../model/content.ts';
import { promptText } from '../../model/content.ts';

/** Letters of the first prompt that become the title. */
const titleLength = 60;

/** The title of a session whose first prompt this is: its first line, cut; undefined where that says nothing. */
export function titleFrom(parts: readonly PromptPart[]): string | undefined {
  const line = promptText(parts).split('\n')[0]?.replace(/\s+/g, ' ').trim() ?? '';
  if (line === '') return undefined;
  if (line.length <= titleLength) return line;
  const cut = line
    .slice(0, titleLength - 1)
    .trimEnd()
    .toWellFormed();
  return `${cut}…`;
}

/** Recordings for the built-in agent's `/play`: what a turn of a known size looks like. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a recording into a folder and gives back the message that plays it as fast as the agent can. */
export function recording(folder: string, name: string, steps: readonly object[], speed: number | 'fast' = 'fast'): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.jsonl`);
  writeFileSync(file, [{ play: 1, quiet: true, speed }, ...steps].map((step) => `${JSON.stringify(step)}\n`).join(''));
  return `/play ${file}`;
}

/** One part of an answer as models write them: headings, prose with marks, a list, code, a table. */
function part(number: number): string {
  return [
    `## Part ${String(number)}`,
    'Some *words* with `code` and a [link](src/a.ts), and more of them to fill the line. '.repeat(4).trim(),
    '- one\n- two with **weight**\n- three',
    `\`\`\`ts\n${'const value = compute(1, "two"); // why\n'.repeat(6)}\`\`\``,
    '| name | value |\n|---|---|\n| a | 1 |\n| b | 2 |',
    '',
  ].join('\n\n');
}

/** Markdown of exactly this many characters. It ends with a paragraph, so that what follows does not fall into a table or into code. */
export function markdown(characters: number): string {
  let text = '';
  for (let number = 1; ; number++) {
    const longer = text + part(number);
    if (longer.length > characters) return text + 'and so on '.repeat(characters).slice(0, characters - text.length);
    text = longer;
  }
}

/** A paragraph of its own, so that it is drawn as one piece of text. */
export function ending(words: string): object {
  return { say: `\n\n${words}` };
}

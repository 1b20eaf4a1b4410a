import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/paths.ts';
import { toolWord } from '../../src/model/toolCall.ts';
import { TaskState, wordFor } from '../../src/model/states.ts';
import { statusGroups, statusTable } from '../../src/model/statusTable.ts';

/** Every sentence that the source of the extension and of its pages puts before a person, sorted: what a translation has to cover. */
export function sentences(): readonly string[] {
  const found = new Set([
    ...[...Object.values(statusTable), ...statusGroups].map(({ word }) => word),
    ...TaskState.options.map((state) => wordFor(state)),
    toolWord({ state: 'cancelled', refused: true }),
  ]);
  for (const file of globSync(['src/extension/**/*.ts', 'src/webview/**/*.{ts,tsx}'], { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, single, double] of text.matchAll(/\bt\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)) {
      found.add((single ?? double ?? '').replaceAll('\\n', '\n').replace(/\\(['"])/g, '$1'));
    }
    // Tables of words: the days of a list, the ends of a turn, the buttons of a notice.
    for (const [, word] of text.matchAll(/\bword: '([^']+)'/g)) found.add(word ?? '');
  }
  return [...found].toSorted();
}

/** Where translators find the sentences. Run this file to write it anew. */
export const bundleFile = join(root, 'l10n', 'bundle.l10n.json');

if (import.meta.main) {
  const bundle = Object.fromEntries(sentences().map((sentence) => [sentence, sentence]));
  writeFileSync(bundleFile, `${JSON.stringify(bundle, undefined, 2)}\n`);
}

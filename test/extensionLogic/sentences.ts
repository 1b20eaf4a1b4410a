import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/paths.ts';
import { statusGroups, statusTable } from '../../src/model/status.ts';

/** Every sentence that the extension's source puts before a person, sorted: what a translation has to cover. */
export function sentences(): readonly string[] {
  const found = new Set([...Object.values(statusTable), ...statusGroups].map(({ word }) => word));
  for (const file of globSync('src/extension/**/*.ts', { cwd: root })) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, single, double] of text.matchAll(/\bt\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)) {
      found.add((single ?? double ?? '').replaceAll('\\n', '\n').replace(/\\(['"])/g, '$1'));
    }
    // The days of a list are a table too.
    for (const [, word] of text.matchAll(/id: '\w+', word: '([^']+)'/g)) found.add(word ?? '');
  }
  return [...found].toSorted();
}

/** Where translators find the sentences. Run this file to write it anew. */
export const bundleFile = join(root, 'l10n', 'bundle.l10n.json');

if (import.meta.main) {
  const bundle = Object.fromEntries(sentences().map((sentence) => [sentence, sentence]));
  writeFileSync(bundleFile, `${JSON.stringify(bundle, undefined, 2)}\n`);
}

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { root } from '../../scripts/paths.ts';
import { english } from '../../src/extension/translate.ts';
import { bundleFile, sentences } from './sentences.ts';

const bundle = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(bundleFile, 'utf8')));

describe('R1.8 Every sentence can be translated', () => {
  it('the list for translators holds what the source says, and nothing else', () => {
    assert.deepEqual(Object.keys(bundle).toSorted(), sentences(), 'run: node test/extensionLogic/sentences.ts');
  });

  it('no message to a person passes the translation by', () => {
    const direct = /show(?:Information|Warning|Error)Message\(\s*['"`]|(?:title|placeHolder|prompt): ['"`]\w/;
    const guilty = globSync('src/extension/**/*.ts', { cwd: root }).filter((file) => direct.test(readFileSync(join(root, file), 'utf8')));
    assert.deepEqual(guilty, []);
  });

  it('places in a sentence are filled in order, and a missing value stays visible', () => {
    assert.equal(english('{1} of {0}', 'a', 2), '2 of a');
    assert.equal(english('{0} {1}', 'a'), 'a {1}');
  });
});

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/paths.ts';

/** What surrounds the product when it goes badly. Each has a test that is named after it; what the tests prove is their own matter. */
const badInputs = [
  'no git on the path',
  'a read-only folder',
  'a read-only .git',
  'a path with spaces, quotes, a percent sign, non-Latin letters and emoji',
  'a 5 MB paste',
  'hostile markdown and tool output',
  'an agent that exits at once',
  'an agent that hangs at initialize',
  'an agent that prints noise',
  'an agent that sends unknown updates',
  'two prompts at once',
  'a permission request after cancel',
  'updates for unknown sessions',
  'duplicate ids',
  'invalid settings',
  'a journal with a damaged line',
  'a catalogue from a newer version',
  'an untrusted workspace',
  'two windows racing to start the host',
  'a host of another version with a turn running',
  'the extension host killed with panels open and a draft typed',
];

/** The strings in which test files name their suites and tests, also those of a table from which tests are made. */
function namesIn(text: string): readonly string[] {
  const titles = [...text.matchAll(/\b(?:describe|it)\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)].map(([, , title]) => title ?? '');
  const rows = [...text.matchAll(/^\s*\[\s*(['"`])((?:\\.|(?!\1).)*)\1,/gm)].map(([, , row]) => row ?? '');
  return [...titles, ...(text.includes('it(`${what}') ? rows : [])];
}

describe('R1.12 bad input', () => {
  const files = globSync('test/**/*.test.ts', { cwd: root }).filter((file) => !file.endsWith('badInput.test.ts'));
  const names = files.flatMap((file) => namesIn(readFileSync(join(root, file), 'utf8')));

  it('each kind of it has a test that is named after it', () => {
    assert.ok(names.length > 500);
    assert.deepEqual(
      badInputs.filter((input) => !names.some((name) => name.includes(input))),
      [],
    );
  });
});

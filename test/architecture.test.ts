import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/paths.ts';
import { cycles, folderCycles, layerOf } from './support/architecture/importRules.ts';
import { problemsOf, rules } from './support/architecture/rules.ts';
import { parseSource } from './support/architecture/source.ts';
import { layers } from './support/architecture/table.ts';

const files = new Map(
  globSync('src/**/*.{ts,tsx}', { cwd: root }).map((file) => [file.replaceAll('\\', '/'), readFileSync(join(root, file), 'utf8')]),
);

const sources = [...files].map(([path, text]) => parseSource(path, text));

/** One bad snippet for each way to break a rule: the rule, the file it would stand in, its text, and words of the complaint. */
const badSnippets: readonly (readonly [rule: string, path: string, text: string, complaint: RegExp])[] = [
  ['imports', 'src/base/a.ts', `import { x } from '../model/x.ts';`, /base may not know model/],
  ['imports', 'src/protocol/a.ts', `export { x } from '../host/x.ts';`, /protocol may not know host/],
  ['imports', 'src/webview/chat/a.ts', `const x = await import('../../host/x.ts');`, /webview may not know host/],
  ['imports', 'src/client/a.ts', `import type { X } from '../server/x.ts';`, /client may not know server/],
  ['imports', 'src/base/a.ts', `let x: import('../agent/x.ts').X;`, /base may not know agent/],
  ['imports', 'src/extension/a.ts', `import { x } from '../../test/x.ts';`, /lies in no layer/],
  ['imports', 'src/other/a.ts', `export const x = 1;`, /lies in no layer of the table/],
  ['imports', 'src/entry.ts', `export const x = 1;`, /lies in no layer of the table/],
  ['imports', 'src/model/a.ts', `import { join } from 'node:path';`, /model may not know Node/],
  ['imports', 'src/webview/a.ts', `import { join } from 'node:path';`, /webview may not know Node/],
  ['imports', 'src/host/a.ts', `import { join } from 'path';`, /not among the packages of host/],
  ['imports', 'src/host/a.ts', `import * as vscode from 'vscode';`, /only src\/extension\/ may know/],
  ['imports', 'src/host/a.ts', `import { simpleGit } from 'simple-git';`, /only src\/host\/git\/ may know/],
  ['imports', 'src/host/a.ts', `import initSqlJs from 'sql.js';`, /only src\/host\/catalogue/],
  ['imports', 'src/host/journal/a.ts', `import { DatabaseSync } from 'node:sqlite';`, /only src\/host\/lock/],
  ['imports', 'src/host/a.ts', `import { client } from '@agentclientprotocol/sdk';`, /only src\/host\/agents/],
  ['imports', 'src/client/a.ts', `import { createConnection } from 'vscode-languageserver/node';`, /only src\/server/],
  ['imports', 'src/base/a.ts', `import * as z from 'zod';`, /not among the packages of base/],
  ['file size', 'src/base/a.ts', 'x;\n'.repeat(401), /401 lines/],
  ['no any', 'src/base/a.ts', `export const x = (y: any) => y as unknown;`, /a\.ts:1 says any/],
  ['no silenced compiler', 'src/base/a.ts', `// @ts-expect-error\nx();`, /@ts-expect-error/],
  ['no console', 'src/host/a.ts', `console.log('x');`, /writes to the console/],
  ['zod as a namespace', 'src/model/a.ts', `import { z } from 'zod';`, /by name/],
  ['zod as a namespace', 'src/model/a.ts', `import z, * as all from 'zod';`, /by name/],
  ['no default export', 'src/base/a.ts', `export default function x() {}`, /default export/],
  ['no default export', 'src/base/a.ts', `const x = 1;\nexport default x;`, /a\.ts:2 has a default export/],
  ['no default export', 'src/base/a.ts', `const x = 1;\nexport { x as default };`, /default export/],
  ['no barrel', 'src/base/a.ts', `export { x } from './x.ts';\nexport { y } from './y.ts';`, /only passes on/],
  ['no barrel', 'src/base/a.ts', `export * from './x.ts';\nexport const y = 1;`, /passes on everything/],
  ['no clock and no chance in pure layers', 'src/model/a.ts', `export const now = () => Date.now();`, /calls Date\.now/],
  ['no clock and no chance in pure layers', 'src/specs/a.ts', `export const now = () => new Date();`, /reads the clock/],
  ['no clock and no chance in pure layers', 'src/base/a.ts', `export const x = Math.random();`, /calls Math\.random/],
];

const goodSnippets: readonly (readonly [path: string, text: string])[] = [
  ['src/model/a.ts', `import * as z from 'zod';\nimport type { X } from '../base/x.ts';\nexport const x = z.string();\nexport type Y = X;`],
  ['src/host/git/a.ts', `import { simpleGit } from 'simple-git';\nimport { join } from 'node:path';\nexport const x = [simpleGit, join];`],
  ['src/host/lock.ts', `import { DatabaseSync } from 'node:sqlite';\nexport const now = () => [DatabaseSync, Date.now()];`],
  ['src/webview/chat/a.tsx', `import { render } from 'preact';\nexport const at = new Date(0);\nrender(<p>{at.getTime()}</p>, x);`],
  ['src/model/b.ts', `import { x } from './a.ts';\nexport { y } from './c.ts';\nexport const many = 'console.log(any)' + x;`],
];

describe('The architecture holds', () => {
  it('the walk sees the whole source: every layer of the table has files, and every file has a layer', () => {
    assert.ok(files.size > 50, `only ${String(files.size)} files were found`);
    for (const layer of Object.keys(layers))
      assert.ok(
        [...files.keys()].some((path) => layerOf(path) === layer),
        `${layer} has no file`,
      );
    assert.ok(sources.flatMap(({ imports }) => imports).length > files.size, 'hardly any import was found');
  });

  for (const [name, rule] of Object.entries(rules)) {
    it(`no file of src breaks the rule “${name}”`, () => {
      assert.deepEqual(sources.flatMap(rule), []);
    });
  }

  it('no files of src import each other in a circle', () => {
    assert.deepEqual(cycles(sources), []);
  });

  it('no folders of a layer need each other in a circle', () => {
    assert.deepEqual(folderCycles(sources), []);
  });
});

describe('The rules of the architecture catch what they are for', () => {
  it('every rule has a snippet that breaks it', () => {
    assert.deepEqual(new Set(badSnippets.map(([rule]) => rule)), new Set(Object.keys(rules)));
  });

  for (const [rule, path, text, complaint] of badSnippets) {
    it(`“${rule}” complains about ${JSON.stringify(text.slice(0, 60))} in ${path}`, () => {
      const problems = rules[rule]?.(parseSource(path, text)) ?? [];
      assert.match(problems.join('\n'), complaint);
    });
  }

  it('good files break no rule', () => {
    assert.deepEqual(problemsOf(new Map(goodSnippets)), []);
  });

  it('circles are found, also through types and through a third file', () => {
    const circle = [
      parseSource('src/base/a.ts', `import type { B } from './b.ts';`),
      parseSource('src/base/b.ts', `import { c } from './c.ts';`),
      parseSource('src/base/c.ts', `export { a } from './a.ts';`),
      parseSource('src/base/d.ts', `import { a } from './a.ts';`),
    ];
    assert.deepEqual(cycles(circle), ['src/base/a.ts → src/base/b.ts → src/base/c.ts → src/base/a.ts is a circle']);
    assert.deepEqual(cycles(circle.slice(0, 2)), []);
  });

  it('circles of folders are found where no files stand in one', () => {
    const folders = [
      parseSource('src/host/a/one.ts', `import { b } from '../b/one.ts';`),
      parseSource('src/host/b/one.ts', `import { c } from '../c.ts';`),
      parseSource('src/host/b/two.ts', `import { a } from '../a/one.ts';`),
    ];
    assert.deepEqual(cycles(folders), []);
    assert.deepEqual(folderCycles(folders), ['src/host/a → src/host/b → src/host/a is a circle']);
    assert.deepEqual(folderCycles(folders.slice(0, 2)), []);
  });
});

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { build } from '../../scripts/build.ts';
import { bundleProblems } from '../../scripts/bundleRules.ts';
import { entries } from '../../scripts/entries.ts';
import { distFolder, root } from '../../scripts/paths.ts';
import { strangeFiles } from '../../scripts/shipped.ts';

type Outputs = Parameters<typeof bundleProblems>[0]['outputs'];

function outputs(...inputs: string[]): { readonly outputs: Outputs } {
  const used = Object.fromEntries(inputs.map((path) => [path, { bytesInOutput: 1 }]));
  return { outputs: { 'dist/x.cjs': { bytes: 1, inputs: used, imports: [], exports: [] } } };
}

describe('What a bundle must not contain', () => {
  it('two copies of a package whose objects must know each other', () => {
    const problems = bundleProblems(
      outputs('node_modules/vscode-jsonrpc/lib/a.js', 'node_modules/vscode-languageserver/node_modules/vscode-jsonrpc/lib/a.js'),
    );
    assert.match(problems.join(), /dist\/x\.cjs holds 2 copies of vscode-jsonrpc/);
  });

  it('every locale of zod', () => {
    assert.match(bundleProblems(outputs('node_modules/zod/v4/locales/fr.js')).join(), /zod locale/);
  });

  it('one copy, and the English of zod, are fine', () => {
    const files = ['node_modules/vscode-jsonrpc/lib/a.js', 'node_modules/vscode-jsonrpc/lib/b.js', 'node_modules/zod/v4/locales/en.js'];
    assert.deepEqual(bundleProblems(outputs(...files)), []);
  });

  it('in what a window reads when it opens, a package: also in a file that is required at once, not in one that is imported later', () => {
    const file = (inputs: readonly string[], imports: Outputs[string]['imports'] = []): Outputs[string] => ({
      bytes: 1,
      inputs: Object.fromEntries(inputs.map((path) => [path, { bytesInOutput: 1 }])),
      imports,
      exports: [],
    });
    const reads = (kind: 'import-statement' | 'dynamic-import'): string[] =>
      bundleProblems({
        outputs: {
          'dist/extension.cjs': file(
            ['src/extension/extension.ts'],
            [
              { path: 'dist/extension-a.cjs', kind },
              { path: 'node:fs', kind: 'import-statement', external: true },
            ],
          ),
          'dist/extension-a.cjs': file([], [{ path: 'dist/extension-b.cjs', kind: 'import-statement' }]),
          'dist/extension-b.cjs': file(['node_modules/zod/v4/core/core.js', 'node_modules/@leeoniya/ufuzzy/dist/uFuzzy.cjs']),
        },
      });
    assert.match(reads('import-statement').join(), /dist\/extension\.cjs reads zod, @leeoniya\/ufuzzy at once/);
    assert.deepEqual(reads('dynamic-import'), []);
  });
});

describe('A build', () => {
  it('fails, and touches nothing, when an entry is missing', async () => {
    const before = readdirSync(root).includes('dist') ? readdirSync(distFolder, { recursive: true }).sort() : [];
    const missing = { source: 'src/dashboard/main.tsx', output: 'dist/dashboard.js', kind: 'page' } as const;
    await assert.rejects(build({ production: false }, [...entries, missing]), {
      message: 'dist/dashboard.js cannot be built: src/dashboard/main.tsx is missing.',
    });
    assert.deepEqual(before, before.length === 0 ? [] : readdirSync(distFolder, { recursive: true }).sort());
  });
});

describe('What a VSIX must not contain', () => {
  it('anything but bundles, media, manifest and papers', () => {
    const good = [
      'package.json',
      'package.nls.de.json',
      'dist/extension.cjs',
      'dist/sql-wasm.wasm',
      'dist/codicons/codicon.ttf',
      'media/a/b.png',
    ];
    const bad = [
      'src/a.ts',
      'dist/extension.cjs.map',
      '.vscode-test/x',
      'node_modules/zod/index.js',
      'notes.md',
      'media/pictures/chat-dark.png',
      'test/golden/x',
      'out/bundles.json',
    ];
    assert.deepEqual(strangeFiles([...good, 'README.md', 'CHANGELOG.md', 'LICENSE', 'THIRD-PARTY-NOTICES.md', ...bad]), bad);
  });
});

/**
 * CommonJS bundles in several files. esbuild splits only ES modules, and VS Code requires a CommonJS one, so each file is built as an ES module first
 * and then turned into CommonJS.
 */
import { transform } from 'esbuild';
import type { BuildOptions, OutputFile, Plugin } from 'esbuild';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, extname } from 'node:path';
import type { Entry } from './entries.ts';
import { nodeOptions } from './entries.ts';

/** Options of a program that is built into several files: what `import()` reaches lies beside it. To be laid over those of a whole bundle. */
export function splitOptions({ source, output }: Entry, production: boolean) {
  const name = basename(output, extname(output));
  return {
    format: 'esm',
    splitting: true,
    entryPoints: { [name]: source },
    outdir: dirname(output),
    outExtension: { '.js': extname(output) },
    chunkNames: `${name}-[name]-[hash]`,
    write: false,
    sourcemap: production ? false : 'inline',
    plugins: [commonJs(production)],
  } satisfies BuildOptions;
}

/** Writes each file of a split build as CommonJS. */
function commonJs(production: boolean): Plugin {
  return {
    name: 'commonjs',
    setup(building) {
      building.onEnd(async ({ outputFiles = [], errors }) => {
        if (errors.length === 0) await Promise.all(outputFiles.map((file) => writeCommonJs(file, production)));
      });
    },
  };
}

async function writeCommonJs({ path, text }: OutputFile, production: boolean): Promise<void> {
  const { code, map } = await transform(plainVscode(text), {
    format: 'cjs',
    platform: nodeOptions.platform,
    target: nodeOptions.target,
    minify: production,
    sourcemap: production ? false : 'external',
    sourcefile: basename(path),
    // A file that is required runs at once where it is reached; `import()` would find it by a slower way.
    supported: { 'dynamic-import': false },
    logLevel: 'warning',
  });
  await mkdir(dirname(path), { recursive: true });
  if (production) return writeFile(path, code);
  await writeFile(`${path}.map`, map);
  await writeFile(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`);
}

/**
 * The API of VS Code as what `require` gives: esbuild would copy its four hundred members for each of our files that imports it, which costs a window
 * that opens more than all else that a small file does.
 */
function plainVscode(text: string): string {
  return text.replaceAll(/import\s*\*\s*as\s+([\w$]+)\s+from\s*"vscode";?/g, 'const $1 = require("vscode");');
}

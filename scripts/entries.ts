/** What is bundled, as data: one line an entry file. */
import type { BuildOptions } from 'esbuild';

/** One program or page of the product. Paths are relative to the checkout. */
export interface Entry {
  readonly source: string;
  readonly output: string;
  readonly kind: 'node' | 'page' | 'style';
  /** What it imports with `import()` becomes files of its own beside it, `<name>-….cjs`, which are read when that is reached. */
  readonly splits?: true;
}

/** Every bundle that ships. */
export const entries: readonly Entry[] = [
  { source: 'src/extension/extension.ts', output: 'dist/extension.cjs', kind: 'node', splits: true },
  { source: 'src/server/main.ts', output: 'dist/host.cjs', kind: 'node' },
  { source: 'src/server/specsMain.ts', output: 'dist/specs.cjs', kind: 'node' },
  { source: 'src/agent/main.ts', output: 'dist/agent.cjs', kind: 'node' },
  { source: 'src/webview/chat/main.tsx', output: 'dist/chat.js', kind: 'page' },
  { source: 'src/webview/chat/chat.css', output: 'dist/chat.css', kind: 'style' },
];

/** Files that are copied beside the bundles, from package to `dist`. */
export const assets: readonly { readonly from: string; readonly to: string }[] = [
  { from: 'node_modules/sql.js/dist/sql-wasm.wasm', to: 'dist/sql-wasm.wasm' },
  { from: 'node_modules/@vscode/codicons/dist/codicon.css', to: 'dist/codicons/codicon.css' },
  { from: 'node_modules/@vscode/codicons/dist/codicon.ttf', to: 'dist/codicons/codicon.ttf' },
];

/**
 * Options of a CommonJS bundle that runs in Node or in an extension host. Packages that are ESM only may ask for `import.meta`, which
 * CommonJS lacks: the three members that Node defines are given their CommonJS counterparts.
 */
export const nodeOptions = {
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode'],
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'importMetaUrl', 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
} satisfies BuildOptions;

/** Options of a page: one module for the browser inside VS Code, with Preact's own JSX. */
export const pageOptions = {
  platform: 'browser',
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
} satisfies BuildOptions;

/** Options of a style sheet: fonts stay files beside it. */
export const styleOptions = { external: ['*.ttf', '*.woff2'], target: 'es2022' } satisfies BuildOptions;

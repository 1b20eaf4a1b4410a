/** Who may import whom, as data. `ARCHITECTURE.md` says why. */

/** What a layer may use. `folders` are layers below it, `packages` are names from npm, `node` allows Node's own modules. */
export interface Layer {
  readonly folders: readonly string[];
  readonly packages: readonly string[];
  readonly node: boolean;
}

/** Every layer, by its folder in `src`. A file of `src` in no layer is a mistake. */
export const layers: Readonly<Record<string, Layer>> = {
  base: { folders: [], packages: [], node: false },
  model: { folders: ['base'], packages: ['zod'], node: false },
  specs: { folders: ['base', 'model'], packages: ['zod', 'vscode-languageserver-types', 'yaml'], node: false },
  protocol: { folders: ['base', 'model'], packages: ['zod'], node: false },
  host: {
    folders: ['base', 'model', 'specs', 'protocol'],
    packages: [
      'zod',
      'simple-git',
      'sql.js',
      '@agentclientprotocol/sdk',
      'cross-spawn',
      'unbash',
      'cockatiel',
      'picomatch',
      'diff',
      'yaml',
      '@secretlint/core',
      '@secretlint/types',
      '@secretlint/secretlint-rule-preset-recommend',
    ],
    node: true,
  },
  server: {
    folders: ['base', 'model', 'specs', 'protocol', 'host'],
    packages: ['zod', 'vscode-languageserver', 'vscode-languageserver-types', 'pino'],
    node: true,
  },
  client: { folders: ['base', 'model', 'protocol'], packages: ['zod', 'vscode-jsonrpc'], node: true },
  registry: { folders: ['base', 'protocol'], packages: ['zod', 'cross-spawn', 'fflate'], node: true },
  extension: {
    folders: ['base', 'model', 'protocol', 'client', 'registry'],
    packages: ['zod', 'vscode', 'vscode-languageclient', 'vscode-jsonrpc', '@leeoniya/ufuzzy', 'fastest-levenshtein'],
    node: true,
  },
  webview: {
    folders: ['base', 'model', 'protocol'],
    packages: [
      'zod',
      'preact',
      '@preact/signals',
      '@tanstack/virtual-core',
      'markdown-it',
      'lowlight',
      'highlight.js',
      'hast',
      'anser',
      'diff',
    ],
    node: false,
  },
  agent: { folders: ['base', 'specs'], packages: ['@agentclientprotocol/sdk', 'zod', 'diff'], node: true },
};

/** Layers that do no I/O and read neither a clock nor chance. */
export const pureLayers: readonly string[] = ['base', 'model', 'specs', 'protocol'];

/** Modules that only some files may know, whatever their layer allows: the module, and how the paths of those files begin. */
export const reserved: readonly { readonly module: string; readonly files: readonly string[] }[] = [
  { module: 'vscode', files: ['src/extension/'] },
  { module: 'vscode-languageclient', files: ['src/extension/'] },
  { module: 'vscode-languageserver', files: ['src/server/'] },
  { module: '@agentclientprotocol/sdk', files: ['src/host/agents/', 'src/agent/'] },
  { module: 'simple-git', files: ['src/host/git/'] },
  { module: 'sql.js', files: ['src/host/catalogue', 'src/host/search'] },
  { module: 'node:sqlite', files: ['src/host/lock', 'src/host/search'] },
];

/** The longest file, in lines. */
export const longestFile = 400;

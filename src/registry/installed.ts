import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { isNewer } from './packages.ts';

/** An agent that was installed: the folder that has all of it, and what is started. `command` is absolute. */
export interface InstalledAgent {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The file that makes a folder an installed agent. It is written last, so what a crash leaves behind is never taken for one. */
const noteName = 'installed.json';
/** Says which process works in a folder, while one does. */
const workName = 'installing';

/** `command` is a path inside the folder, with slashes. */
const Note = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});
export type InstallNote = z.infer<typeof Note>;

/** Makes a folder to install a version of an agent into. Each install has its own, so two at once do not disturb each other. */
export async function makeInstallFolder(root: string, id: string, version: string): Promise<string> {
  const folder = join(root, id, `${version}~${randomBytes(4).toString('hex')}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, workName), String(process.pid));
  return folder;
}

/** Makes an installed agent of a folder: from here on it counts. */
export async function noteInstalled(folder: string, note: InstallNote): Promise<InstalledAgent> {
  const scratch = join(folder, `${noteName}.new`);
  await writeFile(scratch, `${JSON.stringify(note, undefined, 2)}\n`);
  await rename(scratch, join(folder, noteName));
  await rm(join(folder, workName), { force: true });
  return toInstalled(folder, note);
}

/** All that is installed below a folder, the newest version of each agent first. What cannot be read is no installed agent. */
export async function listInstalled(root: string): Promise<readonly InstalledAgent[]> {
  const all = await Promise.all((await installFolders(root)).map(readInstalled));
  return all
    .flatMap((each) => each ?? [])
    .sort((a, b) => a.id.localeCompare(b.id) || (isNewer(a.version, b.version) ? -1 : isNewer(b.version, a.version) ? 1 : 0));
}

/** The newest version of each agent: it is the one that is started. */
export function newestOf(installed: readonly InstalledAgent[]): readonly InstalledAgent[] {
  const newest = new Map<string, InstalledAgent>();
  for (const each of installed) {
    const known = newest.get(each.id);
    if (known === undefined || isNewer(each.version, known.version)) newest.set(each.id, each);
  }
  return [...newest.values()];
}

/** Removes the folders of installs that ended half-way, as after a crash. Those that another process works in stay. */
export async function removeHalfInstalled(root: string, isAlive: (pid: number) => boolean): Promise<void> {
  for (const folder of await installFolders(root)) {
    if ((await readInstalled(folder)) !== undefined) continue;
    const pid = Number(await readFile(join(folder, workName), 'utf8').catch(() => ''));
    if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) await rm(folder, { recursive: true, force: true });
  }
}

/** Takes an install away. The rename comes first: on Windows it fails while a program of the folder runs, and a crash leaves no half of it. */
export async function removeInstalled(installed: InstalledAgent): Promise<void> {
  const grave = `${installed.folder}.removed`;
  await rename(installed.folder, grave);
  await rm(join(grave, noteName), { force: true });
  await rm(grave, { recursive: true, force: true });
}

async function installFolders(root: string): Promise<readonly string[]> {
  const ids = await foldersIn(root);
  return (await Promise.all(ids.map(foldersIn))).flat();
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return found.filter((each) => each.isDirectory()).map((each) => join(folder, each.name));
}

async function readInstalled(folder: string): Promise<InstalledAgent | undefined> {
  const text = await readFile(join(folder, noteName), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return toInstalled(folder, Note.parse(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

function toInstalled(folder: string, { id, name, version, command, args, env }: InstallNote): InstalledAgent {
  return { id, name, version, folder, command: join(folder, ...command.split('/')), args, env };
}

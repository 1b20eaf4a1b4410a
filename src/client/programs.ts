import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** The programs that must outlive an update of the extension: the host, the built-in agent and what they load. */
export interface HostPrograms {
  readonly host: string;
  readonly agent: string;
  readonly wasm: string;
}

/** The programs where they run from. */
export interface RunnablePrograms extends HostPrograms {
  /** Folder in which Node keeps what it has compiled of them, so that the next start does not compile it again. */
  readonly compiled?: string;
}

/** How many older copies stay, for hosts that still finish their turns. */
const keptCopies = 3;

/**
 * Copies the programs to `<storage>/host/<version>-<hash>/` unless they are there, and returns the paths of the copies.
 * The copy appears in one step (a rename), so two windows that copy at once cannot disturb each other.
 */
export async function copyPrograms(programs: HostPrograms, storage: string, version: string): Promise<RunnablePrograms> {
  const hash = createHash('sha256');
  for (const file of Object.values(programs) as string[]) hash.update(await readFile(file));
  const root = join(storage, 'host');
  const target = join(root, `${version}-${hash.digest('hex').slice(0, 12)}`);
  const there = (file: string): string => join(target, basename(file));
  if (!(await exists(target))) {
    const making = join(root, `.${String(process.pid)}-${String(Date.now())}`);
    await mkdir(making, { recursive: true });
    for (const file of Object.values(programs) as string[]) await copyFile(file, join(making, basename(file)));
    try {
      await rename(making, target);
    } catch (error) {
      await rm(making, { recursive: true, force: true });
      if (!(await exists(target))) throw error;
    }
    await removeOld(root, target);
  }
  return { host: there(programs.host), agent: there(programs.agent), wasm: there(programs.wasm), compiled: join(target, 'compiled') };
}

async function removeOld(root: string, current: string): Promise<void> {
  const names = await readdir(root);
  const copies = await Promise.all(
    // Another window may rename or remove a copy meanwhile; what is gone is of no concern here.
    names.map(async (name) => ({ path: join(root, name), time: (await stat(join(root, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const old = copies.filter(({ path }) => path !== current).sort((a, b) => b.time - a.time);
  for (const { path } of old.slice(keptCopies)) await rm(path, { recursive: true, force: true });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

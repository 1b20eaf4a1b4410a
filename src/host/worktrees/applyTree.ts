import { existsSync } from 'node:fs';
import { copyFile, cp, lstat, mkdir, open, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { LoomError, messageOf } from '../../base/errors.ts';
import { gitFailed } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { placeInside } from '../agents/fileAccess.ts';
import { diskFiles, errnoOf } from '../journal/files.ts';
import type { TreeChange } from './putTree.ts';

/** What is being put into a folder, so that a start after a kill can take it back. */
const Manifest = z.object({
  root: z.string(),
  files: z.array(z.object({ path: z.string(), wasThere: z.boolean() })),
});
type Manifest = z.infer<typeof Manifest>;

/** How changes are put into a working tree. */
export interface ApplyOptions {
  readonly root: string;
  /** The tree that the working tree is to hold afterwards. */
  readonly tree: string;
  readonly changes: readonly TreeChange[];
  /** A folder that is not there; it is gone again afterwards. */
  readonly staging: string;
  /** Settings that switch filter programs off. */
  readonly config: readonly string[];
  /** Called when all is prepared, just before the first file is put in its place: rejects when the files are not as they were. */
  readonly assertSame: () => Promise<void>;
}

/**
 * Puts changed files into a working tree: all of them, or none. New contents are made ready aside, each old file is moved aside before the new one takes
 * its place, and a fault or a kill in between puts the old ones back. The index and HEAD are not touched.
 */
export async function applyTree(repository: Repository, options: ApplyOptions): Promise<void> {
  const { root, tree, changes, staging, config } = options;
  await mkdir(join(staging, 'new'), { recursive: true, mode: 0o700 });
  await mkdir(join(staging, 'old'), { mode: 0o700 });
  try {
    await checkOut(repository, {
      root,
      tree,
      staging,
      config,
      paths: changes.flatMap(({ path, after }) => (after === undefined ? [] : [path])),
    });
    for (const { path } of changes) await placeInside(root, join(root, path));
    const seen = new Map(await Promise.all(changes.map(async ({ path }) => [path, await stampOf(join(root, path))] as const)));
    await options.assertSame();
    await writeManifest(staging, { root, files: changes.map(({ path }) => ({ path, wasThere: seen.get(path) !== undefined })) });
    try {
      for (const [number, { path, after }] of changes.entries()) {
        const file = join(root, path);
        if (seen.get(path) !== undefined) await move(file, oldFile(staging, number));
        else if (existsSync(file)) throw changedNow(path);
        const moved = seen.get(path) === undefined ? undefined : await stampOf(oldFile(staging, number));
        if (moved !== seen.get(path)) throw changedNow(path);
        if (after === undefined) continue;
        await mkdir(dirname(file), { recursive: true });
        await move(join(staging, 'new', path), file);
      }
    } catch (error) {
      await takeBack(staging);
      if (error instanceof LoomError) throw error;
      throw new LoomError('storage', `The changes could not be written: ${messageOf(error)}. All files are as they were.`, {
        cause: error,
      });
    }
    for (const { path, after } of changes) if (after === undefined) await removeEmpty(root, dirname(path));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** After a kill: puts back what was moved aside. Gives the folder in which something was, undefined where nothing had begun. */
export async function takeBack(staging: string): Promise<string | undefined> {
  const manifest = await readManifest(staging);
  if (manifest === undefined) return undefined;
  const { root, files } = manifest;
  for (const [number, { path, wasThere }] of files.entries()) {
    const file = join(root, path);
    const old = oldFile(staging, number);
    if (existsSync(old) || (await lstat(old).catch(() => undefined)) !== undefined) {
      await rm(file, { force: true });
      await move(old, file);
    } else if (!wasThere && !(await isStaged(staging, path))) await rm(file, { force: true });
  }
  return root;
}

/** The new content still lies aside, so what is at its place is not of us. */
async function isStaged(staging: string, path: string): Promise<boolean> {
  return (await lstat(join(staging, 'new', path)).catch(() => undefined)) !== undefined;
}

async function checkOut(
  repository: Repository,
  options: Pick<ApplyOptions, 'root' | 'tree' | 'staging' | 'config'> & { readonly paths: readonly string[] },
): Promise<void> {
  const { root, tree, staging, config, paths } = options;
  const index = join(staging, 'index');
  const call = { cwd: root, index, config, timeoutMs: 120_000 };
  const read = await repository.run(['read-tree', tree], call);
  if (read.code !== 0) throw gitFailed('The changes could not be read', read);
  if (paths.length === 0) return;
  const stdin = paths.map((path) => `${path}\0`).join('');
  const out = await repository.run(['checkout-index', '-f', '-z', '--stdin', `--prefix=${join(staging, 'new')}/`], { ...call, stdin });
  if (out.code !== 0) throw gitFailed('The changes could not be made ready', out);
}

function oldFile(staging: string, number: number): string {
  return join(staging, 'old', String(number));
}

/** What a file looked like; undefined where there is none. */
async function stampOf(file: string): Promise<string | undefined> {
  const about = await lstat(file).catch(() => undefined);
  return about === undefined ? undefined : `${String(about.size)} ${String(about.mtimeMs)} ${about.isFile() ? 'file' : 'other'}`;
}

async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errnoOf(error) !== 'EXDEV') throw error;
    const about = await lstat(from);
    if (about.isFile()) await copyFile(from, to);
    else await cp(from, to, { recursive: true, verbatimSymlinks: true });
    await rm(from, { recursive: true });
  }
}

async function removeEmpty(root: string, folder: string): Promise<void> {
  for (let at = folder; at !== '.' && at !== ''; at = dirname(at)) {
    try {
      await rmdir(join(root, at));
    } catch {
      // It holds something, and so do all above it.
      return;
    }
  }
}

async function writeManifest(staging: string, manifest: Manifest): Promise<void> {
  const handle = await open(join(staging, 'manifest.json'), 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(manifest));
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await diskFiles.syncFolder(staging);
}

async function readManifest(staging: string): Promise<Manifest | undefined> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(staging, 'manifest.json'), 'utf8')));
  } catch {
    // Without it no file was touched yet.
    return undefined;
  }
}

function changedNow(path: string): LoomError {
  return new LoomError('conflict', `${path} was changed in this very moment. All files are as they were; try again.`);
}

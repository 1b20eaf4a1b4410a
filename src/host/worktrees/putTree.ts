import { chmod, lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LoomError } from '../../base/errors.ts';
import { readObjects } from '../git/catFile.ts';
import { gitFailed } from '../git/gitPort.ts';
import type { Repository } from '../git/repository.ts';
import { placeInside } from '../agents/fileAccess.ts';

/** One file in which two trees differ; undefined on a side where there is none. */
export interface TreeChange {
  readonly path: string;
  readonly before: { readonly mode: string; readonly id: string } | undefined;
  readonly after: { readonly mode: string; readonly id: string } | undefined;
}

/** The files in which two trees differ. Source of the format: `git help diff-tree`, "Raw output format". */
export async function treeChanges(repository: Repository, from: string, to: string): Promise<readonly TreeChange[]> {
  const result = await repository.run(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-ext-diff', '--full-index', from, to], {
    timeoutMs: 60_000,
  });
  if (result.code !== 0) throw gitFailed('Two states could not be compared', result);
  const fields = result.out.toString('utf8').split('\0');
  const changes: TreeChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, oldMode = '', newMode = '', oldId = '', newId = ''] = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) /.exec(fields[at] ?? '') ?? [];
    const side = (mode: string, id: string): TreeChange['before'] => (/^0+$/.test(mode) ? undefined : { mode, id });
    changes.push({ path: fields[at + 1] ?? '', before: side(oldMode, oldId), after: side(newMode, newId) });
  }
  return changes;
}

/** Bytes of objects that are read at a time. */
const readAtOnce = 200;

/**
 * Makes a working tree that holds `from` hold `to`, byte for byte, without any conversion. Submodules are left alone. For a working tree that was
 * just made, and that nobody else writes to.
 */
export async function putTree(repository: Repository, root: string, from: string, to: string): Promise<void> {
  const changes = (await treeChanges(repository, from, to)).filter(
    ({ before, after }) => before?.mode !== '160000' && after?.mode !== '160000',
  );
  for (const { path, after } of changes) if (after === undefined) await rm(join(root, path), { force: true });
  const puts = changes.flatMap(({ path, after }) => (after === undefined ? [] : [{ path, ...after }]));
  for (let at = 0; at < puts.length; at += readAtOnce) {
    const some = puts.slice(at, at + readAtOnce);
    const objects = await readObjects(
      repository,
      some.map(({ id }) => id),
    );
    for (const [index, { path, mode }] of some.entries()) {
      const bytes = objects[index]?.bytes;
      if (bytes === undefined) throw new LoomError('damaged', `The content of ${path} is not in the repository.`);
      await putFile(root, path, mode, bytes);
    }
  }
}

async function putFile(root: string, path: string, mode: string, bytes: Buffer): Promise<void> {
  // The folder that a link stands for is none of ours to write to.
  const folder = dirname(join(root, path)) === root ? root : await placeInside(root, dirname(join(root, path)));
  await mkdir(folder, { recursive: true });
  const file = join(root, path);
  const there = await lstat(file).catch(() => undefined);
  if (there !== undefined) await rm(file, { recursive: there.isDirectory() });
  if (mode === '120000') return symlink(bytes.toString('utf8'), file);
  await writeFile(file, bytes, { flag: 'wx' });
  if (mode === '100755') await chmod(file, 0o755);
}

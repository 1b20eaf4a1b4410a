import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Immutable } from '../../base/immutable.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { Id } from '../../model/entries.ts';
import { WorktreeStep } from '../../model/worktree.ts';
import { diskFiles, errnoOf } from '../journal/files.ts';

/**
 * What we know of a worktree that we made: a file of its own in the data folder, written before and after each step, so that after a kill the
 * next start knows what is there of it. Beside it stands a marker in the worktree's own git folder; only where both agree is it ours to remove.
 */
export const WorktreeRecord = z.object({
  version: z.literal(1),
  id: Id,
  session: Id,
  title: z.string(),
  path: z.string(),
  branch: z.string(),
  /** The branch was made for it, and so may go with it. */
  madeBranch: z.boolean(),
  /** The folder that holds it was made for it. */
  madeParent: z.boolean(),
  base: z.string(),
  baseCommit: z.string(),
  /** The root of the working tree that ignored files came from. */
  source: z.string(),
  /** The workspace folder from that root, with forward slashes; empty for the root itself. */
  within: z.string(),
  phase: z.enum(['making', 'ready', 'removing']),
  step: WorktreeStep,
  ports: z.object({ first: z.number().int(), count: z.number().int() }).optional(),
  /** Paths from the root that were copied as the list of the repository says. */
  copied: z.number().int().optional(),
  /** What is done after it is made. */
  notes: z.array(z.string()).optional(),
  /** The hash of the set-up script that waits for approval. */
  setupWaits: z.string().optional(),
  /** Where the folder lies while it is being removed; with `isRescued` all that was in it is safe. */
  grave: z.string().optional(),
  isRescued: z.boolean().optional(),
  rescue: z.string().optional(),
  madeAt: z.string(),
});
export type WorktreeRecord = Immutable<z.infer<typeof WorktreeRecord>>;

/** The records of one data folder. One host at a time writes them. */
export class WorktreeRecords {
  readonly folder: string;
  readonly #log: Log;

  constructor(dataFolder: string, log: Log) {
    this.folder = join(dataFolder, 'worktrees');
    this.#log = log;
  }

  /** The file of a record; it is there as long as the worktree is. */
  fileOf(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  /** Where what the set-up script printed is kept, also after the worktree is gone. */
  logOf(id: string): string {
    return join(this.folder, `${id}.log`);
  }

  /** When this resolves the record survives a power loss. */
  async put(record: WorktreeRecord): Promise<WorktreeRecord> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = this.fileOf(record.id);
    const draft = `${file}.${randomBytes(4).toString('hex')}.tmp`;
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(record, undefined, 2)}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    await diskFiles.syncFolder(this.folder);
    return record;
  }

  async get(id: string): Promise<WorktreeRecord | undefined> {
    try {
      const parsed = WorktreeRecord.safeParse(JSON.parse(await readFile(this.fileOf(id), 'utf8')));
      if (parsed.success) return parsed.data;
      this.#log.warn('A record of a worktree is not understood; the worktree is left alone.', { id });
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') this.#log.warn('A record of a worktree cannot be read.', { id, error: messageOf(error) });
    }
    return undefined;
  }

  async all(): Promise<readonly WorktreeRecord[]> {
    const names = await readdir(this.folder).catch(() => []);
    const ids = names.flatMap((name) => /^([A-Za-z0-9-]+)\.json$/.exec(name)?.[1] ?? []);
    return (await Promise.all(ids.map((id) => this.get(id)))).filter((record) => record !== undefined);
  }

  async remove(id: string): Promise<void> {
    await rm(this.fileOf(id), { force: true });
    await diskFiles.syncFolder(this.folder).catch(() => undefined);
  }
}

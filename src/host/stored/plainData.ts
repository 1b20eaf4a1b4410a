import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { LoomError } from '../../base/errors.ts';
import type { Immutable } from '../../base/immutable.ts';
import { Id } from '../../model/entries.ts';
import type { WorkspaceLocation } from '../../protocol/location.ts';
import type { JournalFiles } from '../journal/files.ts';
import { listSegments } from '../journal/segments.ts';
import { acquireHostLock } from '../lock.ts';

/** Sessions that were kept in a plain folder before it had a repository. */
export interface PlainData {
  /** The folder of the data, `…/.session-loom`. */
  readonly folder: string;
  readonly sessions: number;
}

const noteName = 'moving.json';
const plainName = '.session-loom';

/** What is to be moved at the next start. It stays until all is moved, so that a kill only puts it off. */
const MoveNote = z.object({ version: z.literal(1), from: z.string().refine((path) => basename(path) === plainName) });
export type MoveNote = Immutable<z.infer<typeof MoveNote>>;

/** The data that lies in `.session-loom/` of a folder that has a repository now; undefined where there is none, or nothing in it. Only looks. */
export async function findPlainData(location: WorkspaceLocation): Promise<PlainData | undefined> {
  if (location.kind !== 'git') return undefined;
  const roots = new Set([location.folder, location.workTreeRoot, location.repositoryRoot].filter((root) => root !== undefined));
  for (const root of roots) {
    const folder = join(root, plainName);
    const names = await readdir(join(folder, 'sessions')).catch(() => []);
    const sessions = names.filter((name) => Id.safeParse(name).success).length;
    if (sessions > 0 && (await stat(folder)).isDirectory()) return { folder, sessions };
  }
  return undefined;
}

/**
 * Notes that the data of a plain folder is to be moved into the repository when the host starts the next time. Rejects with `not-found` where there
 * is none, with `conflict` while a host serves it.
 */
export async function noteMove(location: WorkspaceLocation, files: JournalFiles): Promise<PlainData> {
  const found = await findPlainData(location);
  if (found === undefined) {
    throw new LoomError('not-found', 'There are no sessions in .session-loom that could be moved into the repository.');
  }
  const lock = await acquireHostLock(found.folder);
  if (lock === undefined) throw stillServed(found.folder);
  lock.dispose();
  await writeNote(location.dataFolder, { version: 1, from: found.folder }, files);
  return found;
}

/** What an earlier host noted, or undefined. A note that cannot be read is none. */
export async function readNote(dataFolder: string): Promise<MoveNote | undefined> {
  try {
    return MoveNote.parse(JSON.parse(await readFile(join(dataFolder, noteName), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Written so that it survives a power loss. */
async function writeNote(dataFolder: string, note: MoveNote, files: JournalFiles): Promise<void> {
  const file = join(dataFolder, noteName);
  const temporary = `${file}.tmp`;
  await rm(temporary, { force: true });
  const written = files.create(temporary);
  try {
    written.write(Buffer.from(JSON.stringify(note)));
    await written.sync();
  } finally {
    written.close();
  }
  files.rename(temporary, file);
  await files.syncFolder(dataFolder);
}

/** Takes the note away: all is moved. */
export async function removeNote(dataFolder: string): Promise<void> {
  await rm(join(dataFolder, noteName), { force: true });
}

/** The newest epoch that was claimed in a data folder or stands in its journals. */
export async function newestOf(dataFolder: string, files: JournalFiles): Promise<number> {
  const claims = (await files.list(join(dataFolder, 'epochs'))).filter((name) => /^\d+$/.test(name)).map(Number);
  const journals = await files.list(join(dataFolder, 'sessions'));
  const segments = await Promise.all(journals.map((id) => listSegments(files, join(dataFolder, 'sessions', id)).catch(() => [])));
  return Math.max(0, ...claims, ...segments.flat().map(({ epoch }) => epoch));
}

/** Somebody still works there. */
export function stillServed(folder: string): LoomError {
  return new LoomError(
    'conflict',
    `A session host still serves ${folder}. Reload the windows that were open before "git init" was run, wait a few seconds, and try again.`,
  );
}

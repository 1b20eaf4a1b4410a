import { LoomError, messageOf } from '../../base/errors.ts';
import { errnoOf } from './files.ts';

/** What keeps a journal from writing: no room, no permission, a folder that is gone, or any other error of the disk. */
export type TroubleKind = 'full' | 'read-only' | 'vanished' | 'error';

/** Told when a journal cannot write. What is appended meanwhile waits in memory, in order, and the writing is tried again by itself. */
export interface StorageTrouble {
  readonly kind: TroubleKind;
  /** Says what happened and what to do. */
  readonly message: string;
  /** The folder that cannot be written. */
  readonly folder: string;
}

const kinds = new Map<string | undefined, TroubleKind>([
  ['ENOSPC', 'full'],
  ['EDQUOT', 'full'],
  ['EFBIG', 'full'],
  ['EROFS', 'read-only'],
  ['EACCES', 'read-only'],
  ['EPERM', 'read-only'],
  ['ENOENT', 'vanished'],
  ['ENOTDIR', 'vanished'],
]);

const advice: Readonly<Record<TroubleKind, string>> = {
  full: 'The disk is full. Make room; what waits is then written by itself.',
  'read-only': 'The folder cannot be written. Allow writing; what waits is then written by itself.',
  vanished: 'The folder or a file in it is gone. Put it back, or copy what matters out of the session.',
  error: 'The disk reports an error. Check the disk; what waits is written as soon as it answers.',
};

/** Describes an error of the disk for a person. */
export function troubleOf(error: unknown, folder: string): StorageTrouble {
  const kind = kinds.get(errnoOf(error)) ?? 'error';
  return { kind, folder, message: `${folder} could not be written: ${messageOf(error)}. ${advice[kind]}` };
}

/** The same as an error with the code `storage`; `data` is the trouble. */
export function storageError(trouble: StorageTrouble, cause?: unknown): LoomError {
  return new LoomError('storage', trouble.message, { data: trouble, cause });
}

/** An error with a `code` as Node's file functions throw it, for what they report by other means: a short write, a file without a name. */
export function diskError(code: 'ENOSPC' | 'ENOENT' | 'EBUSY', message: string): Error {
  return Object.assign(new Error(message), { code });
}

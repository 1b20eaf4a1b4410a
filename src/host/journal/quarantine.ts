import * as path from 'node:path';
import type { Log } from '../../base/log.ts';
import { messageOf } from '../../base/errors.ts';
import { crc32 } from 'node:zlib';
import { errnoOf } from './files.ts';
import type { JournalFiles } from './files.ts';
import type { SegmentDamage } from './segments.ts';

/** Damage as it is told: where it is, and where its bytes were put. */
export interface JournalDamage extends Omit<SegmentDamage, 'bytes'> {
  /** True the first time this damage is seen; a later opening of the same journal meets it again. */
  readonly isNew: boolean;
  /** The file in the quarantine that holds the bytes, if there is one. */
  readonly keptAs?: string;
}

async function keep(files: JournalFiles, file: string, bytes: Buffer): Promise<boolean> {
  if (files.size(file) === bytes.length) return false;
  const copy = files.create(file);
  try {
    if (copy.write(bytes) < bytes.length) throw new Error('There was no room for all bytes.');
    await copy.sync();
  } catch (error) {
    files.remove(file);
    throw error;
  } finally {
    copy.close();
  }
  return true;
}

/**
 * Reports damage and copies its bytes into the quarantine folder, if one is given, once each, under a name made of the journal's folder, the segment, the offset and a checksum.
 * A quarantine that cannot be written is logged and costs nothing else: the bytes are still in the segment.
 */
export async function quarantine(
  damage: readonly SegmentDamage[],
  options: { readonly files: JournalFiles; readonly folder: string; readonly quarantineFolder: string | undefined; readonly log: Log },
): Promise<readonly JournalDamage[]> {
  const { files, folder, quarantineFolder, log } = options;
  const reports: JournalDamage[] = [];
  for (const { bytes, ...where } of damage) {
    if (bytes.length === 0 || quarantineFolder === undefined) {
      reports.push({ ...where, isNew: true });
      continue;
    }
    const mark = crc32(bytes).toString(16).padStart(8, '0');
    const keptAs = path.join(quarantineFolder, `${path.basename(folder)}-${where.segment}-${where.offset}-${mark}.bin`);
    try {
      files.makeFolder(quarantineFolder);
      reports.push({ ...where, isNew: await keep(files, keptAs, bytes), keptAs });
    } catch (error) {
      log.warn('Damaged bytes of a journal could not be copied to the quarantine.', {
        keptAs,
        error: messageOf(error),
        errno: errnoOf(error),
      });
      reports.push({ ...where, isNew: true });
    }
  }
  for (const report of reports) {
    if (report.isNew) log.warn('A journal is damaged; only the damaged records are lost.', { folder, ...report });
  }
  return reports;
}

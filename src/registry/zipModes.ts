import { open } from 'node:fs/promises';

/** Bytes of the end record without its comment, and the most that the comment can have. */
const endLength = 22;
const longestComment = 0xffff;
/** The largest directory that is read, in bytes. */
const largest = 64 * 1024 * 1024;

/**
 * The modes that a zip file made on Unix gives its files, by their names as they stand in it: type and permissions as of `stat`. They stand in
 * the directory at the end of the file only (APPNOTE.TXT, 4.3.12). Empty where there is none that can be read.
 */
export async function zipModes(archive: string): Promise<ReadonlyMap<string, number>> {
  const file = await open(archive, 'r');
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, endLength + longestComment));
    await file.read(tail, 0, tail.length, size - tail.length);
    const end = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1');
    if (end === -1 || end + endLength > tail.length) return new Map();
    const length = tail.readUInt32LE(end + 12);
    const offset = tail.readUInt32LE(end + 16);
    if (length > largest || offset + length > size) return new Map();
    const directory = Buffer.alloc(length);
    await file.read(directory, 0, length, offset);
    return modesIn(directory);
  } finally {
    await file.close();
  }
}

function modesIn(directory: Buffer): ReadonlyMap<string, number> {
  const modes = new Map<string, number>();
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === 0x02014b50;) {
    const nameLength = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    modes.set(name, directory.readUInt16LE(at + 40));
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return modes;
}

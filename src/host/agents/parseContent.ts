import { fileURLToPath } from 'node:url';
import * as path from 'node:path';
import type { Fields } from './fields.ts';
import { cut, fieldsOf, textOf, wordsOf } from './fields.ts';

/** A content block of the protocol as far as it can be shown. */
export type ShownContent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly mimeType: string; readonly data: string }
  | { readonly type: 'resource'; readonly uri: string; readonly name: string; readonly text?: string | undefined }
  /** Something that is known and cannot be shown; `what` is a noun for a person. */
  | { readonly type: 'unshown'; readonly what: string };

const base64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** Reads a content block; undefined when it is malformed or of a kind that nobody knows. */
export function contentOf(value: unknown): ShownContent | undefined {
  const block = fieldsOf(value);
  switch (block?.['type']) {
    case 'text': {
      const text = textOf(block['text']);
      return text === undefined ? undefined : { type: 'text', text };
    }
    case 'image': {
      const data = textOf(block['data']);
      const mimeType = wordsOf(block['mimeType']);
      if (data === undefined || mimeType === undefined || !/^image\/[\w.+-]+$/.test(mimeType) || !base64.test(data)) return undefined;
      return { type: 'image', mimeType, data };
    }
    case 'audio':
      return { type: 'unshown', what: 'a sound' };
    case 'resource_link': {
      const uri = wordsOf(block['uri']);
      if (uri === undefined) return undefined;
      return { type: 'resource', uri, name: cut(wordsOf(block['title']) ?? wordsOf(block['name']) ?? uri, 200) };
    }
    case 'resource':
      return resourceOf(fieldsOf(block['resource']));
    default:
      return undefined;
  }
}

function resourceOf(resource: Fields | undefined): ShownContent | undefined {
  const uri = wordsOf(resource?.['uri']);
  if (uri === undefined) return undefined;
  return { type: 'resource', uri, name: cut(uri.slice(uri.lastIndexOf('/') + 1) || uri, 200), text: textOf(resource?.['text']) };
}

/** A resource inside of a message, as markdown. */
export function linkText(name: string, uri: string): string {
  const label = name.replace(/[[\]\\`*_<>]/g, (sign) => `\\${sign}`).replace(/\s+/g, ' ');
  return `[${label}](<${uri.replace(/[<>\s]/g, encodeURIComponent)}>)`;
}

/** An absolute path out of what an agent calls a path: absolute, relative to the session's folder, or a `file:` address. */
export function absolutePath(value: unknown, folder: string): string | undefined {
  const given = wordsOf(value);
  if (given === undefined || given.includes('\0')) return undefined;
  if (!given.startsWith('file:')) return path.resolve(folder, given);
  try {
    return fileURLToPath(given);
  } catch {
    // Not every file address is a path of this system.
    return undefined;
  }
}

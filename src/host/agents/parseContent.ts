import { fileURLToPath } from 'node:url';
import * as path from 'node:path';
import type { Fields } from './fields.ts';
import { cut, fieldsOf, textOf, wordsOf } from './fields.ts';

/** A content block of the protocol as far as it can be shown. */
export type ShownContent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly mimeType: string; readonly data: string }
  | { readonly type: 'resource'; readonly uri: string; readonly name: string; readonly text?: string | undefined }
  /** Bytes that are neither text nor picture. */
  | { readonly type: 'file'; readonly name: string; readonly mimeType: string; readonly data: string };

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
      return fileOf('sound', block['mimeType'], block['data']);
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
  const name = cut(uri.slice(uri.lastIndexOf('/') + 1) || uri, 200);
  const blob = resource?.['text'] === undefined ? fileOf(name, resource?.['mimeType'], resource?.['blob']) : undefined;
  return blob ?? { type: 'resource', uri, name, text: textOf(resource?.['text']) };
}

function fileOf(name: string, mimeType: unknown, data: unknown): Extract<ShownContent, { type: 'file' }> | undefined {
  const bytes = textOf(data);
  if (bytes === undefined || !base64.test(bytes)) return undefined;
  const kind = wordsOf(mimeType);
  return {
    type: 'file',
    name,
    mimeType: kind !== undefined && /^[\w.+-]+\/[\w.+-]+$/.test(kind) ? kind : 'application/octet-stream',
    data: bytes,
  };
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

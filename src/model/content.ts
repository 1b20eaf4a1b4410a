import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';

/** Text over this many bytes of UTF-8 is kept beside the journal as a blob. */
export const blobThresholdBytes = 64 * 1024;

/** The name of a blob: the SHA-256 of its bytes in hexadecimal. */
export const BlobId = z.string().regex(/^[0-9a-f]{64}$/);

/** Text of any length. Without `blob`, `text` is all of it; with `blob`, `text` is its beginning and `bytes` the whole size in UTF-8. */
export const TextRef = z.object({ text: z.string(), blob: BlobId.optional(), bytes: z.number().int().nonnegative().optional() });
export type TextRef = Immutable<z.infer<typeof TextRef>>;

/** A place in a file. `path` is absolute, `line` counts from 0. */
export const Location = z.object({ path: z.string(), line: z.number().int().nonnegative().optional() });
export type Location = Immutable<z.infer<typeof Location>>;

/** One part of what a person sends. */
export const PromptPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('file'),
    path: z.string(),
    name: z.string(),
    /** Lines counted from 0, the end included. */
    range: z.object({ start: z.number().int(), end: z.number().int() }).optional(),
  }),
  z.object({ type: z.literal('image'), mimeType: z.string(), name: z.string(), blob: BlobId, bytes: z.number() }),
  /** A long paste: sent as an embedded text resource. */
  z.object({ type: z.literal('attachment'), name: z.string(), content: TextRef }),
]);
export type PromptPart = Immutable<z.infer<typeof PromptPart>>;

/** A part as a page sends it: bytes come along (base64) and the host turns them into a blob. */
export const PromptPartInput = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('file'),
    path: z.string(),
    name: z.string(),
    range: z.object({ start: z.number().int(), end: z.number().int() }).optional(),
  }),
  z.object({ type: z.literal('image'), mimeType: z.string(), name: z.string(), data: z.base64() }),
  z.object({ type: z.literal('attachment'), name: z.string(), text: z.string() }),
  /** A part of an earlier prompt that is sent again. */
  z.object({ type: z.literal('stored'), part: PromptPart }),
]);
export type PromptPartInput = Immutable<z.infer<typeof PromptPartInput>>;

/** The plain text of a prompt, for titles, previews and search. */
export function promptText(parts: readonly PromptPart[]): string {
  return parts
    .map((part) => (part.type === 'text' ? part.text : part.type === 'attachment' ? `[${part.name}]` : `@${part.name}`))
    .join(' ')
    .trim();
}

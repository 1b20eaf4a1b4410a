import { existsSync } from 'node:fs';
import type { TextRef } from '../../model/content.ts';
import { blobThresholdBytes } from '../../model/content.ts';
import type { FileDiff, ToolContent } from '../../model/entries.ts';
import type { AgentToolContent } from '../agents/agentPort.ts';
import type { Session } from './session.ts';
import { countLines } from './countLines.ts';

/** Letters that stay in the journal of a text that went into a blob. */
const excerptLength = 4096;
/** Letters that are shown of the end of a long output while its tool still runs. */
const tailLength = 12_000;

/** Bytes as they came, in base64, with what they are. */
interface Bytes {
  readonly mimeType: string;
  readonly data: string;
}

/** Content of an agent as it stands in events of one turn: what is large lies in blobs of the session. */
export class KeptContent {
  readonly #session: Session;
  /** Files that were not there when the agent first spoke of them. */
  readonly #created = new Set<string>();

  constructor(session: Session) {
    this.#session = session;
  }

  content(part: AgentToolContent): ToolContent {
    switch (part.type) {
      case 'text':
        return { type: 'text', text: this.text(part.text), ...(part.terminal === undefined ? {} : { terminal: part.terminal }) };
      case 'diff':
        return { type: 'diff', diff: this.diff(part) };
      case 'image':
        return { type: 'image', ...this.image(part) };
      case 'file':
        return { type: 'file', name: part.name, ...this.image(part) };
      case 'resource':
        return { type: 'resource', uri: part.uri, name: part.name, ...(part.text === undefined ? {} : { text: this.text(part.text) }) };
    }
  }

  diff(part: Extract<AgentToolContent, { type: 'diff' }>): FileDiff {
    // Some agents say of a new file that it was empty.
    if (part.before === '' && !existsSync(part.path)) this.#created.add(part.path);
    const before = part.before === '' && this.#created.has(part.path) ? undefined : part.before;
    return fileDiff(this.#session, part.path, before, part.isDeleted === true ? undefined : part.after);
  }

  /** The bytes of a picture or another file, kept as a blob. */
  image({ mimeType, data }: Bytes): { mimeType: string; blob: string; bytes: number } {
    const bytes = Buffer.from(data, 'base64');
    return { mimeType, blob: this.#session.putBlob(bytes).id, bytes: bytes.length };
  }

  text(text: string): TextRef {
    return textRef(this.#session, text);
  }
}

/** A change as it stands in an event; `after` is undefined for a file that is gone. */
export function fileDiff(session: Session, path: string, before: string | undefined, after: string | undefined): FileDiff {
  return {
    path,
    ...(before === undefined ? {} : { before: textRef(session, before) }),
    after: textRef(session, after ?? ''),
    ...(after === undefined ? { deleted: true } : {}),
    ...countLines(before ?? '', after ?? ''),
  };
}

/** Text as it stands in an event: whole, or as an excerpt with the rest in a blob of the session. */
export function textRef(session: Session, text: string): TextRef {
  if (!isLong(text)) return { text };
  const bytes = Buffer.from(text, 'utf8');
  return { text: text.slice(0, excerptLength).toWellFormed(), blob: session.putBlob(bytes).id, bytes: bytes.length };
}

/** Whether a text goes into a blob. */
export function isLong(text: string): boolean {
  return text.length > blobThresholdBytes / 4 && Buffer.byteLength(text) > blobThresholdBytes;
}

/** The beginning and the end of a long text. */
export function glimpse(text: string): string {
  const left = text.length - excerptLength - tailLength;
  return `${text.slice(0, excerptLength)}\n[… ${left} characters …]\n${text.slice(-tailLength)}`.toWellFormed();
}

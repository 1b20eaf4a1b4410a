import { LoomError } from '../../base/errors.ts';
import type { PromptPart, PromptPartInput } from '../../model/content.ts';
import type { AgentPromptPart } from '../agents/agentPort.ts';
import { textRef } from './keptContent.ts';
import type { Session } from './session.ts';

/** The largest image that a prompt takes, in bytes. */
const largestImage = 20 * 1024 * 1024;

/** Keeps what a page sent: bytes, and text that is too long for the journal, become blobs of the session. */
export function storeParts(session: Session, parts: readonly PromptPartInput[]): PromptPart[] {
  return parts.map((part): PromptPart => {
    switch (part.type) {
      case 'text': {
        const content = textRef(session, part.text);
        return content.blob === undefined ? part : { type: 'attachment', name: 'Long message', content };
      }
      case 'file':
        return part;
      case 'stored':
        return part.part;
      case 'attachment':
        return { type: 'attachment', name: part.name, content: textRef(session, part.text) };
      case 'image': {
        const bytes = Buffer.from(part.data, 'base64');
        if (bytes.length > largestImage) {
          throw new LoomError('invalid-input', `The image "${part.name}" is larger than 20 MB. Send a smaller one. Nothing was sent.`);
        }
        return { type: 'image', mimeType: part.mimeType, name: part.name, blob: session.putBlob(bytes).id, bytes: bytes.length };
      }
    }
  });
}

/** The parts with their bytes at hand, as an agent gets them. */
export async function loadParts(session: Session, parts: readonly PromptPart[]): Promise<AgentPromptPart[]> {
  return Promise.all(
    parts.map(async (part): Promise<AgentPromptPart> => {
      switch (part.type) {
        case 'text':
        case 'file':
          return part;
        case 'image':
          return { type: 'image', mimeType: part.mimeType, data: (await session.readBlob(part.blob)).toString('base64') };
        case 'attachment': {
          const { blob, text } = part.content;
          return { type: 'attachment', name: part.name, text: blob === undefined ? text : (await session.readBlob(blob)).toString('utf8') };
        }
      }
    }),
  );
}

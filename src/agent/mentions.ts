import { fileURLToPath } from 'node:url';
import type { ContentBlock } from '@agentclientprotocol/sdk';
import { quoteWord } from './argument.ts';
import { shortPath } from './roots.ts';

/** A prompt as the agent works with it: one text with mentioned files in their places, and a line for each thing that came along. */
export interface ReadPrompt {
  readonly text: string;
  readonly attached: readonly string[];
}

/** Reads the blocks of a prompt. A link to a file stands in the text as its path, so that `/read` can be followed by a mention. */
export function readPrompt(folder: string, blocks: readonly ContentBlock[]): ReadPrompt {
  const attached: string[] = [];
  const words = blocks.map((block): string => {
    switch (block.type) {
      case 'text':
        return block.text;
      case 'resource_link':
        attached.push(`a link to \`${nameOf(folder, block.uri, block.name)}\``);
        return quoteWord(nameOf(folder, block.uri, block.uri));
      case 'resource': {
        const name = nameOf(folder, block.resource.uri, block.resource.uri);
        attached.push(
          'text' in block.resource ? `\`${name}\` with ${sizeOf(block.resource.text.length)} characters` : `\`${name}\`, not a text`,
        );
        return '';
      }
      case 'image':
        attached.push(`an image (${block.mimeType}, ${sizeOf(bytesOf(block.data))} bytes)`);
        return '';
      case 'audio':
        attached.push(`a sound (${block.mimeType}, ${sizeOf(bytesOf(block.data))} bytes)`);
        return '';
    }
  });
  return { text: words.join(''), attached };
}

/** The largest attachment that is stored with the conversation, in characters. */
const largestStored = 64_000;

/** A block as it is stored: whole, or replaced by a sentence when it is too large to keep. */
export function storedBlock(block: ContentBlock): ContentBlock {
  const data =
    block.type === 'image' || block.type === 'audio' ? block.data : block.type === 'resource' ? JSON.stringify(block.resource) : '';
  if (data.length <= largestStored) return block;
  return { type: 'text', text: `[${block.type} with ${sizeOf(data.length)} characters, not kept]` };
}

function nameOf(folder: string, uri: string, fallback: string): string {
  if (!uri.startsWith('file:')) return fallback;
  try {
    return shortPath(folder, fileURLToPath(uri));
  } catch {
    // Not every file address is a path of this system; then the name that came with it has to do.
    return fallback;
  }
}

function bytesOf(base64: string): number {
  return Math.floor((base64.length * 3) / 4);
}

function sizeOf(count: number): string {
  return count.toLocaleString('en');
}

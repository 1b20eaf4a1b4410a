import { readFile, stat } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { ContentBlock } from '@agentclientprotocol/sdk';
import type { AgentIdentity, AgentPromptPart } from './agentPort.ts';

/** Addresses of texts that go along with a prompt begin so: there is no file behind them. */
export const attachmentScheme = 'attachment:';

/** Lines of a file that are sent along are read from files up to this size in bytes. */
const largestFile = 8 * 1024 * 1024;

/** The parts of a prompt as content blocks that the agent takes: what it does not take is said in words. */
export async function contentBlocks(parts: readonly AgentPromptPart[], accepts: AgentIdentity['accepts']): Promise<ContentBlock[]> {
  return Promise.all(
    parts.map((part, index) => {
      // Gemini CLI and Qwen Code put an address in the place of the text that goes along, and what follows right behind it.
      const isGlued = part.type === 'text' && parts[index - 1]?.type === 'attachment' && /^[^\s/]/.test(part.text);
      return blockOf(isGlued ? { ...part, text: `\n${part.text}` } : part, accepts);
    }),
  );
}

async function blockOf(part: AgentPromptPart, accepts: AgentIdentity['accepts']): Promise<ContentBlock> {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      if (accepts.image) return { type: 'image', mimeType: part.mimeType, data: part.data };
      return { type: 'text', text: '[An image was attached. This agent takes no images.]' };
    case 'attachment':
      if (!accepts.embedded) return { type: 'text', text: `\n\n${part.name}:\n${fenced(part.text)}\n` };
      return {
        type: 'resource',
        resource: { uri: `${attachmentScheme}///${encodeURIComponent(part.name)}`, mimeType: 'text/plain', text: part.text },
      };
    case 'file':
      return fileBlock(part, accepts);
  }
}

async function fileBlock(part: Extract<AgentPromptPart, { type: 'file' }>, accepts: AgentIdentity['accepts']): Promise<ContentBlock> {
  const uri = pathToFileURL(part.path).href;
  if (part.range === undefined) return { type: 'resource_link', uri, name: part.name };
  const rangeUri = `${uri}#L${part.range.start + 1}-L${part.range.end + 1}`;
  const text = accepts.embedded ? await linesOf(part.path, part.range.start, part.range.end) : undefined;
  if (text === undefined) return { type: 'resource_link', uri: rangeUri, name: part.name };
  return { type: 'resource', resource: { uri: rangeUri, mimeType: 'text/plain', text } };
}

/** Lines counted from 0, the end included; undefined when they cannot be read, and then the agent gets the link. */
async function linesOf(file: string, start: number, end: number): Promise<string | undefined> {
  try {
    const { size } = await stat(file);
    if (size > largestFile) return undefined;
    return (await readFile(file, 'utf8'))
      .split('\n')
      .slice(start, end + 1)
      .join('\n');
  } catch {
    return undefined;
  }
}

/** A fence that the text itself does not contain. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

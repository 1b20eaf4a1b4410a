import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AgentPromptPart } from '../../../src/host/agents/agentPort.ts';
import { contentBlocks } from '../../../src/host/agents/promptParts.ts';
import { agents } from './heard.ts';

describe('R1.3 the parts of a message', () => {
  const test = agents();
  const all = { image: true, embedded: true };
  const none = { image: false, embedded: false };

  async function check(part: AgentPromptPart, accepts: typeof all, expected: unknown): Promise<void> {
    assert.deepEqual(await contentBlocks([part], accepts), [expected]);
  }

  it('text and images go as they are, and an agent that takes no images is told of them', async () => {
    await check({ type: 'text', text: 'a' }, none, { type: 'text', text: 'a' });
    await check({ type: 'image', mimeType: 'image/png', data: 'aGk=' }, all, { type: 'image', mimeType: 'image/png', data: 'aGk=' });
    await check({ type: 'image', mimeType: 'image/png', data: 'aGk=' }, none, {
      type: 'text',
      text: '[An image was attached. This agent takes no images.]',
    });
  });

  it('a long paste goes as a resource, or in a fence that it cannot leave', async () => {
    const part = { type: 'attachment', name: 'pasted text', text: 'a\n````\nb' } as const;
    await check(part, all, { type: 'resource', resource: { uri: 'attachment:///pasted%20text', mimeType: 'text/plain', text: part.text } });
    await check(part, none, { type: 'text', text: '\n\npasted text:\n`````\na\n````\nb\n`````\n' });
  });

  it('a file goes as a link, and lines of it with their text where the agent takes that', async () => {
    const file = path.join(test.folder, 'a b#.ts');
    fs.writeFileSync(file, '1\n2\n3\n4\n');
    const uri = pathToFileURL(file).href;
    const part = { type: 'file', path: file, name: 'a b#.ts' } as const;
    const lines = { ...part, range: { start: 1, end: 2 } };
    await check(part, all, { type: 'resource_link', uri, name: part.name });
    await check(lines, all, { type: 'resource', resource: { uri: `${uri}#L2-L3`, mimeType: 'text/plain', text: '2\n3' } });
    await check(lines, none, { type: 'resource_link', uri: `${uri}#L2-L3`, name: part.name });
    fs.rmSync(file);
    await check(lines, all, { type: 'resource_link', uri: `${uri}#L2-L3`, name: part.name });
  });
});

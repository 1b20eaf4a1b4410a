import { readFile } from 'node:fs/promises';
import { inRoot } from '../../../scripts/paths.ts';
import type { ChatPage } from './chatPage.ts';

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds wrong in the page as it stands; a line each. */
export async function findings(chat: ChatPage): Promise<readonly string[]> {
  await chat.page.evaluate(await readFile(inRoot('node_modules', 'axe-core', 'axe.min.js'), 'utf8'));
  const found = await chat.page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: (root: Document) => Promise<{ violations: readonly Finding[] }> } };
    return (await axe.run(document)).violations;
  });
  return found.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`));
}

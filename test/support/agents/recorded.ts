/**
 * The built-in agent with recordings: a prompt that the header of a recording names (`"prompt":"…"`) is carried out as `/play <that recording>`,
 * everything else goes through as it is. So pictures show what people write, and the product plays it. Arguments: the bundle of the built-in
 * agent, and the folder with the recordings.
 */
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

const [bundle = '', folder = ''] = process.argv.slice(2);

const files = new Map<string, string>();
for (const name of readdirSync(folder).filter((each) => each.endsWith('.jsonl'))) {
  const path = join(folder, name);
  const header = JSON.parse(readFileSync(path, 'utf8').split('\n', 1)[0] ?? '{}') as { readonly prompt?: string };
  if (header.prompt !== undefined) files.set(header.prompt, path);
}

const agent = spawn(process.execPath, [bundle], { stdio: ['pipe', 'inherit', 'inherit'] });
agent.once('exit', (code) => process.exit(code ?? 1));
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => agent.stdin.write(`${played(line)}\n`));
lines.once('close', () => agent.stdin.end());

function played(line: string): string {
  const message = JSON.parse(line) as { readonly method?: string; readonly params?: { readonly prompt?: readonly Block[] } };
  const path = message.method === 'session/prompt' ? files.get(message.params?.prompt?.[0]?.text ?? '') : undefined;
  return path === undefined
    ? line
    : JSON.stringify({ ...message, params: { ...message.params, prompt: [{ type: 'text', text: `/play ${JSON.stringify(path)}` }] } });
}

interface Block {
  readonly text?: string;
}

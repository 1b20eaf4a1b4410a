/** The diagnostics of a very long task list. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StreamMessageReader, StreamMessageWriter, createMessageConnection } from 'vscode-jsonrpc/node';
import { openScratch } from '../../support/scratch.ts';
import type { Figure } from '../figure.ts';
import type { Ground } from '../ground.ts';
import { median, repeat } from '../samples.ts';

interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly unknown[];
}

/** An edit in the middle of tasks.md, from the change to the diagnostics that go with it. */
export const languageFigure: Figure = {
  name: 'language',
  needs: 'programs',
  async measure(ground) {
    const short = await editsOf(ground, 50);
    const long = await editsOf(ground, 5000);
    return [
      {
        quantity: 'tasks.md of 5,000 lines: edit → diagnostics',
        unit: 'ms',
        samples: long,
        anchor: { what: 'one of 50 lines', value: median(short) },
        goals: [{ of: 'p95', limit: 50 }],
      },
    ];
  },
};

async function editsOf({ programs }: Ground, lines: number): Promise<readonly number[]> {
  const scratch = await openScratch();
  const folder = join(scratch.folder, 'specs', 'long');
  mkdirSync(folder, { recursive: true });
  const requirements = Array.from(
    { length: 200 },
    (_, index) => `### Requirement ${String(index + 1)}\n\n#### Acceptance Criteria\n\n1. WHEN asked THEN it SHALL answer\n`,
  );
  writeFileSync(join(folder, 'requirements.md'), `# Requirements Document\n\n## Requirements\n\n${requirements.join('\n')}`);
  const text = tasksOf(lines);
  writeFileSync(join(folder, 'tasks.md'), text);
  const uri = pathToFileURL(join(folder, 'tasks.md')).href;
  const server = spawn(process.execPath, [programs.specs], { stdio: ['pipe', 'pipe', 'ignore'], env: scratch.env });
  const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  let published = (_: Published): void => undefined;
  connection.onNotification('textDocument/publishDiagnostics', (message: Published) => published(message));
  connection.listen();
  try {
    await connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
    await connection.sendNotification('initialized', {});
    const diagnosed = (version: number): Promise<number> =>
      new Promise((resolve) => {
        published = (message) => {
          if (message.uri === uri && (message.version ?? 0) >= version) resolve(message.diagnostics.length);
        };
      });
    const opened = diagnosed(1);
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'markdown', version: 1, text } });
    const problems = await opened;
    const line = referenceLine(text);
    return await repeat(15, 3, async (round) => {
      const isWrong = round % 2 === 0;
      const there = diagnosed(round + 2);
      const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
      const started = performance.now();
      await connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version: round + 2 },
        contentChanges: [{ range, text: `  - _Requirements: ${isWrong ? '999.1' : '1.1'}_\n` }],
      });
      const found = await there;
      const milliseconds = performance.now() - started;
      if (found !== problems + (isWrong ? 1 : 0))
        throw new Error(`The edit gave ${String(found)} problems where ${String(problems)} were before.`);
      return milliseconds;
    });
  } finally {
    connection.dispose();
    server.kill('SIGKILL');
    await scratch.close();
  }
}

/** A task list of about so many lines, three a task. */
function tasksOf(lines: number): string {
  const tasks = Array.from({ length: Math.floor(lines / 3) }, (_, index) => {
    const number = `${String(Math.floor(index / 10) + 1)}.${String((index % 10) + 1)}`;
    return `- [ ] ${number} Do the work of ${number}\n  - Write what is needed\n  - _Requirements: ${String((index % 200) + 1)}.1_`;
  });
  return `# Implementation Plan\n\n${tasks.join('\n')}\n`;
}

/** The line, from 0, of a reference in the middle of the text. */
function referenceLine(text: string): number {
  const lines = text.split('\n');
  return lines.findIndex((line, index) => index >= lines.length / 2 && line.includes('_Requirements:'));
}

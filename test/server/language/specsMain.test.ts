import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { DiagnosticsInbox, initialize, openDocument } from './pair.ts';

const sources = fileURLToPath(new URL('../../../src', import.meta.url));
const program = join(sources, 'server', 'specsMain.ts');

/** Every source file that a file reaches through imports that remain at run time, and the packages. */
function reach(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, , specifier = ''] of readFileSync(file, 'utf8').matchAll(/^(import|export) (?!type )[^;]*?from '([^']+)'/gm)) {
    if (specifier.startsWith('.')) reach(resolve(dirname(file), specifier), seen);
    else seen.add(specifier);
  }
  return seen;
}

describe('R3.2 R6.3 the spec documents in an untrusted window', () => {
  it('the program reaches no host, no agent and no git', () => {
    const reached = [...reach(program)];
    const files = reached.filter((one) => existsSync(one)).map((file) => relative(sources, file).replaceAll('\\', '/'));
    assert.deepEqual(
      files.filter((file) => !/^(?:base|specs|server\/language)\/|^server\/specsMain\.ts$/.test(file)),
      [],
    );
    assert.ok(files.includes('specs/tasks.ts'));
    const packages = reached.filter((one) => !existsSync(one));
    assert.deepEqual(packages.filter((name) => !name.startsWith('vscode-languageserver')).sort(), [
      'node:fs/promises',
      'node:path',
      'node:process',
      'node:url',
    ]);
  });

  it('it answers over stdin and stdout, with no git and no repository, and ends when its stdin closes', async () => {
    const root = await mkdtemp(join(tmpdir(), 'loom-specs-'));
    const folder = join(root, '.kiro', 'specs', 'a');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'requirements.md'), '### Requirement 1\n#### Acceptance Criteria\n1. a\n');
    const child = spawn(process.execPath, [program, '--stdio'], { cwd: root, env: { PATH: '' }, stdio: ['pipe', 'pipe', 'pipe'] });
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    const client = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    try {
      const inbox = new DiagnosticsInbox(client);
      client.listen();
      await initialize(client);
      const uri = pathToFileURL(join(folder, 'tasks.md')).href;
      await openDocument(client, uri, 1, '- [ ] 1. A\n  - _Requirements: 1.1, 7.1_\n');
      const diagnostics = await inbox.of(uri, 1);
      assert.deepEqual(
        diagnostics.map((one) => one.code),
        ['unknown-requirement'],
      );
      const exited = once(child, 'exit');
      child.stdin.end();
      assert.deepEqual(await exited, [0, null]);
      assert.equal(complaints, '');
    } finally {
      client.dispose();
      child.kill();
      await rm(root, { recursive: true, force: true });
    }
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { sampleFiles } from '../../scripts/sampleFiles.ts';
import { makeSampleWorkspace } from '../../scripts/sampleWorkspace.ts';
import { plainEnvironment } from '../support/scratch.ts';

describe('R6.14 The sample workspace', () => {
  let folder: string;
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loom-sample-'));
    await makeSampleWorkspace(folder);
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it('is a git repository with one commit and nothing left to commit', () => {
    assert.equal(git('status', '--porcelain'), '');
    assert.equal(git('rev-list', '--count', 'HEAD').trim(), '1');
    assert.equal(git('branch', '--show-current').trim(), 'main');
    assert.deepEqual(git('ls-files', '-z').split('\0').filter(Boolean).toSorted(), Object.keys(sampleFiles).toSorted());
  });

  it('has code that works: its own tests pass', () => {
    const args = ['--test', '--test-reporter=tap', 'test/greet.test.ts'];
    // Inside a run of Node's own runner, which a mocha run sets up too, another one does nothing.
    const { NODE_TEST_CONTEXT: _, ...env } = plainEnvironment(process.env);
    assert.match(execFileSync(execPath, args, { cwd: folder, encoding: 'utf8', env }), /# pass 2/);
  });

  it('has a specification with one reference that leads nowhere', () => {
    const requirements = sampleFiles['specs/sample/requirements.md'] ?? '';
    const tasks = sampleFiles['specs/sample/tasks.md'] ?? '';
    const known = [...requirements.matchAll(/^### Requirement (\d+)/gm)].map(([, id]) => id);
    const named = [...tasks.matchAll(/_Requirements: (.*)_/g)].flatMap(([, list = '']) => list.split(', ').map((id) => id.split('.')[0]));
    assert.deepEqual(
      named.filter((id) => !known.includes(id)),
      ['7'],
    );
  });
});

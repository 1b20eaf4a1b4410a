import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { prepareDataFolder } from '../../../src/host/stored/dataFolder.ts';

describe('R6.13 the data folder', () => {
  let top: string;
  beforeEach(() => {
    top = fs.mkdtempSync(path.join(os.tmpdir(), 'loom-data-'));
  });
  afterEach(() => fs.rmSync(top, { recursive: true, force: true }));

  const modeOf = (file: string): number => fs.statSync(file).mode & 0o777;

  it('is made in the repository for its owner only, again and again without effect', async () => {
    const dataFolder = path.join(top, 'session-loom');
    await prepareDataFolder({ kind: 'git', dataFolder });
    fs.writeFileSync(path.join(dataFolder, 'kept'), 'kept');
    await prepareDataFolder({ kind: 'git', dataFolder });
    assert.equal(modeOf(dataFolder), 0o700);
    assert.deepEqual(fs.readdirSync(dataFolder), ['kept']);
  });

  it('hides itself from git in a folder that becomes a repository later', async () => {
    const dataFolder = path.join(top, '.session-loom');
    await prepareDataFolder({ kind: 'plain', dataFolder });
    fs.writeFileSync(path.join(dataFolder, 'journal'), 'private');
    execFileSync('git', ['init', '-q', top]);
    assert.equal(execFileSync('git', ['-C', top, 'status', '--porcelain', '--untracked-files=all'], { encoding: 'utf8' }), '');
    fs.writeFileSync(path.join(dataFolder, '.gitignore'), 'mine\n');
    await prepareDataFolder({ kind: 'plain', dataFolder });
    assert.equal(fs.readFileSync(path.join(dataFolder, '.gitignore'), 'utf8'), 'mine\n');
  });

  it('is made with its parents in the editor’s storage', async () => {
    const dataFolder = path.join(top, 'storage', 'of', 'editor', 'abc');
    await prepareDataFolder({ kind: 'fallback', dataFolder });
    assert.equal(modeOf(dataFolder), 0o700);
  });

  it('does not bring a repository back that is gone, and says what is wrong', async () => {
    const dataFolder = path.join(top, 'gone', '.git', 'session-loom');
    for (const kind of ['git', 'plain'] as const) {
      await assert.rejects(prepareDataFolder({ kind, dataFolder }), { code: 'storage', message: /Check that .*\.git is there/ });
    }
    assert.deepEqual(fs.readdirSync(top), []);
    const file = path.join(top, 'file');
    fs.writeFileSync(file, 'mine');
    for (const place of [file, path.join(file, 'session-loom')]) {
      await assert.rejects(prepareDataFolder({ kind: 'git', dataFolder: place }), { code: 'storage' });
    }
    assert.equal(fs.readFileSync(file, 'utf8'), 'mine');
  });
});

// A process of the worktrees' tests, run where the objects of the repository argv[2] lie on a small disk of their own: tries to remove the worktree that
// is there with all its work, and says as JSON what it was told and what is left.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../src/base/errors.ts';
import { silentLog } from '../../src/base/log.ts';
import { removeWorktree } from '../../src/host/worktrees/removeWorktree.ts';
import { Worktrees } from '../../src/host/worktrees/worktrees.ts';

const [, , folder = '', portsFolder = ''] = process.argv;
const commonDir = join(folder, '.git');
const worktrees = new Worktrees({
  dataFolder: join(commonDir, 'session-loom'),
  commonDir,
  repositoryRoot: folder,
  portsFolder,
  log: silentLog,
  now: () => new Date(),
});
const [record] = await worktrees.records.all();
if (record === undefined) throw new Error('There is no worktree to remove.');
const how = { force: true, mark: undefined, now: new Date() };
const told = await removeWorktree(await worktrees.ground(), record, how).then(() => 'removed', messageOf);
const git = (...args: readonly string[]): string => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
const left = {
  bytes: existsSync(join(record.path, 'large')) ? readFileSync(join(record.path, 'large')).length : 0,
  refs: git('for-each-ref', '--format=%(refname)').trim().split('\n'),
  worktrees: git('worktree', 'list').trim().split('\n').length,
  phase: (await worktrees.records.all())[0]?.phase,
};
process.stdout.write(JSON.stringify({ told, left }));

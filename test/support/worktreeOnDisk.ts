// A process of the worktrees' tests, run where the place of the worktrees of the repository argv[2] is a disk of its own: tries to make one there,
// once as it is and once as if there were room, and says as JSON what it was told and what is left.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { messageOf } from '../../src/base/errors.ts';
import type { WorktreesOptions } from '../../src/host/worktrees/worktrees.ts';
import { Worktrees } from '../../src/host/worktrees/worktrees.ts';

const [, , folder = '', portsFolder = ''] = process.argv;
const commonDir = join(folder, '.git');
const told: string[] = [];
for (const more of [{}, { freeBytes: () => Promise.resolve(1e12) }] satisfies Partial<WorktreesOptions>[]) {
  const worktrees = new Worktrees({
    dataFolder: join(commonDir, 'session-loom'),
    commonDir,
    repositoryRoot: folder,
    portsFolder,
    log: silentLog,
    now: () => new Date(),
    isPortFree: () => Promise.resolve(true),
    ...more,
  });
  const planned = await worktrees.plan({ session: 's1', title: 'Large', folder });
  const how = {
    settings: { copyLimit: 1e9, portCount: 10, runsFilters: false },
    setup: () => Promise.resolve({}),
    onStep: () => undefined,
  };
  told.push(await worktrees.make(planned, how, new AbortController().signal).then(() => 'made', messageOf));
}
const git = (...args: readonly string[]): string => execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
const left = [
  git('worktree', 'list').split('\n').length - 1,
  git('for-each-ref', '--format=%(refname)').trim(),
  readdirSync(`${folder}.worktrees`).join(),
];
process.stdout.write(JSON.stringify({ told, left }));

// A process of the worktrees' tests: makes one in the repository argv[2] with the ports of argv[3], and is killed when it enters the step argv[4].
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { Worktrees } from '../../src/host/worktrees/worktrees.ts';

const [, , folder = '', portsFolder = '', last = ''] = process.argv;
const commonDir = join(folder, '.git');
const worktrees = new Worktrees({
  dataFolder: join(commonDir, 'session-loom'),
  commonDir,
  repositoryRoot: folder,
  portsFolder,
  log: silentLog,
  now: () => new Date(),
  isPortFree: () => Promise.resolve(true),
});
const planned = await worktrees.plan({ session: 's1', title: `Dies at ${last}`, folder });
await worktrees.make(
  planned,
  {
    settings: { copyLimit: 1e9, portCount: 10, runsFilters: false },
    setup: () => Promise.resolve({}),
    onStep: (step) => {
      if (step === last) process.kill(process.pid, 'SIGKILL');
    },
  },
  new AbortController().signal,
);

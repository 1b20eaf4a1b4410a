/** Makes the workspace on which a newcomer and the tests meet the product: a small git repository with code and one specification. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sampleFiles } from './sampleFiles.ts';

const execute = promisify(execFile);

/** Creates `folder` with the sample in it, committed on `main`. Needs git on the path; hooks and settings of the person are left out. */
export async function makeSampleWorkspace(folder: string): Promise<void> {
  for (const [path, content] of Object.entries(sampleFiles)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  await git(folder, 'init', '--quiet', '--initial-branch=main', '--template=');
  await git(folder, 'add', '--all');
  const author = [
    '-c',
    'user.name=Sam Sample',
    '-c',
    'user.email=sam@example.com',
    '-c',
    'commit.gpgSign=false',
    '-c',
    'core.hooksPath=/dev/null',
  ];
  await git(folder, ...author, 'commit', '--quiet', '--message', 'feat: greet people in several languages');
}

async function git(folder: string, ...args: string[]): Promise<void> {
  // A script that was itself started by git has variables that point at another repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
  await execute('git', args, { cwd: folder, env });
}

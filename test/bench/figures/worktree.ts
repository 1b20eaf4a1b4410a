/** What a worktree costs beside the one that git makes by itself. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { BenchHost } from '../benchHost.ts';
import type { Figure } from '../figure.ts';
import { median, timed } from '../samples.ts';

const run = promisify(execFile);

/** Files of the repository, and the lines of each. */
const files = 10_000;
const lines = 60;
const rounds = 6;

/** A session's worktree, from the wish to the moment in which it can work there, beside `git worktree add` on the same repository, taking turns. */
export const worktreeFigure: Figure = {
  name: 'worktree',
  needs: 'programs',
  async measure({ programs }) {
    const place = await BenchHost.open(programs);
    try {
      await fill(place);
      const link = await place.attached();
      const ours: number[] = [];
      const plain: number[] = [];
      for (let round = -1; round < rounds; round++) {
        const [a, b] = [await plainOne(place, round), await ourOne(place, link)];
        // The first of each fills the caches of the disk.
        if (round >= 0) {
          plain.push(a);
          ours.push(b);
        }
      }
      return [
        {
          quantity: 'worktree of 10,000 files: wish → the session can work there',
          unit: 'ms',
          samples: ours,
          anchor: { what: 'git worktree add', value: median(plain) },
          goals: [{ of: 'ratio', limit: 1.3 }],
          note: 'with journal, ports, checks and copied files; files are checked out by as many processes as there are processors',
        },
      ];
    } finally {
      await place.close();
    }
  },
};

async function fill(place: BenchHost): Promise<void> {
  const git = (...args: readonly string[]) => run('git', ['-C', place.folder, ...args], { env: place.scratch.env });
  for (let index = 0; index < files; index++) {
    const folder = join(place.folder, 'src', `part-${String(index % 100)}`);
    if (index < 100) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${String(index)}.ts`), `export const value${String(index)} = ${String(index)};\n`.repeat(lines));
  }
  writeFileSync(join(place.folder, '.gitignore'), '*.env\n');
  writeFileSync(join(place.folder, '.worktreeinclude'), '*.env\n');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'all of it');
  writeFileSync(join(place.folder, 'dev.env'), 'A=1\n');
}

/** Milliseconds that git needs by itself. */
async function plainOne(place: BenchHost, round: number): Promise<number> {
  const git = (...args: readonly string[]) => run('git', ['-C', place.folder, ...args], { env: place.scratch.env });
  const path = join(place.scratch.folder, `plain-${String(round)}`);
  const milliseconds = await timed(() => git('worktree', 'add', '--quiet', '-b', `plain-${String(round)}`, path));
  await git('worktree', 'remove', '--force', path);
  return milliseconds;
}

/** Milliseconds from the request until the session says that its worktree is ready. */
async function ourOne(place: BenchHost, link: HostLink): Promise<number> {
  const { promise: ready, resolve, reject } = Promise.withResolvers<string>();
  let id = '';
  const listening = link.on('sessions/changed', ({ changed }) => {
    const worktree = changed.find((session) => session.id === id)?.worktree;
    if (worktree?.phase === 'ready') resolve(worktree.path);
    if (worktree?.phase === 'failed') reject(new Error('The worktree could not be made.'));
  });
  const milliseconds = await timed(async () => {
    id = (await link.call('session/create', { folder: place.folder, isolation: 'worktree' })).session.id;
    await ready;
  });
  listening.dispose();
  await link.call('session/delete', { sessionId: id });
  await link.call('worktree/remove', { path: await ready });
  return milliseconds;
}

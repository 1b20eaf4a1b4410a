import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { History } from '../../../src/host/history/history.ts';
import { createRedactor } from '../../../src/host/history/redact.ts';
import { Repository } from '../../../src/host/git/repository.ts';
import { Sandbox } from '../git/sandbox.ts';
import { sessionOf, turnOf } from './sessions.ts';

const branch = 'session-loom/history';

describe('R6.6 Histories of several machines on one branch', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let remote: string;
  let opened: History[];
  beforeEach(() => {
    sandbox = new Sandbox();
    remote = join(sandbox.root, 'remote.git');
    sandbox.git(sandbox.root, 'init', '-q', '--bare', remote);
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((history) => history.close()));
    sandbox.dispose();
  });

  /** A clone on a machine of its own. */
  function machine(name: string): { readonly folder: string; readonly history: History } {
    const folder = sandbox.repository(name);
    sandbox.git(folder, 'remote', 'add', 'origin', remote);
    const dataFolder = join(sandbox.root, `data-${name}`);
    mkdirSync(dataFolder);
    const repository = Repository.open(folder, sandbox.environment);
    const history = new History({
      location: { kind: 'git', folder, dataFolder, workTreeRoot: folder },
      repository: () => repository,
      mode: 'ref',
      machine: name,
      log: silentLog,
      redactor: createRedactor({ patterns: [] }),
      now: () => Date.parse('2026-11-21T12:00:00.000Z'),
      environment: sandbox.environment,
    });
    opened.push(history);
    return { folder, history };
  }

  async function write(history: History, id: string, count = 1, title = 'Fix the login'): Promise<void> {
    const turns = Array.from({ length: count }, (_, index) => turnOf(index));
    for (const turn of turns) history.recordTurn({ session: sessionOf(id, turns.slice(0, turn.index + 1), { title }), turn });
    await history.idle();
    assert.equal(history.problem, undefined);
  }

  const tree = (folder: string, of: string): readonly string[] =>
    sandbox.git(folder, 'ls-tree', '-r', '--name-only', of).trim().split('\n');
  const show = (folder: string, of: string): string => sandbox.git(folder, 'show', of);

  it('the second machine joins what the first has pushed: all sessions, both pasts, nothing of the person touched', async () => {
    const [ada, bob] = [machine('ada'), machine('bob')];
    await write(ada.history, 'a1', 2, 'Hers');
    await ada.history.share(branch);
    sandbox.git(ada.folder, 'push', '-q', 'origin', branch);

    await write(bob.history, 'b1', 1, 'His');
    sandbox.git(bob.folder, 'fetch', '-q', 'origin');
    writeFileSync(join(bob.folder, 'a.txt'), 'changed\n');
    const trace = sandbox.makeHostile(bob.folder);
    const { refs: _before, ...before } = sandbox.stateOf(bob.folder);
    const { commit } = await bob.history.share(branch);
    const { refs: _after, ...after } = sandbox.stateOf(bob.folder);
    assert.deepEqual({ ...after, reflogs: '' }, { ...before, reflogs: '' });
    assert.throws(() => sandbox.git(sandbox.root, 'hash-object', trace), 'a hook or a program of the repository ran');
    assert.deepEqual(tree(bob.folder, commit), [
      '2026-11/2026-11-21-hers-a1/0001.md',
      '2026-11/2026-11-21-hers-a1/0002.md',
      '2026-11/2026-11-21-hers-a1/README.md',
      '2026-11/2026-11-21-his-b1/0001.md',
      '2026-11/2026-11-21-his-b1/README.md',
      '2026-11/README.md',
      'README.md',
    ]);
    const parents = show(bob.folder, commit).match(/^Merge: (\S+) (\S+)$/m);
    assert.equal(parents?.length, 3);
    for (const page of ['README.md', '2026-11/README.md']) {
      const index = show(bob.folder, `${commit}:${page}`);
      assert.ok(index.includes('[Hers](') && index.includes('[His]('), index);
    }
    sandbox.git(bob.folder, 'fsck', '--strict', '--no-dangling');
    // What was joined is an ordinary step forward for the remote, and sharing again changes nothing.
    sandbox.git(bob.folder, '-c', 'core.hooksPath=/dev/null', '-c', 'core.sshCommand=', 'push', '-q', 'origin', branch);
    assert.equal((await bob.history.share(branch)).commit, commit);
  });

  it('goes on from both sides, time and again', async () => {
    const [ada, bob] = [machine('ada'), machine('bob')];
    await write(ada.history, 'a1', 1, 'Hers');
    assert.equal((await ada.history.share(branch, 'origin')).pushed, 'origin');
    await write(bob.history, 'b1', 1, 'His');
    // His clone knows nothing of the branch: the remote refuses, is asked for what it has, and takes what is joined.
    assert.equal((await bob.history.share(branch, 'origin')).pushed, 'origin');
    for (let round = 2; round <= 3; round++) {
      await write(ada.history, 'a1', round, 'Hers');
      await ada.history.share(branch, 'origin');
      await write(bob.history, 'b1', round, 'His');
      await bob.history.share(branch, 'origin');
    }
    const pages = tree(remote, branch).filter((path) => /\/\d{4}\.md$/.test(path));
    assert.deepEqual(
      pages.map((path) => path.split('/').slice(1).join('/')),
      ['hers-a1', 'his-b1'].flatMap((name) => [1, 2, 3].map((turn) => `2026-11-21-${name}/000${String(turn)}.md`)),
    );
    assert.match(show(remote, `${branch}:README.md`), /\[Hers\].*\| 3 \|/);
    sandbox.git(remote, 'fsck', '--strict', '--no-dangling');
  });

  it('several machines that share at the same time lose nothing', async () => {
    const machines = ['m1', 'm2', 'm3', 'm4'].map(machine);
    await Promise.all(machines.map(({ history }, index) => write(history, `s${String(index)}`, 1, `Title ${String(index)}`)));
    await Promise.all(machines.map(({ history }) => history.share(branch, 'origin')));
    const folders = new Set(tree(remote, branch).map((path) => path.split('/')[1] ?? ''));
    for (const index of machines.keys()) assert.ok(folders.has(`2026-11-21-title-${String(index)}-s${String(index)}`));
  });

  it('a session that went on on both machines keeps every turn, and its page is the latest', async () => {
    const [ada, bob] = [machine('ada'), machine('bob')];
    const common = [turnOf(0)];
    const hers = { ...turnOf(1, 'Her answer.'), startedAt: '2026-11-21T10:05:00.000Z', endedAt: '2026-11-21T10:05:05.000Z' };
    const his = { ...turnOf(1, 'His answer.'), startedAt: '2026-11-21T10:07:00.000Z', endedAt: '2026-11-21T10:07:05.000Z' };
    for (const [{ history }, second] of [
      [ada, hers],
      [bob, his],
    ] as const) {
      history.recordTurn({ session: sessionOf('s1', common), turn: turnOf(0) });
      history.recordTurn({ session: sessionOf('s1', [...common, second]), turn: second });
      await history.idle();
    }
    await ada.history.share(branch, 'origin');
    await bob.history.share(branch, 'origin');
    const folder = '2026-11/2026-11-21-fix-the-login-s1';
    const pages = tree(remote, branch).filter((path) => path.startsWith(`${folder}/0`));
    assert.equal(pages.length, 3);
    assert.match(show(remote, `${branch}:${folder}/0002.md`), /His answer\./);
    const other = pages.find((path) => /0002\.[0-9a-f]{8}\.md$/.test(path)) ?? '';
    assert.match(show(remote, `${branch}:${other}`), /Her answer\./);
    assert.match(show(remote, `${branch}:${folder}/README.md`), /updated: "2026-11-21T10:07:05/);
  });

  it('refuses a fetched branch that is no history, a remote that is none, and one that does not answer', async () => {
    const ada = machine('ada');
    await write(ada.history, 'a1');
    sandbox.git(ada.folder, 'push', '-q', 'origin', 'main:feature');
    sandbox.git(ada.folder, 'fetch', '-q', 'origin');
    await assert.rejects(ada.history.share('feature'), { code: 'conflict', message: /holds something else than a history/ });
    await assert.rejects(ada.history.share(branch, 'nowhere'), { code: 'not-found' });
    sandbox.git(ada.folder, 'remote', 'set-url', 'origin', join(sandbox.root, 'gone.git'));
    await assert.rejects(ada.history.share(branch, 'origin'), {
      code: 'git',
      message: /is on the branch session-loom\/history here, but origin did not take it/,
    });
    assert.ok(tree(ada.folder, branch).length > 0);
  });

  it('files that somebody put beside the history stay, and links and submodules of another machine do not come along', async () => {
    const [ada, bob] = [machine('ada'), machine('bob')];
    await write(ada.history, 'a1', 1, 'Hers');
    await ada.history.share(branch);
    sandbox.git(ada.folder, 'push', '-q', 'origin', branch);
    const blob = sandbox.git(ada.folder, 'hash-object', '-w', '--stdin-paths').trim();
    assert.equal(blob, '');
    const id = sandbox.git(ada.folder, 'hash-object', '-w', 'a.txt').trim();
    const list = sandbox.git(ada.folder, 'ls-tree', branch);
    const file = sandbox.write('tree.txt', `${list}100644 blob ${id}\tNOTES.md\n120000 blob ${id}\tlink.md\n`);
    const treeId = sandbox.git(ada.folder, '-c', 'alias.mk=!git mktree <', 'mk', file).trim();
    const commit = sandbox.git(ada.folder, 'commit-tree', treeId, '-p', branch, '-m', 'notes').trim();
    sandbox.git(ada.folder, 'push', '-q', 'origin', `${commit}:refs/heads/${branch}`);
    await write(bob.history, 'b1', 1, 'His');
    // First his own branch is there, so that theirs is the one that comes along.
    await bob.history.share(branch);
    await bob.history.share(branch, 'origin');
    const joined = tree(remote, branch);
    assert.ok(joined.includes('NOTES.md') && !joined.includes('link.md'), joined.join(' '));
  });
});

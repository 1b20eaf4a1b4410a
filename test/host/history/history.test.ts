import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { History } from '../../../src/host/history/history.ts';
import type { HistoryOptions } from '../../../src/host/history/history.ts';
import { createRedactor } from '../../../src/host/history/redact.ts';
import { Repository } from '../../../src/host/git/repository.ts';
import { Sandbox } from '../git/sandbox.ts';
import { sessionOf, turnOf } from './sessions.ts';

const ref = 'refs/session-loom/history/m1';
const redactor = createRedactor({ patterns: [] });

describe('R0.3 R6.6 The history of sessions in git', () => {
  let sandbox: Sandbox;
  let opened: History[];
  beforeEach(() => {
    sandbox = new Sandbox();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((history) => history.close()));
    sandbox.dispose();
  });

  function open(folder: string, more: Partial<HistoryOptions> = {}): History {
    const dataFolder = join(sandbox.root, 'data');
    mkdirSync(dataFolder, { recursive: true });
    const repository = Repository.open(folder, sandbox.environment);
    const history = new History({
      location: { kind: 'git', folder, dataFolder, workTreeRoot: folder },
      repository: () => repository,
      mode: 'ref',
      machine: 'm1',
      log: silentLog,
      redactor,
      now: () => Date.parse('2026-11-21T12:00:00.000Z'),
      environment: sandbox.environment,
      ...more,
    });
    opened.push(history);
    return history;
  }

  async function writeTurns(history: History, id = 's1', count = 2): Promise<void> {
    const turns = Array.from({ length: count }, (_, index) => turnOf(index));
    for (const turn of turns) history.recordTurn({ session: sessionOf(id, turns.slice(0, turn.index + 1)), turn });
    await history.idle();
    assert.equal(history.problem, undefined);
  }

  const tree = (folder: string, of = ref): readonly string[] => sandbox.git(folder, 'ls-tree', '-r', '--name-only', of).trim().split('\n');

  it('a folder for each session, a page for each turn, index pages, and one commit for each turn', async () => {
    const folder = sandbox.repository();
    const history = open(folder);
    await writeTurns(history);
    assert.deepEqual(tree(folder), [
      '2026-11/2026-11-21-fix-the-login-s1/0001.md',
      '2026-11/2026-11-21-fix-the-login-s1/0002.md',
      '2026-11/2026-11-21-fix-the-login-s1/README.md',
      '2026-11/README.md',
      'README.md',
    ]);
    assert.match(sandbox.git(folder, 'show', `${ref}:2026-11/2026-11-21-fix-the-login-s1/0002.md`), /Question 2\?[\s\S]+Answer 2\./);
    assert.deepEqual(sandbox.git(folder, 'log', '--format=%s|%an|%aI', ref).trim().split('\n'), [
      'Fix the login: turn 2|Session Loom|2026-11-21T10:01:05+00:00',
      'Fix the login: turn 1|Session Loom|2026-11-21T10:00:05+00:00',
    ]);
    sandbox.git(folder, 'fsck', '--strict', '--no-dangling');
    const read = await history.read();
    assert.equal(read.ref, ref);
    assert.equal(read.commit, sandbox.git(folder, 'rev-parse', ref).trim());
    assert.match(read.pages[0]?.markdown ?? '', /\[Fix the login\]\(2026-11\/2026-11-21-fix-the-login-s1\/README\.md\)/);
    assert.deepEqual(
      (await history.read('s1')).pages.map(({ path }) => path.split('/').at(-1)),
      ['README.md', '0001.md', '0002.md'],
    );
    assert.deepEqual((await history.read('nobody')).pages, []);
  });

  it('R1.16 every commit says what was tested and how it was checked', async () => {
    const folder = sandbox.repository();
    await writeTurns(open(folder), 's1', 1);
    assert.match(sandbox.git(folder, 'log', '-1', '--format=%B', ref), /^Tests: .+\nValidation: no secret was recognised$/m);
  });

  it('status, index, HEAD, branches, reflogs, hooks, configuration and files stay as they are, whatever is staged', async () => {
    const folder = sandbox.repository();
    writeFileSync(join(folder, 'a.txt'), 'two\n');
    sandbox.git(folder, 'add', 'a.txt');
    writeFileSync(join(folder, 'a.txt'), 'three\n');
    writeFileSync(join(folder, 'new.txt'), 'new\n');
    sandbox.git(folder, 'branch', 'other');
    const trace = sandbox.makeHostile(folder);
    writeFileSync(join(folder, '.gitattributes'), '*.md filter=bad diff=bad\n');
    const before = sandbox.stateOf(folder);
    const history = open(folder);
    await writeTurns(history, 's1', 3);
    await history.read('s1');
    await history.purge('s1');
    assert.deepEqual(sandbox.stateOf(folder), before);
    assert.ok(!existsSync(trace), 'a hook or a program of the repository ran');
  });

  it("the user's own name is kept where it is set", async () => {
    const folder = sandbox.repository();
    sandbox.git(folder, 'config', 'user.name', 'Ada <L>');
    sandbox.git(folder, 'config', 'user.email', 'ada@example.org');
    await writeTurns(open(folder), 's1', 1);
    assert.equal(sandbox.git(folder, 'log', '-1', '--format=%an|%ae|%cn', ref).trim(), 'Ada L|ada@example.org|Ada L');
  });

  it('a secret is redacted in pages, titles, folder names and messages, and that is said', async () => {
    const folder = sandbox.repository();
    const token = `ghp_${'aB3dE5gH7jK9'.repeat(3)}`;
    const turn = turnOf(0, `It is ${token.slice(0, 9)}\u200b${token.slice(9)}.`, `Use ${token} please`);
    const history = open(folder);
    history.recordTurn({ session: sessionOf('s1', [turn], { title: `Use ${token}` }), turn });
    await history.idle();
    const all = sandbox.git(folder, 'log', '-p', '--format=%B', ref) + tree(folder).join();
    assert.ok(!all.includes(token) && !all.toLowerCase().includes(token.toLowerCase()));
    const page = (await history.read('s1')).pages[1]?.markdown ?? '';
    assert.match(page, /^redacted: \{"github token": 2\}$/m);
    assert.match(page, /\*Redacted before writing: 2 places \(2 × github token\)\.\*\n$/);
    assert.match(all, /Validation: \d secrets redacted/);
  });

  it('a session keeps its folder when it gets another title, and ids that end alike are told apart', async () => {
    const folder = sandbox.repository();
    const history = open(folder);
    await writeTurns(history, 'a-1', 1);
    await writeTurns(history, '1', 1);
    history.recordTurn({ session: sessionOf('a-1', [turnOf(0), turnOf(1)], { title: 'Another title' }), turn: turnOf(1) });
    history.recordTurn({ session: sessionOf('a-1', [turnOf(0), turnOf(1)], { title: 'A third title' }) });
    await history.idle();
    assert.deepEqual(
      tree(folder).filter((path) => path.includes('/0')),
      [
        '2026-11/2026-11-21-fix-the-login-1/0001.md',
        '2026-11/2026-11-21-fix-the-login-a-1/0001.md',
        '2026-11/2026-11-21-fix-the-login-a-1/0002.md',
      ],
    );
    assert.match((await history.read('a-1')).pages[0]?.markdown ?? '', /# A third title/);
    assert.match((await history.read()).pages[0]?.markdown ?? '', /\[A third title\]\(2026-11\/2026-11-21-fix-the-login-a-1\/README.md\)/);
  });

  it('pages of sessions that belong together link to each other', async () => {
    const folder = sandbox.repository();
    const history = open(folder);
    await writeTurns(history, 'p1', 1);
    const related = [
      { id: 'p1', title: 'Fix the login', createdAt: '2026-11-21T09:59:00.000Z' },
      { id: 'c1', title: 'Child', createdAt: '2026-12-01T09:59:00.000Z', parent: 'p1' },
    ];
    history.recordTurn({
      session: sessionOf('c1', [turnOf(0)], { title: 'Child', parent: 'p1', createdAt: '2026-12-01T09:59:00.000Z' }),
      turn: turnOf(0),
      related,
    });
    history.recordTurn({ session: sessionOf('p1', [turnOf(0), turnOf(1)]), turn: turnOf(1), related });
    assert.match(
      (await history.read('c1')).pages[0]?.markdown ?? '',
      /Comes from \[Fix the login\]\(\.\.\/\.\.\/2026-11\/2026-11-21-fix-the-login-p1\/README\.md\)/,
    );
    assert.match(
      (await history.read('p1')).pages[0]?.markdown ?? '',
      /Led to \[Child\]\(\.\.\/\.\.\/2026-12\/2026-12-01-child-c1\/README\.md\)/,
    );
  });

  it('the same record twice makes one commit', async () => {
    const folder = sandbox.repository();
    await writeTurns(open(folder), 's1', 1);
    const tip = sandbox.git(folder, 'rev-parse', ref);
    await writeTurns(open(folder), 's1', 1);
    assert.equal(sandbox.git(folder, 'rev-parse', ref), tip);
  });

  it('a user who commits all the time meets none of our commits, and swallows none of our files', async function () {
    this.timeout(120_000);
    const folder = sandbox.repository();
    const history = open(folder);
    const ours = new AbortController();
    let commits = 0;
    const user = (async () => {
      while (!ours.signal.aborted) {
        writeFileSync(join(folder, 'a.txt'), `${commits}\n`);
        writeFileSync(join(folder, `file${commits}.txt`), 'x\n');
        await sandbox.gitLater(folder, 'add', '-A');
        await sandbox.gitLater(folder, 'commit', '-q', '-m', `user ${commits}`);
        commits++;
      }
    })();
    await writeTurns(history, 's1', 100);
    ours.abort();
    await user;
    assert.ok(commits >= 5, `the user made only ${commits} commits meanwhile`);
    assert.equal(sandbox.git(folder, 'rev-list', '--count', ref).trim(), '100');
    assert.equal(sandbox.git(folder, 'rev-list', '--count', 'HEAD').trim(), String(commits + 1));
    assert.ok(!sandbox.git(folder, 'log', '--name-only', '--format=', 'HEAD').includes('.md'));
    assert.equal(sandbox.git(folder, 'status', '--porcelain'), '');
    sandbox.git(folder, 'fsck', '--strict', '--no-dangling');
  });

  describe('every kind of repository', () => {
    it('one without a commit', async () => {
      const folder = sandbox.repository('empty', { empty: true });
      await writeTurns(open(folder));
      assert.equal(tree(folder).length, 5);
      assert.equal(sandbox.git(folder, 'status', '--porcelain=v2', '--branch').split('\n')[0], '# branch.oid (initial)');
    });

    it('a detached HEAD', async () => {
      const folder = sandbox.repository();
      sandbox.git(folder, 'checkout', '-q', '--detach');
      const before = sandbox.stateOf(folder);
      await writeTurns(open(folder));
      assert.deepEqual(sandbox.stateOf(folder), before);
      assert.equal(tree(folder).length, 5);
    });

    it('a linked worktree shares the history of its repository', async () => {
      const folder = sandbox.repository();
      const linked = join(sandbox.root, 'linked');
      sandbox.git(folder, 'worktree', 'add', '-q', linked);
      await writeTurns(open(linked));
      assert.equal(tree(folder).length, 5);
    });

    it('a submodule has a history of its own', async () => {
      const inner = sandbox.repository('inner');
      const outer = sandbox.repository('outer');
      sandbox.git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub');
      sandbox.git(outer, 'commit', '-q', '-m', 'sub');
      await writeTurns(open(join(outer, 'sub')));
      assert.equal(tree(join(outer, 'sub')).length, 5);
      assert.equal(sandbox.git(outer, 'for-each-ref', 'refs/session-loom'), '');
      assert.equal(sandbox.git(outer, 'status', '--porcelain'), '');
    });

    it('a path with spaces, quotes, percent signs, other letters and an emoji', async () => {
      const folder = sandbox.repository(`it's "a" 100% ünïcode ログ 🎉`);
      const turn = turnOf(0);
      const history = open(folder);
      history.recordTurn({ session: sessionOf('s1', [turn], { title: 'ログイン "修正" 🎉' }), turn });
      await history.idle();
      assert.equal(history.problem, undefined);
      assert.match((await history.read()).pages[0]?.markdown ?? '', /%E3%83%AD/);
      assert.equal((await history.read('s1')).pages.length, 2);
    });

    it('a folder without git gets a repository beside its journals', async () => {
      const folder = join(sandbox.root, 'plain');
      const dataFolder = join(folder, '.session-loom');
      mkdirSync(dataFolder, { recursive: true });
      const plain = { location: { kind: 'plain' as const, folder, dataFolder }, repository: () => Promise.resolve(undefined) };
      const history = open(folder, plain);
      assert.deepEqual((await history.read()).pages, []);
      assert.ok(!existsSync(join(dataFolder, 'history.git')), 'reading made a repository');
      await writeTurns(history);
      assert.equal((await history.read('s1')).pages.length, 3);
      await assert.rejects(history.share('x'), { code: 'not-allowed' });
      assert.equal((await open(folder, plain).read('s1')).pages.length, 3);
    });

    it('one that uses SHA-256', async () => {
      const folder = join(sandbox.root, 'sha256');
      mkdirSync(folder);
      sandbox.git(folder, 'init', '-q', '--object-format=sha256');
      const history = open(folder);
      await writeTurns(history);
      assert.equal((await history.read('s1')).pages.length, 3);
      assert.deepEqual(await history.share('shared'), { branch: 'shared', commit: sandbox.git(folder, 'rev-parse', ref).trim() });
    });

    it('the index locked by the user does not matter', async () => {
      const folder = sandbox.repository();
      writeFileSync(join(folder, '.git', 'index.lock'), '');
      await writeTurns(open(folder));
      assert.equal(tree(folder).length, 5);
    });
  });

  describe('what fails is late, never lost', () => {
    it('a locked ref: the record is tried again, the caller hears of the reason and of its end', async () => {
      const folder = sandbox.repository();
      const lock = join(folder, '.git', 'refs', 'session-loom', 'history', 'm1.lock');
      mkdirSync(join(lock, '..'), { recursive: true });
      writeFileSync(lock, '');
      const history = open(folder, { retryDelays: [5] });
      const told: (string | undefined)[] = [];
      const recovered = new Promise<void>((resolve) => {
        history.onProblem((problem) => {
          told.push(problem);
          if (problem === undefined) resolve();
        });
      });
      history.recordTurn({ session: sessionOf('s1', [turnOf(0)]), turn: turnOf(0) });
      await history.idle();
      assert.match(history.problem ?? '', /^The history is late: .+ Sessions go on/);
      assert.deepEqual(history.pending, [{ session: 's1', turn: 't0' }]);
      assert.match((await history.read()).problem ?? '', /late/);
      sandbox.git(folder, 'update-ref', 'refs/heads/unrelated', 'HEAD');
      rmSync(lock);
      await recovered;
      assert.equal(told.length, 2);
      await history.idle();
      assert.deepEqual(history.pending, []);
      assert.equal(tree(folder).length, 4);
      assert.ok(!existsSync(join(folder, '.git', 'fast_import_crash')));
    });

    it('after the end of the host, the next one knows what is still to be written', async () => {
      const folder = sandbox.repository();
      const lock = join(folder, '.git', 'refs', 'session-loom', 'history', 'm1.lock');
      mkdirSync(join(lock, '..'), { recursive: true });
      writeFileSync(lock, '');
      const first = open(folder);
      first.recordTurn({ session: sessionOf('s1', [turnOf(0)]), turn: turnOf(0) });
      first.recordTurn({ session: sessionOf('s2', [turnOf(0)]), turn: turnOf(0) });
      await first.close();
      rmSync(lock);
      const second = open(folder);
      assert.deepEqual(second.pending, [
        { session: 's1', turn: 't0' },
        { session: 's2', turn: 't0' },
      ]);
      await writeTurns(second, 's1', 1);
      second.forget('s2');
      assert.deepEqual(second.pending, []);
      assert.deepEqual(open(folder).pending, []);
    });

    it('a damaged list of what waits is taken as empty', () => {
      sandbox.write('data/history-pending.json', '{"pending": [1, {"session": 2}, {"session": "s"}');
      assert.deepEqual(open(sandbox.repository()).pending, []);
      sandbox.write('data/history-pending.json', '{"pending": [1, {"session": 2}, {"session": "s"}]}');
      assert.deepEqual(open(sandbox.repository('again')).pending, [{ session: 's' }]);
    });

    it('no git on the path: it says what to install, and that sessions go on', async () => {
      const folder = sandbox.repository();
      const nowhere = { ...sandbox.environment, PATH: sandbox.home };
      assert.equal(await Repository.isGitInstalled(nowhere), false);
      assert.equal(await Repository.isGitInstalled(sandbox.environment), true);
      const history = open(folder, { repository: () => Repository.open(folder, nowhere) });
      history.recordTurn({ session: sessionOf('s1', [turnOf(0)]), turn: turnOf(0) });
      await history.idle();
      assert.match(history.problem ?? '', /git was not found on the path.+Install git/);
      assert.match((await history.read()).problem ?? '', /Install git/);
    });

    it('a repository whose refs cannot be written: it says so, and writes as soon as it can', async () => {
      const folder = sandbox.repository();
      const obstacle = sandbox.write('project/.git/refs/session-loom', 'no folder');
      const before = sandbox.stateOf(folder);
      const history = open(folder);
      history.recordTurn({ session: sessionOf('s1', [turnOf(0)]), turn: turnOf(0) });
      await history.idle();
      assert.match(history.problem ?? '', /^The history is late: .+ Sessions go on/);
      assert.deepEqual(sandbox.stateOf(folder), before);
      rmSync(obstacle);
      await history.idle();
      assert.equal(history.problem, undefined);
      assert.equal(tree(folder).length, 4);
    });

    it('a repository that is known to be read-only: the history lies beside the journals', async () => {
      const folder = sandbox.repository();
      const dataFolder = join(sandbox.root, 'storage');
      mkdirSync(dataFolder);
      const before = sandbox.stateOf(folder);
      const history = open(folder, {
        location: { kind: 'fallback', folder, dataFolder, workTreeRoot: folder, commonDir: join(folder, '.git') },
      });
      await writeTurns(history);
      assert.equal((await history.read('s1')).pages.length, 3);
      assert.ok(existsSync(join(dataFolder, 'history.git')));
      assert.deepEqual(sandbox.stateOf(folder), before);
    });

    it('somebody else moved the ref meanwhile: both are kept', async () => {
      const folder = sandbox.repository();
      const [one, two] = [open(folder), open(folder)];
      await Promise.all([writeTurns(one, 's1', 8), writeTurns(two, 's2', 8)]);
      assert.equal(tree(folder).filter((path) => /\/\d{4}\.md$/.test(path)).length, 16);
      assert.equal(sandbox.git(folder, 'rev-list', '--count', ref).trim(), '16');
    });
  });

  describe('the other places', () => {
    it('an ordinary branch from the start, and never one that is checked out', async () => {
      const folder = sandbox.repository();
      const history = open(folder, { mode: 'branch' });
      await writeTurns(history, 's1', 1);
      assert.equal(tree(folder, 'session-loom/history').length, 4);
      sandbox.git(folder, 'checkout', '-q', 'session-loom/history');
      const before = sandbox.stateOf(folder);
      history.recordTurn({ session: sessionOf('s1', [turnOf(0), turnOf(1)]), turn: turnOf(1) });
      await history.idle();
      assert.match(history.problem ?? '', /session-loom\/history is checked out/);
      assert.deepEqual(sandbox.stateOf(folder), before);
      sandbox.git(folder, 'checkout', '-q', 'main');
      await history.idle();
      assert.equal(tree(folder, 'session-loom/history').length, 5);
    });

    it('files in the tree, neither staged nor committed', async () => {
      const folder = sandbox.repository();
      const history = open(folder, { mode: 'folder' });
      await writeTurns(history);
      assert.equal(sandbox.git(folder, 'status', '--porcelain'), '?? docs/\n');
      assert.match(readFileSync(join(folder, 'docs/sessions/2026-11/2026-11-21-fix-the-login-s1/0002.md'), 'utf8'), /Answer 2/);
      assert.equal((await history.read('s1')).pages.length, 3);
      assert.match((await history.purge('s1')) ?? '', /Its pages were taken out of docs\/sessions/);
      assert.deepEqual((await history.read('s1')).pages, []);
      assert.equal(sandbox.git(folder, 'for-each-ref', 'refs/session-loom'), '');
      await assert.rejects(history.share('x'), { code: 'not-found' });
    });

    it('files in the tree: a link that leads out of it is refused', async () => {
      const folder = sandbox.repository();
      mkdirSync(join(sandbox.root, 'outside'));
      symlinkSync(join(sandbox.root, 'outside'), join(folder, 'docs'));
      const history = open(folder, { mode: 'folder' });
      history.recordTurn({ session: sessionOf('s1', [turnOf(0)]), turn: turnOf(0) });
      await history.idle();
      assert.match(history.problem ?? '', /leads out of the working tree/);
      assert.ok(!existsSync(join(sandbox.root, 'outside', 'sessions', 'README.md')));
    });

    it('off: nothing is written, and it says so', async () => {
      const folder = sandbox.repository();
      const history = open(folder, { mode: 'off' });
      await writeTurns(history);
      assert.equal(sandbox.git(folder, 'for-each-ref', 'refs/session-loom'), '');
      assert.match((await history.read()).problem ?? '', /switched off/);
      assert.ok(!existsSync(join(sandbox.root, 'data', 'history-pending.json')));
    });
  });

  describe('Share History', () => {
    it('publishes to a branch, and moves it on when the history has grown', async () => {
      const folder = sandbox.repository();
      const history = open(folder);
      await assert.rejects(history.share('log'), { code: 'not-found' });
      await writeTurns(history, 's1', 1);
      await history.share('log');
      await writeTurns(history, 's1', 2);
      const { commit } = await history.share('log');
      assert.equal(sandbox.git(folder, 'rev-parse', 'log').trim(), commit);
      assert.equal(sandbox.git(folder, 'log', '--oneline', 'log').trim().split('\n').length, 2);
      assert.equal(sandbox.git(folder, 'status', '--porcelain'), '');
    });

    it('refuses the branch that is checked out, one that holds something else, and names that are none', async () => {
      const folder = sandbox.repository();
      const history = open(folder);
      await writeTurns(history, 's1', 1);
      sandbox.git(folder, 'branch', 'feature');
      const before = sandbox.stateOf(folder);
      await assert.rejects(history.share('main'), { code: 'conflict' });
      await assert.rejects(history.share('feature'), { code: 'conflict' });
      for (const name of ['', '-x', 'a..b', 'a b', 'x.lock', 'a\nb'])
        await assert.rejects(history.share(name), { code: 'invalid-input' }, name);
      assert.deepEqual(sandbox.stateOf(folder), before);
    });
  });

  describe('deleting a session', () => {
    it('without a purge it says where the pages stay', async () => {
      const folder = sandbox.repository();
      const history = open(folder);
      await writeTurns(history);
      assert.equal(await history.whereIs('s1'), `The written history keeps its pages in 2026-11/2026-11-21-fix-the-login-s1 of ${ref}.`);
      assert.equal(await history.whereIs('s9'), undefined);
    });

    it('a purge takes it out of every commit, keeps the others and their dates, and says where it still is', async () => {
      const folder = sandbox.repository();
      const history = open(folder);
      const secret = turnOf(0, 'the unwanted word');
      await writeTurns(history, 's1', 2);
      history.recordTurn({ session: sessionOf('s2', [secret], { title: 'Unwanted title' }), turn: secret });
      await writeTurns(history, 's3', 2);
      sandbox.git(folder, 'branch', 'kept', ref);
      const said = await history.purge('s2');
      assert.match(
        said ?? '',
        /^Its pages were taken out of refs\/session-loom\/history\/m1\. They may still be in: refs\/heads\/kept; git's store/,
      );
      const all = sandbox.git(folder, 'log', '-p', '--format=%B', ref);
      assert.ok(!/unwanted/i.test(all), 'the history still tells of it');
      assert.ok(/unwanted/i.test(sandbox.git(folder, 'log', '-p', '--format=%B', 'kept')), 'a branch of the user was changed');
      assert.deepEqual(sandbox.git(folder, 'log', '--format=%s|%aI', ref).trim().split('\n'), [
        'Remove a session from the history|2026-11-21T12:00:00+00:00',
        'Fix the login: turn 2|2026-11-21T10:01:05+00:00',
        'Fix the login: turn 1|2026-11-21T10:00:05+00:00',
        'Fix the login: turn 2|2026-11-21T10:01:05+00:00',
        'Fix the login: turn 1|2026-11-21T10:00:05+00:00',
      ]);
      const index = (await history.read()).pages[0]?.markdown ?? '';
      assert.ok(index.includes('login-s1/') && index.includes('login-s3/') && !/unwanted/i.test(index));
      assert.equal(sandbox.git(folder, 'for-each-ref', '--format=%(refname)', 'refs/session-loom').trim(), ref);
      sandbox.git(folder, 'fsck', '--strict', '--no-dangling');
      assert.equal(await history.purge('s2'), undefined);
      await writeTurns(history, 's3', 3);
      // What was shared stays shared: the branch goes on from what it holds, and our own history stays clean.
      await history.share('kept');
      assert.ok(tree(folder, 'kept').some((path) => path.includes('unwanted-title-s2')));
      assert.ok(!/unwanted/i.test(sandbox.git(folder, 'log', '-p', '--format=%B', ref)));
    });

    it('the last session can be purged, and the history goes on after it', async () => {
      const folder = sandbox.repository();
      const history = open(folder);
      await writeTurns(history, 's1', 1);
      await history.purge('s1');
      assert.deepEqual(tree(folder), ['README.md']);
      await writeTurns(history, 's2', 1);
      assert.equal(tree(folder).length, 4);
    });
  });
});

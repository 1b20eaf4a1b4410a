import assert from 'node:assert/strict';
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { WorktreeStep } from '../../../src/model/worktree.ts';
import { Place } from './place.ts';

describe('R3.3 A worktree is made in steps', () => {
  let place: Place;
  beforeEach(() => (place = new Place()));
  afterEach(() => place.dispose());

  it('beside the repository, on a branch of its own, with ports that nobody else has', async () => {
    const steps: WorktreeStep[] = [];
    const record = await place.make({ onStep: (step) => steps.push(step) });
    assert.equal(record.path, `${place.folder}.worktrees/fix-the-login`);
    assert.equal(place.gitIn(record.path, 'rev-parse', '--abbrev-ref', 'HEAD'), 'loom/fix-the-login');
    assert.equal(readFileSync(join(record.path, 'a.txt'), 'utf8'), 'one\n');
    assert.deepEqual(steps, ['check', 'ports', 'branch', 'add', 'copy', 'setup']);
    const second = await place.make();
    assert.equal(second.path, `${place.folder}.worktrees/fix-the-login-2`);
    assert.equal(second.branch, 'loom/fix-the-login-2');
    assert.deepEqual(
      [record.ports, second.ports],
      [
        { first: 20_000, count: 10 },
        { first: 20_010, count: 10 },
      ],
    );
    assert.equal(place.git('status', '--porcelain'), '');
  });

  it('the ignored files that the list names are copied, links as links, and nothing from outside', async () => {
    place.write('.gitignore', '*.env\nsecret/\nnode_modules/\n');
    place.write('.worktreeinclude', '*.env\nsecret/\n../outside/*\n/a.txt\nnew.txt\n');
    place.sandbox.write('outside/x.env', 'no');
    place.git('add', '.gitignore', '.worktreeinclude');
    place.git('commit', '-qm', 'lists');
    place.write('dev.env', 'A=1', 0o700);
    place.write('deep/down.env', 'B=2');
    place.write('secret/key', 'k');
    place.write('node_modules/x.js', 'x');
    place.write('new.txt', 'untracked, not ignored');
    symlinkSync('../outside/x.env', join(place.folder, 'link.env'));
    symlinkSync('../outside', join(place.folder, 'way.env'));
    const { path, copied, notes } = await place.make();
    assert.equal(copied, 5);
    assert.match(notes?.join(' ') ?? '', /5 ignored files were copied/);
    assert.equal(readFileSync(join(path, 'deep/down.env'), 'utf8'), 'B=2');
    assert.equal(lstatSync(join(path, 'dev.env')).mode & 0o777, 0o700);
    assert.equal(readlinkSync(join(path, 'link.env')), '../outside/x.env');
    assert.equal(readlinkSync(join(path, 'way.env')), '../outside');
    for (const name of ['node_modules', 'new.txt']) assert.ok(!existsSync(join(path, name)), name);
    assert.equal(place.gitIn(path, 'status', '--porcelain'), '');
  });

  it('more than the limit is left out and counted; a list that is a link is not obeyed', async () => {
    place.write('.gitignore', '*.env\n');
    place.write('.worktreeinclude', '*.env\n');
    for (const name of ['1', '2', '3']) place.write(`${name}.env`, 'x'.repeat(40));
    const record = await place.make({ copyLimit: 100 });
    assert.equal(record.copied, 2);
    assert.match(record.notes?.join(' ') ?? '', /1 more were left out/);
    place.sandbox.git(place.folder, 'clean', '-fdq');
    symlinkSync('/etc/passwd', join(place.folder, '.worktreeinclude'));
    assert.match((await place.make()).notes?.join(' ') ?? '', /is no ordinary file/);
  });

  it('hooks, monitors and filters of the person or the repository do not run, and the folder stays as it was', async () => {
    place.write('.gitattributes', 'a.txt filter=bad\n');
    place.git('add', '.');
    place.git('commit', '-qm', 'attributes');
    const trace = place.sandbox.makeHostile(place.folder);
    place.write('.git/hooks/post-checkout', `#!/bin/sh\necho post-checkout >> '${trace}'\n`, 0o755);
    place.git('config', 'filter.bad.required', 'true');
    const quiet = ['core.fsmonitor=false', 'filter.bad.clean=', 'filter.bad.required=false'].flatMap((each) => ['-c', each]);
    const status = (): string => place.git(...quiet, '--no-optional-locks', 'status', '--porcelain');
    const before = status();
    const { path, notes } = await place.make();
    assert.equal(readFileSync(join(path, 'a.txt'), 'utf8'), 'one\n');
    assert.match(notes?.join(' ') ?? '', /filter "bad"/);
    assert.equal(existsSync(trace) ? readFileSync(trace, 'utf8') : '', '');
    assert.equal(status(), before);
  });

  it('a submodule and files in LFS are told, and stay as git has them', async () => {
    const inner = place.sandbox.repository('inner');
    place.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'lib');
    place.write('.gitattributes', '*.bin filter=lfs diff=lfs\n');
    place.write('big.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n');
    place.git('add', '.');
    place.git('commit', '-qm', 'more');
    const { path, notes } = await place.make();
    assert.deepEqual(readdirSync(join(path, 'lib')), []);
    assert.match(readFileSync(join(path, 'big.bin'), 'utf8'), /^version https/);
    assert.match(notes?.join(' ') ?? '', /submodule lib, which is empty.*Git LFS/);
  });
});

describe('R3.3 Where no worktree can be made', () => {
  let place: Place;
  beforeEach(() => (place = new Place()));
  afterEach(() => place.dispose());
  const left = (): unknown => [
    place.git('worktree', 'list').split('\n').length,
    place.git('for-each-ref', '--format=%(refname)'),
    existsSync(`${place.folder}.worktrees`),
  ];
  const clean = [1, 'refs/heads/main', false];

  it('no commit, an unknown base, a branch that is checked out, a name that is none: each says what to do', async () => {
    const empty = place.sandbox.repository('empty', { empty: true });
    const other = place.opened({ repositoryRoot: empty, commonDir: join(empty, '.git'), dataFolder: join(empty, '.git/session-loom') });
    await assert.rejects(other.plan({ session: 's', title: 't', folder: empty }), /no commit yet.*Commit something first/);
    await assert.rejects(place.make({ wish: { base: 'nowhere' } }), /no branch, tag or commit "nowhere"/);
    await assert.rejects(place.make({ wish: { base: '--all' } }), /no branch, tag or commit "--all"/);
    await assert.rejects(place.make({ wish: { branch: 'main' } }), /"main" is checked out in .*project/);
    await assert.rejects(place.make({ wish: { branch: 'a..b' } }), /cannot be the name of a branch/);
    place.git('branch', 'Topic');
    await assert.rejects(place.make({ wish: { branch: 'topic' } }), /"Topic" is there, and "topic" cannot stand beside it/);
    await assert.rejects(place.make({ wish: { branch: 'topic/one' } }), /cannot stand beside it/);
    assert.equal((await place.make({ wish: { branch: 'Topic' } })).madeBranch, false);
  });

  it('a twin that differs in case alone gets another name', async () => {
    place.git('branch', 'loom/Fix-The-Login');
    assert.equal((await place.make()).branch, 'loom/fix-the-login-2');
    place.git('branch', '-m', 'loom/Fix-The-Login', 'elsewhere');
    place.write(`${place.folder}.worktrees/FIX-THE-LOGIN/x`, 'mine');
    assert.equal((await place.make()).branch, 'loom/fix-the-login-3');
  });

  it('a bare repository, and a folder without one', async () => {
    const bare = join(place.sandbox.root, 'bare.git');
    place.sandbox.git(place.sandbox.root, 'clone', '-q', '--bare', place.folder, bare);
    const other = place.opened({ repositoryRoot: bare, commonDir: bare, dataFolder: join(bare, 'session-loom') });
    await assert.rejects(other.plan({ session: 's', title: 't', folder: bare }), /bare repository.*working trees/);
    await assert.rejects(
      place.opened({ commonDir: undefined }).plan({ session: 's', title: 't', folder: place.folder }),
      /no git repository/,
    );
  });

  it('no space on the disk: nothing is begun', async () => {
    place.dispose();
    place = new Place({ freeBytes: () => Promise.resolve(1024 * 1024) });
    await assert.rejects(place.make(), /needs about 1 MB, and the disk of .* has 1 MB free.*Nothing had been made yet/);
    assert.deepEqual(left(), clean);
  });

  it('a step that fails or is cancelled takes back all the steps before it, and says so', async () => {
    const fails = (): Promise<never> => Promise.reject(new Error('It did not work'));
    await assert.rejects(
      place.make({ setup: fails }),
      /The set-up of the worktree failed\. It did not work\. Undone: the folder, the branch loom\/fix-the-login\./,
    );
    assert.deepEqual(left(), clean);
    for (const at of ['check', 'ports', 'branch', 'add', 'copy', 'setup'] as const) {
      const stop = new AbortController();
      const making = place.make({
        signal: stop.signal,
        onStep: (step) => step === at && stop.abort(),
        setup: () => (stop.signal.aborted ? Promise.reject(new Error('stopped')) : Promise.resolve({})),
      });
      await assert.rejects(making, { code: 'cancelled' }, at);
      assert.deepEqual(left(), clean, at);
    }
    assert.deepEqual(await place.worktrees.records.all(), []);
    assert.deepEqual(JSON.parse(readFileSync(join(place.ports, 'ports.json'), 'utf8')), { claims: [] });
  });
});

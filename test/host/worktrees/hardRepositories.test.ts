import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assertNoForeignRepository } from '../../../src/host/worktrees/foreign.ts';
import type { WorktreeRecord } from '../../../src/host/worktrees/records.ts';
import type { RemovalLook, Removed } from '../../../src/host/worktrees/removeWorktree.ts';
import { lookAt, removeWorktree } from '../../../src/host/worktrees/removeWorktree.ts';
import { Place } from './place.ts';

describe('R3.3 R6.11 Worktrees of repositories that are not simple', function () {
  this.timeout(30_000);
  let place: Place;
  beforeEach(() => (place = new Place()));
  afterEach(() => place.dispose());

  const look = async (record: WorktreeRecord): Promise<RemovalLook> => lookAt(await place.worktrees.ground(), record);
  const remove = async (record: WorktreeRecord, force = false): Promise<Removed> =>
    removeWorktree(await place.worktrees.ground(), record, { force, mark: undefined, now: new Date('2026-11-21T20:15:00Z') });

  it('a repository with submodules: a filled one keeps its worktree while it holds work of its own, and goes with it when it holds none', async () => {
    const inner = place.sandbox.repository('inner');
    place.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'lib');
    place.git('commit', '-qm', 'a submodule');
    const record = await place.make();
    const lib = join(record.path, 'lib');
    place.gitIn(record.path, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
    assert.equal((await look(record)).isDirty, false);
    const held = /lib is a repository of its own, with work that cannot be kept/;
    writeFileSync(join(lib, 'mine.txt'), 'mine');
    await assert.rejects(remove(record, true), held);
    place.gitIn(lib, 'add', '.');
    place.gitIn(lib, 'commit', '-qm', 'mine');
    await assert.rejects(remove(record, true), held);
    place.gitIn(lib, 'reset', '-q', '--hard', 'HEAD~1');
    place.gitIn(lib, 'branch', '-q', 'kept', 'HEAD@{1}');
    await assert.rejects(remove(record, true), held);
    place.gitIn(lib, 'branch', '-q', '-D', 'kept');
    // The second look, at the place where it lies before it is deleted, sees what came meanwhile.
    writeFileSync(join(lib, 'mine.txt'), 'mine');
    const aside = `${record.path}-aside`;
    renameSync(record.path, aside);
    await assert.rejects(assertNoForeignRepository((await place.worktrees.ground()).repository, record, [], aside), held);
    renameSync(aside, record.path);
    place.gitIn(lib, 'clean', '-fdq');
    assert.deepEqual(await remove(record), { rescue: undefined, branchGone: true });
    assert.ok(!existsSync(record.path));
  });

  it('files that came through a filter, as LFS pointers do where a person wants that, are no changes of theirs', async () => {
    place.git('config', 'filter.up.smudge', 'tr a-z A-Z');
    place.git('config', 'filter.up.clean', 'tr A-Z a-z');
    place.write('.gitattributes', '*.up filter=up\n');
    place.write('x.up', 'SHOUT\n');
    place.git('add', '.');
    place.git('commit', '-qm', 'a filter');
    const record = await place.make({ runsFilters: true });
    assert.equal(readFileSync(join(record.path, 'x.up'), 'utf8'), 'SHOUT\n');
    utimesSync(join(record.path, 'x.up'), 1, 1);
    assert.deepEqual([(await look(record)).changed, (await look(record)).isDirty], [0, false]);
    assert.deepEqual(await remove(record), { rescue: undefined, branchGone: true });
    place.git('config', 'filter.up.smudge', 'false');
    place.git('config', 'filter.up.required', 'true');
    await assert.rejects(place.make({ runsFilters: true }), /external filter 'false' failed.*Undone: the branch/);
    assert.equal(place.git('worktree', 'list').split('\n').length, 1);
  });

  it('no space on disk for its rescue: nothing is removed, and what to do is said', async function () {
    if (process.platform !== 'linux' || spawnSync('unshare', ['-rm', 'true']).status !== 0) this.skip();
    const { path } = await place.make();
    writeFileSync(join(path, 'large'), randomBytes(4 * 1024 * 1024));
    const objects = '"$1/.git/objects"';
    const command = `cp -a ${objects} "$1.objects" && mount -t tmpfs -o size=1m tmpfs ${objects} && cp -a "$1.objects/." ${objects} && exec "$2" "$3" "$1" "$4"`;
    const program = join(import.meta.dirname, '../../support/rescueOnDisk.ts');
    const parameters = ['-rm', 'sh', '-c', command, 'sh', place.folder, process.execPath, program, place.ports];
    const { stdout } = await promisify(execFile)('unshare', parameters, { env: place.sandbox.environment });
    const { told, left } = JSON.parse(stdout) as { readonly told: string; readonly left: unknown };
    assert.match(told, /No space left on device/i);
    const refs = ['refs/heads/loom/fix-the-login', 'refs/heads/main'];
    assert.deepEqual(left, { bytes: 4 * 1024 * 1024, refs, worktrees: 2, phase: 'ready' });
  });
});

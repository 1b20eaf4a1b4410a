import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { locateWorkspace } from '../../../src/client/location.ts';
import { prepareDataFolder } from '../../../src/host/stored/dataFolder.ts';
import { claimEpoch } from '../../../src/host/stored/epochs.ts';
import type { JournalFiles } from '../../../src/host/journal/files.ts';
import { diskFiles } from '../../../src/host/journal/files.ts';
import { acquireHostLock } from '../../../src/host/lock.ts';
import { finishMove, moveData } from '../../../src/host/recovery/moveData.ts';
import { findPlainData, noteMove, readNote } from '../../../src/host/stored/plainData.ts';
import { readState } from '../../../src/host/search/readState.ts';
import type { WorkspaceLocation } from '../../../src/protocol/location.ts';
import { storeSessions } from '../../bench/conversations.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../../support/hostRig.ts';

describe('R1.3 R6.6 After a later "git init" the sessions of a plain folder move into the repository', function () {
  this.timeout(60_000);
  let folder: string;
  let plain: WorkspaceLocation;
  let git: WorkspaceLocation;
  let ids: readonly string[];
  beforeEach(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'loom-move-')));
    plain = await locateWorkspace(folder, '/nowhere');
    assert.equal(plain.kind, 'plain');
    ids = await storeSessions(
      plain,
      ['one', 'two', 'three'].map((title) => ({ title, messages: 4 })),
    );
    for (let epoch = 2; epoch < 6; epoch++) await claimEpoch(plain.dataFolder);
    execFileSync('git', ['init', '-q', folder]);
    git = await locateWorkspace(folder, '/nowhere');
    assert.equal(git.kind, 'git');
    await prepareDataFolder(git);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const move = (files: JournalFiles = diskFiles): Promise<number | undefined> =>
    moveData({ dataFolder: git.dataFolder, files, log: silentLog, takeHistory: () => Promise.resolve() });
  const titleIn = async (location: WorkspaceLocation, id: string): Promise<string> =>
    (await readState(diskFiles, join(location.dataFolder, 'sessions', id), new AbortController().signal)).title;
  const sessionsIn = (location: WorkspaceLocation): readonly string[] => {
    const sessions = join(location.dataFolder, 'sessions');
    return existsSync(sessions) ? readdirSync(sessions).toSorted() : [];
  };

  it('without a note nothing is moved; with one, all of it, and the old folder goes', async () => {
    assert.deepEqual(await findPlainData(git), { folder: plain.dataFolder, sessions: 3 });
    assert.equal(await move(), undefined);
    assert.equal(sessionsIn(plain).length, 3);
    await noteMove(git, diskFiles);
    assert.equal(await move(), 3);
    await finishMove(git.dataFolder);
    assert.deepEqual(sessionsIn(git), [...ids].sort());
    assert.deepEqual(await Promise.all(ids.map((id) => titleIn(git, id))), ['one', 'two', 'three']);
    assert.ok(!existsSync(plain.dataFolder));
    assert.equal(await readNote(git.dataFolder), undefined);
    assert.equal(await findPlainData(git), undefined);
    // What is written now must come after what was written there.
    assert.equal(await claimEpoch(git.dataFolder), 6);
  });

  it('a kill at any step loses nothing: the next start goes on', async () => {
    for (let step = 1; ; step++) {
      let left = step;
      const dies = (): void => {
        if (--left === 0) throw new Error('killed');
      };
      const dying: JournalFiles = {
        ...diskFiles,
        rename: (from, to) => {
          dies();
          diskFiles.rename(from, to);
          dies();
        },
        syncFolder: async (path) => {
          dies();
          await diskFiles.syncFolder(path);
        },
      };
      await noteMove(git, diskFiles);
      const isWhole = await move(dying).then(
        () => true,
        (error: unknown) => {
          assert.match(String(error), /killed/);
          return false;
        },
      );
      const everywhere = [...sessionsIn(plain), ...sessionsIn(git)].filter((name) => !name.startsWith('.')).sort();
      assert.deepEqual(everywhere, [...ids].sort(), `step ${String(step)}`);
      if (isWhole) {
        assert.ok(step > 5, `it took ${String(step)} steps only`);
        return;
      }
      await move();
      assert.deepEqual(sessionsIn(git), [...ids].sort(), `step ${String(step)}`);
      for (const id of ids) renameSync(join(git.dataFolder, 'sessions', id), join(plain.dataFolder, 'sessions', id));
    }
  });

  it('on another disk a session is copied whole before the old one goes', async () => {
    const apart: JournalFiles = {
      ...diskFiles,
      rename: (from, to) => {
        if (from.startsWith(plain.dataFolder)) throw Object.assign(new Error('EXDEV'), { code: 'EXDEV' });
        diskFiles.rename(from, to);
      },
    };
    mkdirSync(join(plain.dataFolder, 'agent'));
    writeFileSync(join(plain.dataFolder, 'agent', 'x.json'), '{}');
    await noteMove(git, diskFiles);
    assert.equal(await move(apart), 3);
    await finishMove(git.dataFolder);
    assert.deepEqual(sessionsIn(git), [...ids].sort());
    assert.ok(existsSync(join(git.dataFolder, 'agent', 'x.json')));
    assert.ok(!existsSync(plain.dataFolder));
  });

  it('a session that is in both places loses neither', async () => {
    await noteMove(git, diskFiles);
    const [id = ''] = ids;
    mkdirSync(join(git.dataFolder, 'sessions', id), { recursive: true });
    writeFileSync(join(git.dataFolder, 'sessions', id, '1-1.jsonl'), 'other');
    await move();
    const kept = readdirSync(join(git.dataFolder, 'quarantine')).filter((name) => name.startsWith(`session-${id}-`));
    assert.equal(kept.length, 1);
    assert.equal(readFileSync(join(git.dataFolder, 'sessions', id, '1-1.jsonl'), 'utf8'), 'other');
  });

  it('is refused while another host serves the folder, and where there is nothing', async () => {
    const lock = await acquireHostLock(plain.dataFolder);
    await assert.rejects(noteMove(git, diskFiles), { code: 'conflict', message: /still serves/ });
    lock?.dispose();
    await noteMove(git, diskFiles);
    const again = await acquireHostLock(plain.dataFolder);
    await assert.rejects(move(), { code: 'conflict' });
    again?.dispose();
    assert.equal(await move(), 3);
    await finishMove(git.dataFolder);
    await assert.rejects(noteMove(git, diskFiles), { code: 'not-found' });
    await assert.rejects(noteMove(plain, diskFiles), { code: 'not-found' });
  });

  it('files that are not ours stay, and the folder with them', async () => {
    writeFileSync(join(plain.dataFolder, 'notes.txt'), 'mine');
    await noteMove(git, diskFiles);
    await move();
    await finishMove(git.dataFolder);
    assert.deepEqual(readdirSync(plain.dataFolder), ['notes.txt']);
  });
});

describe('R1.3 Moving the data, as a window asks for it', function () {
  this.timeout(60_000);

  it('the host offers it, leaves, and the next one has the sessions with their history', async () => {
    const config = mkdtempSync(join(tmpdir(), 'loom-config-'));
    const rig = new HostRig({ environment: { XDG_CONFIG_HOME: config } });
    try {
      // A plain folder with a session that is written down, before the repository is there.
      rmSync(join(rig.folder, '.git'), { recursive: true });
      const before = await locateWorkspace(rig.folder, '/nowhere');
      const id = await sessionIn(rig, before);
      execFileSync('git', ['init', '-q', '-b', 'main', rig.folder]);

      const offers: (string | undefined)[] = [];
      const link = rig.link({ settings: { ...settingsWith(testAgent('never-ends')), history: 'ref' } });
      link.on('host/notice', (notice) => offers.push(notice.offers));
      await link.attach('start');
      await until(() => offers.includes('move'));
      assert.deepEqual((await link.call('sessions/list', {})).sessions, []);
      assert.deepEqual(await link.call('data/plain', {}), { kind: 'git', folder: before.dataFolder, sessions: 1 });

      const { session } = await link.call('session/create', { folder: rig.folder, agent: 'never-ends' });
      const busy = await Follower.of(link, session.id);
      await busy.prompt('go');
      await busy.until(({ turns }) => turns.length === 1);
      await assert.rejects(link.call('data/move', {}), { code: 'conflict', message: /A turn is running/ });
      await link.call('session/delete', { sessionId: session.id });

      const first = link.host?.pid;
      assert.deepEqual(await link.call('data/move', {}), { folder: before.dataFolder, sessions: 1 });
      await until(() => link.state.state === 'connected' && link.host?.pid !== first);
      await until(async () => (await link.call('sessions/list', {})).sessions.some((each) => each.id === id));
      assert.ok(!existsSync(before.dataFolder));
      assert.match(rig.git('for-each-ref', '--format=%(refname)', 'refs/session-loom/'), /^refs\/session-loom\/history\//);
      assert.equal((await link.call('history/read', { sessionId: id })).pages.length, 2);
      const follower = await Follower.of(link, id);
      await follower.prompt('/help');
      assert.equal((await follower.ended(1)).reason, 'finished');
      assert.equal(follower.repeated.length, 0);
    } finally {
      await rig.close();
      rmSync(config, { recursive: true, force: true });
    }
  });
});

/** Makes a session in the plain folder of a rig, with a host that is gone afterwards. */
async function sessionIn(rig: HostRig, location: WorkspaceLocation): Promise<string> {
  const link = await rig.attached({ location, settings: { ...settingsWith(), history: 'ref' } });
  const { session } = await link.call('session/create', { folder: rig.folder, title: 'Before git' });
  const follower = await Follower.of(link, session.id);
  await follower.prompt('/help');
  await follower.ended(0);
  await until(async () => (await link.call('history/read', { sessionId: session.id })).pages.length === 2);
  link.dispose();
  await until(() => rig.processes().length === 0);
  return session.id;
}

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { HostLink } from '../../../src/client/hostLink.ts';
import type { InputOf } from '../../../src/protocol/contract.ts';
import type { HostRequests } from '../../../src/protocol/host.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, gone, settingsWith, testAgent, until } from '../../support/hostRig.ts';

const branch = 'session-loom/history';

describe('R6.6 R1.5 A fresh clone finds its sessions again', function () {
  this.timeout(60_000);
  let top: string;
  let rigs: HostRig[];
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'loom-clone-'));
    execFileSync('git', ['init', '-q', '--bare', join(top, 'remote.git')]);
    rigs = [];
  });
  afterEach(async () => {
    for (const rig of rigs) await rig.close();
    rmSync(top, { recursive: true, force: true });
  });

  /** A repository on a machine of its own, with the same remote as all others. */
  function machine(name: string): HostRig {
    const rig = new HostRig({ name, environment: { XDG_CONFIG_HOME: join(top, `config-${name}`) } });
    rigs.push(rig);
    rig.git('remote', 'add', 'origin', join(top, 'remote.git'));
    return rig;
  }

  const settings = (history: 'ref' | 'branch' | 'folder'): InputOf<HostRequests['host/configure']> => ({ ...settingsWith(), history });

  /** A session with two turns, written down on the machine. */
  async function written(rig: HostRig, history: 'ref' | 'branch' | 'folder' = 'ref'): Promise<{ link: HostLink; id: string }> {
    const link = await rig.attached({ settings: settings(history) });
    const { session } = await link.call('session/create', { folder: rig.folder, title: 'Marmalade plan' });
    const follower = await Follower.of(link, session.id);
    await follower.prompt('/help about marmalade');
    await follower.ended(0);
    await follower.prompt('/read nothing.txt');
    await follower.ended(1);
    await until(async () => (await link.call('history/read', { sessionId: session.id })).pages.length === 3);
    return { link, id: session.id };
  }

  /** All by which a user would notice a change in the repository. */
  const stateOf = (rig: HostRig): string =>
    [
      rig.git('status', '--porcelain', '--branch'),
      rig.git('for-each-ref', 'refs/heads', 'refs/tags', 'refs/remotes'),
      rig.git('config', '--list', '--local'),
    ].join('\n');

  it('from the branch that it was shared on: listed, made again with its turns, read and continued', async () => {
    const ada = machine('ada');
    const { link: hers, id } = await written(ada);
    const summary = (await hers.call('sessions/list', {})).sessions[0];
    await hers.call('history/share', { branch });
    ada.git('push', '-q', 'origin', branch);

    const bob = machine('bob');
    bob.git('fetch', '-q', 'origin');
    const before = stateOf(bob);
    assert.ok(!existsSync(bob.location.dataFolder));
    const link = await bob.attached({ settings: settings('ref') });
    const { sessions, places, remotes } = await link.call('history/sessions', {});
    assert.deepEqual(places, [`refs/remotes/origin/${branch}`]);
    assert.deepEqual(remotes, ['origin']);
    assert.deepEqual(
      sessions.map(({ id: each, title, turns, createdAt, updatedAt, agent }) => ({ each, title, turns, createdAt, updatedAt, agent })),
      [
        {
          each: id,
          title: 'Marmalade plan',
          turns: 2,
          createdAt: summary?.createdAt,
          updatedAt: sessions[0]?.updatedAt,
          agent: 'built-in',
        },
      ],
    );
    assert.deepEqual((await link.call('sessions/list', {})).sessions, []);
    const index = await link.call('history/read', {});
    assert.equal(index.ref, `refs/remotes/origin/${branch}`);
    assert.match(index.pages[0]?.markdown ?? '', /\[Marmalade plan\]/);
    assert.equal((await link.call('history/read', { sessionId: id })).pages.length, 3);
    const { found } = await link.call('history/find', { query: 'About MARMALADE' });
    assert.deepEqual(
      found.map(({ session, matches }) => [session.id, matches.every(({ turn }) => turn === 0), matches.length > 0]),
      [[id, true, true]],
    );
    const [match] = found[0]?.matches ?? [];
    assert.equal(match?.excerpt.slice(match.start, match.end), 'about marmalade');
    assert.deepEqual((await link.call('history/find', { query: 'nobody wrote this' })).found, []);

    const { session } = await link.call('history/recover', { sessionId: id, folder: bob.folder });
    assert.equal(session.id, id);
    assert.equal(session.folder, bob.folder);
    assert.equal(session.createdAt, summary?.createdAt);
    assert.equal(session.recoveredFrom, `refs/remotes/origin/${branch}`);
    assert.deepEqual((await link.call('history/sessions', {})).sessions, []);
    assert.deepEqual((await link.call('history/find', { query: 'marmalade' })).found, []);
    assert.equal((await link.call('sessions/find', { query: 'about marmalade' })).found[0]?.session.id, id);
    await assert.rejects(link.call('history/recover', { sessionId: id, folder: bob.folder }), { code: 'conflict' });

    const follower = await Follower.of(link, id);
    assert.deepEqual(
      follower.state.turns.map(({ prompt }) => prompt),
      [[{ type: 'text', text: '/help about marmalade' }], [{ type: 'text', text: '/read nothing.txt' }]],
    );
    await follower.prompt('/help');
    assert.equal((await follower.ended(2)).reason, 'finished');
    // The history of this machine has the session as a whole: the old pages as they were, and the new one.
    await until(async () => (await link.call('history/read', { sessionId: id })).pages.length === 4);
    const pages = (await link.call('history/read', { sessionId: id })).pages;
    const hersPages = (await hers.call('history/read', { sessionId: id })).pages;
    assert.deepEqual(pages.slice(1, 3), hersPages.slice(1, 3));
    assert.equal(stateOf(bob), before);
  });

  it('an agent that is not known here is replaced by the default one, which is told what was said before', async () => {
    const echo = (id: string): ReturnType<typeof testAgent> => ({
      ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify({ turns: [[{ say: 'I heard: {{prompt}}' }]] }) }),
      id,
    });
    const ada = machine('ada');
    const hers = await ada.attached({ settings: { ...settingsWith(echo('only-hers')), history: 'ref' } });
    const { session } = await hers.call('session/create', { folder: ada.folder, agent: 'only-hers' });
    const first = await Follower.of(hers, session.id);
    await first.prompt('Remember the marmalade');
    await first.ended(0);
    await until(async () => (await hers.call('history/read', { sessionId: session.id })).pages.length === 2);
    await hers.call('history/share', { branch });
    ada.git('push', '-q', 'origin', branch);

    const bob = machine('bob');
    bob.git('fetch', '-q', 'origin');
    const link = await bob.attached({ settings: { ...settingsWith(echo('his')), defaultAgent: 'his' } });
    const recovered = await link.call('history/recover', { sessionId: session.id, folder: bob.folder });
    assert.equal(recovered.session.agent, 'his');
    const follower = await Follower.of(link, session.id);
    await follower.prompt('What was it?');
    const turn = await follower.ended(1);
    const [answer] = turn.entries;
    assert.match(
      answer?.kind === 'message' ? answer.text : '',
      /User: Remember the marmalade\n\nAssistant: I heard: Remember the marmalade[\s\S]*What was it\?$/,
    );
  });

  it('from a remote that is asked for it: the refs of its machines and its shared branches, and only when a person asks', async () => {
    const ada = machine('ada');
    const { link: hers, id } = await written(ada);
    const { ref } = await hers.call('history/read', {});
    ada.git('push', '-q', 'origin', `${ref ?? ''}:${ref ?? ''}`);

    const bob = machine('bob');
    const link = await bob.attached({ settings: settings('ref') });
    assert.deepEqual(await link.call('history/sessions', {}), { sessions: [], places: [], remotes: ['origin'] });
    const { refs } = await link.call('history/fetch', { remote: 'origin' });
    assert.deepEqual(refs, [`refs/session-loom/remotes/origin/${ref?.split('/').at(-1) ?? ''}`]);
    assert.deepEqual(
      (await link.call('history/sessions', {})).sessions.map((each) => each.id),
      [id],
    );
    assert.equal((await link.call('history/recover', { sessionId: id, folder: bob.folder })).session.turns, 2);
    await assert.rejects(link.call('history/fetch', { remote: 'nowhere' }), { code: 'not-found', message: /It has: origin/ });
    rmSync(join(top, 'remote.git'), { recursive: true });
    await assert.rejects(link.call('history/fetch', { remote: 'origin' }), { code: 'git', message: /could not be fetched/ });
  });

  for (const history of ['branch', 'folder'] as const) {
    it(`from a history that was kept as a ${history}`, async () => {
      const ada = machine('ada');
      const { id } = await written(ada, history);
      if (history === 'folder') {
        ada.git('add', 'docs');
        ada.git('commit', '-q', '-m', 'docs: sessions');
        ada.git('push', '-q', 'origin', 'main');
      } else ada.git('push', '-q', 'origin', branch);
      const bob = machine('bob');
      bob.git('fetch', '-q', 'origin');
      if (history === 'folder') bob.git('reset', '-q', '--hard', 'origin/main');
      const link = await bob.attached({ settings: settings('ref') });
      const { session } = await link.call('history/recover', { sessionId: id, folder: bob.folder });
      assert.equal(session.turns, 2);
      assert.equal(session.recoveredFrom, history === 'folder' ? 'docs/sessions' : `refs/remotes/origin/${branch}`);
    });
  }

  it('a session that was deleted here can be made again from our own history', async () => {
    const ada = machine('ada');
    const { link, id } = await written(ada);
    await link.call('session/delete', { sessionId: id });
    assert.deepEqual(
      (await link.call('history/sessions', {})).sessions.map((each) => each.id),
      [id],
    );
    assert.equal((await link.call('history/recover', { sessionId: id, folder: ada.folder })).session.turns, 2);
  });

  it('a recovery that was cut off leaves nothing half, and can be done again', async () => {
    const ada = machine('ada');
    const { link, id } = await written(ada);
    await link.call('session/delete', { sessionId: id });
    const scratch = join(ada.location.dataFolder, 'sessions', '.deleted-recovering-0123');
    mkdirSync(scratch);
    writeFileSync(join(scratch, '1-1.jsonl'), 'half');
    ada.kill();
    await until(() => link.state.state === 'connected' && link.host?.epoch === 2);
    await until(() => !existsSync(scratch));
    assert.equal((await link.call('history/recover', { sessionId: id, folder: ada.folder })).session.id, id);
    assert.deepEqual(readdirSync(dirname(scratch)), [id]);
  });

  it('a session of whose journal nothing can be read is made again from its pages, and its bytes are kept', async () => {
    const ada = machine('ada');
    const { link, id } = await written(ada);
    const pid = ada.kill('SIGTERM');
    await gone(pid);
    for (const name of readdirSync(ada.sessionPath(id)).filter((each) => each.endsWith('.jsonl')))
      writeFileSync(ada.sessionPath(id, name), 'x'.repeat(100));
    rmSync(join(ada.location.dataFolder, 'catalogue.db'));
    await until(() => link.state.state === 'connected' && link.host?.epoch === 2);
    await until(async () => (await link.call('history/sessions', {})).sessions.length === 1);
    assert.equal((await link.call('history/recover', { sessionId: id, folder: ada.folder })).session.turns, 2);
    const quarantine = join(ada.location.dataFolder, 'quarantine');
    const kept = readdirSync(quarantine).find((name) => name.startsWith(`session-${id}-`)) ?? '';
    assert.ok(readdirSync(join(quarantine, kept)).length > 0);
  });

  it('what only our own history holds can be cleaned up; a session that is here is not touched by it', async () => {
    const ada = machine('ada');
    const { link, id } = await written(ada);
    await assert.rejects(link.call('history/forget', { sessionId: id }), { code: 'conflict' });
    await link.call('session/delete', { sessionId: id });
    const { keptInHistory } = await link.call('history/forget', { sessionId: id });
    assert.match(keptInHistory ?? '', /were taken out of refs\/session-loom\/history\//);
    assert.deepEqual((await link.call('history/sessions', {})).sessions, []);
  });

  it('pages that somebody has changed cost themselves only', async () => {
    const ada = machine('ada');
    const { link, id } = await written(ada, 'folder');
    const month = readdirSync(join(ada.folder, 'docs/sessions')).find((name) => /^\d{4}-/.test(name)) ?? '';
    const folder = join(
      ada.folder,
      'docs/sessions',
      month,
      readdirSync(join(ada.folder, 'docs/sessions', month)).find((name) => name.endsWith(id)) ?? '',
    );
    await link.call('session/delete', { sessionId: id });
    writeFileSync(join(folder, '0001.md'), readFileSync(join(folder, '0001.md'), 'utf8').replace('turn: 1', 'turn: "one"'));
    writeFileSync(join(folder, '0009.md'), 'no page of ours');
    const other = join(dirname(folder), '2026-11-01-broken-abc');
    mkdirSync(other);
    writeFileSync(join(other, 'README.md'), '---\nsession: "../../../abc"\n---\n');
    assert.deepEqual(
      (await link.call('history/sessions', {})).sessions.map((each) => each.id),
      [id],
    );
    const { session } = await link.call('history/recover', { sessionId: id, folder: ada.folder });
    assert.equal(session.turns, 2);
  });
});

describe('R1.5 The next start offers to recover', function () {
  this.timeout(60_000);

  it('what the killed host left running is told with a way to the list of what can be recovered', async () => {
    const rig = new HostRig();
    try {
      const link = await rig.attached({ settings: settingsWith(testAgent('never-ends')) });
      const offers: (string | undefined)[] = [];
      link.on('host/notice', (notice) => offers.push(notice.offers));
      const { session } = await link.call('session/create', { folder: rig.folder, agent: 'never-ends' });
      const follower = await Follower.of(link, session.id);
      await follower.prompt('go');
      await follower.until(({ turns }) => turns.length === 1);
      rig.kill();
      await until(() => offers.includes('recover'));
      assert.equal((await link.call('sessions/list', {})).sessions[0]?.status, 'interrupted');
    } finally {
      await rig.close();
    }
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostLink } from '../../src/client/hostLink.ts';
import type { InputOf } from '../../src/protocol/contract.ts';
import type { HostRequests } from '../../src/protocol/host.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, until } from '../support/hostRig.ts';
import { geminiCli, openCode } from './install.ts';
import type { ModelEndpoint } from './modelEndpoint.ts';
import { startModelEndpoint } from './modelEndpoint.ts';
import { answer, asked, ended, wordsIn } from './talk.ts';

/** The six, by the agent that each begins with and the place where it works: `own` is a worktree of its own, `shared` that of the one before. */
const six = [
  { name: 'open-1', agent: 'opencode', place: 'own' },
  { name: 'open-2', agent: 'opencode', place: 'folder' },
  { name: 'gemini-1', agent: 'gemini', place: 'own' },
  { name: 'gemini-2', agent: 'gemini', place: 'shared' },
  { name: 'built-1', agent: 'built-in', place: 'own' },
  { name: 'built-2', agent: 'built-in', place: 'folder' },
] as const;

describe('R1.6 R3.3 R5.3 R5.4 R6.8 R6.11 R6.12 Six sessions of three agents at once, two of them real, in three worktrees', function () {
  this.timeout(180_000);
  let home: string;
  let model: ModelEndpoint;
  let rig: HostRig;
  let link: HostLink;
  let settings: InputOf<HostRequests['host/configure']>;
  let worktreesBefore: string;
  const followers: Follower[] = [];
  let seventh: Follower;

  const git = (...args: readonly string[]): string => execFileSync('git', ['-C', rig.folder, ...args], { encoding: 'utf8' });
  const follower = (name: (typeof six)[number]['name']): Follower => {
    const found = followers[six.findIndex((each) => each.name === name)];
    assert.ok(found !== undefined);
    return found;
  };
  const inbox = async () => (await link.call('inbox/list', {})).items;

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'loom-real-'));
    model = await startModelEndpoint();
    rig = new HostRig();
    writeFileSync(join(rig.folder, 'readme.txt'), 'one\n');
    git('add', '.');
    git('commit', '-q', '-m', 'the first');
    worktreesBefore = git('worktree', 'list');
    const agents = [await openCode(join(home, 'opencode'), model.url), await geminiCli(join(home, 'gemini'), model.url)];
    settings = { agents, defaultAgent: 'built-in', history: 'off', redactionPatterns: [], limits: { maxActiveSessions: 6 } };
    link = await rig.attached({ settings });
  });
  after(async () => {
    await rig.close();
    await model.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });
  afterEach(function () {
    // Each step stands on the one before it, so after a failure the rest would only say the same.
    if (this.currentTest?.state === 'failed') this.test?.parent?.bail(true);
  });

  it('all of them ask for permission at the same time, each in its place', async () => {
    let last = '';
    for (const { name, agent, place } of six) {
      const isolation = place === 'own' ? 'worktree' : place === 'folder' ? 'folder' : { worktree: last };
      const { session } = await link.call('session/create', { title: name, folder: rig.folder, agent, isolation });
      const made = await Follower.of(link, session.id);
      followers.push(made);
      await made.prompt(agent === 'built-in' ? `/run touch ${name}.txt` : `%run touch ${name}.txt`);
      await asked(made);
      last = made.state.cwd;
    }
    const places = followers.map(({ state }) => state.cwd);
    assert.equal(new Set(places).size, 4, 'three worktrees and the folder');
    assert.equal(git('worktree', 'list').trim().split('\n').length, 4);
    assert.equal((await inbox()).length, six.length);
  });

  it('a seventh waits for a place, and says so', async () => {
    const { session } = await link.call('session/create', { title: 'seventh', folder: rig.folder, agent: 'built-in', isolation: 'folder' });
    seventh = await Follower.of(link, session.id);
    await seventh.prompt('/help');
    await until(async () =>
      (await link.call('sessions/list', {})).sessions.some(({ id, status }) => id === session.id && status === 'queued'),
    );
    const listed = (await link.call('sessions/list', {})).sessions.find(({ id }) => id === session.id);
    assert.match(listed?.reason ?? '', /6 active sessions/);
    assert.equal(seventh.state.turns.length, 0);
  });

  it('their questions are answered from the inbox in the reverse order, and each acts in its own place only', async () => {
    const items = await inbox();
    assert.deepEqual(
      items.map((item) => item.kind === 'permission' && item.sessionId),
      followers.map(({ sessionId }) => sessionId),
    );
    for (const item of items.toReversed()) {
      const one = followers.find(({ sessionId }) => item.kind === 'permission' && sessionId === item.sessionId);
      assert.ok(one !== undefined);
      await answer(one, await asked(one), 'allow-once');
      assert.equal((await ended(one, 0)).reason, 'finished');
    }
    for (const [index, { name }] of six.entries()) {
      const here = followers[index]?.state.cwd;
      for (const place of new Set(followers.map(({ state }) => state.cwd)))
        assert.equal(existsSync(join(place, `${name}.txt`)), place === here, `${name} in ${place}`);
    }
    assert.deepEqual(await inbox(), []);
    assert.equal((await ended(seventh, 0)).reason, 'finished');
  });

  it('one is cancelled, and one whose agent is killed is brought back by a restart', async () => {
    const [open, gemini] = [follower('open-2'), follower('gemini-1')];
    await open.prompt('%slow 400');
    await gemini.prompt('%slow 400');
    await open.until(() => open.text.includes('word-2 '), 60_000);
    await gemini.until(() => gemini.text.includes('word-2 '), 60_000);
    await link.call('turn/cancel', { sessionId: open.sessionId });
    assert.equal((await ended(open, 1)).reason, 'cancelled');
    const { instances } = await link.call('instances/list', {});
    const running = instances.find((each) => each.sessions.includes(gemini.sessionId));
    assert.ok(running?.pid !== undefined);
    process.kill(running.pid, 'SIGKILL');
    const cut = await ended(gemini, 1);
    assert.notEqual(cut.reason, 'finished');
    assert.match(cut.error ?? '', /Gemini CLI.* (ended|was ended|was killed)/);
    assert.equal(gemini.state.agentPhase, 'failed');
    await link.call('agent/restart', { sessionId: gemini.sessionId });
    await gemini.until(({ agentPhase }) => agentPhase === 'ready', 60_000);
    await gemini.prompt('%say Here again');
    assert.equal((await ended(gemini, 2)).reason, 'finished');
  });

  it('one is given to the other agent, which knows what was said', async () => {
    const open = follower('open-2');
    await open.prompt('%say The word is marzipan.');
    await ended(open, 2);
    await link.call('session/switchAgent', { sessionId: open.sessionId, agent: 'gemini' });
    await open.prompt('%recall');
    const turn = await ended(open, 3);
    assert.equal(turn.reason, 'finished');
    assert.match(wordsIn(turn), /marzipan/);
    assert.equal(open.state.agent, 'gemini');
  });

  it('another client finds all of them', async () => {
    link.dispose();
    link = await rig.attached({ settings });
    const { sessions } = await link.call('sessions/list', {});
    assert.deepEqual(new Set(sessions.map(({ title }) => title)), new Set([...six.map(({ name }) => name), 'seventh']));
  });

  it('after all are closed no process is left, the worktrees are as before, and what was in them is kept', async () => {
    for (const { id } of (await link.call('sessions/list', {})).sessions) await link.call('session/move', { sessionId: id, to: 'closed' });
    const { worktrees } = await link.call('worktree/list', {});
    for (const { path } of worktrees.filter(({ isOurs }) => isOurs)) {
      const { rescue } = await link.call('worktree/remove', { path, force: true });
      assert.match(rescue ?? '', /^refs\/session-loom\/rescue\//);
    }
    assert.equal(git('worktree', 'list'), worktreesBefore);
    const kept = git('for-each-ref', '--format=%(refname)', 'refs/session-loom/rescue')
      .trim()
      .split('\n')
      .map((ref) => git('ls-tree', '-r', '--name-only', ref));
    for (const { name, place } of six)
      if (place !== 'folder')
        assert.ok(
          kept.some((names) => names.includes(`${name}.txt`)),
          `${name}.txt is kept`,
        );
    link.dispose();
    await until(() => rig.processes().length === 0, 10_000);
  });
});

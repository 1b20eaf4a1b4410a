import assert from 'node:assert/strict';
import { promptText } from '../../../src/model/content.ts';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../../support/hostRig.ts';

const code = (wanted: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === wanted;

describe('R1.1 R1.2 R3.4 A forked session', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  before(async () => {
    rig = new HostRig();
    const forks = testAgent('forks');
    link = await rig.attached({
      settings: settingsWith(forks, { ...forks, id: 'refuses', env: { LOOM_REFUSES: '1' } }, testAgent('never-ends')),
    });
  });
  after(() => rig.close());

  const make = async (agent: string, ...prompts: readonly string[]): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent, title: 'Trunk', color: 'green' });
    const follower = await Follower.of(link, session.id);
    for (const [index, prompt] of prompts.entries()) {
      await follower.prompt(prompt);
      await follower.ended(index);
    }
    return follower;
  };
  const fork = async (of: Follower, turn?: string): Promise<Follower> => {
    const { session } = await link.call('session/fork', { sessionId: of.sessionId, ...(turn === undefined ? {} : { turn }) });
    return Follower.of(link, session.id);
  };
  const said = (follower: Follower): readonly string[] => follower.state.turns.map(({ prompt }) => promptText(prompt));

  it('begins with what was said, as it was said, names its parent, and goes its own way', async () => {
    const trunk = await make('built-in', '/help', '/search first');
    const branch = await fork(trunk);
    assert.equal(branch.state.title, 'Fork of Trunk');
    assert.equal(branch.state.parent, trunk.sessionId);
    assert.equal(branch.state.parentTitle, 'Trunk');
    assert.equal(branch.state.color, 'green');
    assert.equal(branch.state.unread, false);
    const strip = ({ isCopy: _copy, ...turn }: (typeof branch.state.turns)[number]): unknown => turn;
    assert.deepEqual(branch.state.turns.map(strip), trunk.state.turns.map(strip));
    assert.ok(branch.state.turns.every(({ isCopy }) => isCopy === true));
    assert.deepEqual(
      [branch.state.counts.messages, branch.state.counts.tools, branch.state.lastMessage],
      [trunk.state.counts.messages, trunk.state.counts.tools, trunk.state.lastMessage],
    );
    await branch.prompt('/help again');
    await branch.ended(2);
    await trunk.prompt('/help');
    await trunk.ended(2);
    assert.deepEqual(said(branch), ['/help', '/search first', '/help again']);
    assert.deepEqual(said(trunk), ['/help', '/search first', '/help']);
    assert.equal(new Set(branch.entries.map(({ id }) => id)).size, branch.entries.length);
    const { markdown } = await link.call('session/transcript', { sessionId: branch.sessionId });
    assert.match(markdown, /\/search first/);
    assert.deepEqual((await Follower.of(link, branch.sessionId)).state, branch.state);
  });

  it('ends at the turn that was chosen, and its agent hears of no more than that', async () => {
    const trunk = await make('forks', 'one', 'two', 'three');
    const branch = await fork(trunk, trunk.state.turns[1]?.id);
    assert.deepEqual(said(branch), ['one', 'two']);
    await branch.prompt('four');
    await branch.ended(2);
    const [last] = branch.lastTurn?.entries ?? [];
    assert.ok(last?.kind === 'message');
    assert.match(last.text, /User: one.*User: two.*four$/s);
    assert.doesNotMatch(last.text, /three|fork1/);
  });

  it('is forked by the agent itself where it offers that and all was said, and told what was said where it refuses', async () => {
    const trunk = await make('forks', 'one');
    const branch = await fork(trunk);
    await branch.until(({ agentPhase }) => agentPhase === 'ready');
    assert.equal(branch.state.acpSessionId, `${trunk.state.acpSessionId ?? ''}-fork1`);
    await branch.prompt('two');
    await branch.ended(1);
    const [answer] = branch.lastTurn?.entries ?? [];
    assert.ok(answer?.kind === 'message');
    assert.equal(answer.text, `[${branch.state.acpSessionId}] two`);

    const refused = await fork(await make('refuses', 'one'));
    await refused.prompt('two');
    await refused.ended(1);
    const [told] = refused.lastTurn?.entries ?? [];
    assert.ok(told?.kind === 'message');
    assert.match(told.text, /User: one.*two$/s);
  });

  it('has its own copies of large contents, which stay when the parent is deleted', async () => {
    const trunk = await make('forks');
    const text = 'a long line of text\n'.repeat(20_000);
    await link.call('session/prompt', { sessionId: trunk.sessionId, parts: [{ type: 'attachment', name: 'Log', text }] });
    await trunk.ended(0);
    const branch = await fork(trunk);
    await link.call('session/delete', { sessionId: trunk.sessionId });
    const [part] = branch.state.turns[0]?.prompt ?? [];
    assert.ok(part?.type === 'attachment' && part.content.blob !== undefined);
    const { data } = await link.call('session/blob', { sessionId: branch.sessionId, blob: part.content.blob });
    assert.equal(Buffer.from(data, 'base64').toString('utf8'), text);
    assert.equal((await Follower.of(link, branch.sessionId)).state.parentTitle, 'Trunk');
  });

  it('leaves out a turn that still runs, and is refused where nothing can be taken along', async () => {
    const trunk = await make('never-ends');
    await assert.rejects(fork(trunk), code('conflict'));
    await trunk.prompt('work');
    await trunk.says('thinking');
    await assert.rejects(fork(trunk), code('conflict'));
    await assert.rejects(fork(trunk, trunk.lastTurn?.id), code('conflict'));
    await assert.rejects(fork(trunk, 't7'), code('not-found'));
    await link.call('session/move', { sessionId: trunk.sessionId, to: 'closed' });
    const sessions = (await link.call('sessions/list', {})).total;
    const branch = await fork(trunk);
    assert.equal(branch.lastTurn?.reason, 'cancelled');
    assert.equal(branch.state.lifecycle, 'open');
    assert.equal((await link.call('sessions/list', {})).total, sessions + 1);
  });

  it('is written down in git with all of its turns, and with a link to its parent', async () => {
    const other = new HostRig();
    try {
      const second = await other.attached();
      const { session } = await second.call('session/create', {
        folder: other.folder,
        title: 'Trunk',
        prompt: [{ type: 'text', text: '/help' }],
      });
      await (await Follower.of(second, session.id)).ended(0);
      const { session: made } = await second.call('session/fork', { sessionId: session.id });
      const branch = await Follower.of(second, made.id);
      await branch.prompt('/help again');
      await branch.ended(1);
      const read = async (): Promise<readonly string[]> =>
        (await second.call('history/read', { sessionId: made.id })).pages.map(({ markdown }) => markdown);
      // A turn is handed to the history when its end is on the disk, a moment after it was told.
      await until(async () => (await read()).some((page) => page.includes('> /help again')));
      const pages = await read();
      assert.match(pages.join('\n'), /Comes from \[Trunk\]/);
      assert.ok(
        pages.some((page) => /turn 1$/m.test(page)),
        'the turn before the fork has its page',
      );
    } finally {
      await other.close();
    }
  });
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { isNewer } from '../../src/client/findHost.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';

const code = (wanted: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === wanted;

describe('R6.15 Windows of two versions', function () {
  this.timeout(60_000);
  let rig: HostRig;
  beforeEach(() => {
    rig = new HostRig();
    writeFileSync(`${rig.folder}/turn.jsonl`, '{"say":"word {{n}} ","repeat":60,"delay":20}\n');
  });
  afterEach(() => rig.close());

  it('compare versions as numbers', () => {
    assert.equal(isNewer('1.10.0', '1.9.9'), true);
    assert.equal(isNewer('1.9.9', '1.10.0'), false);
    assert.equal(isNewer('1.0.0', '1.0.0'), false);
  });

  for (const mode of ['start', 'if-running'] as const) {
    it(`let the newer one put its own host in the place of an older idle one at once (${mode})`, async () => {
      const older = await rig.attached({ version: '1.0.0' });
      const first = older.host?.pid;
      const newer = rig.link({ version: '1.1.0' });
      assert.equal(await newer.attach(mode), true);
      assert.equal(newer.host?.version, '1.1.0');
      assert.equal(newer.state.state, 'connected');
      await until(() => older.state.state === 'other-version');
      assert.equal(older.host?.pid, newer.host.pid);
      assert.notEqual(newer.host.pid, first);
      assert.equal(rig.started, 2);
    });
  }

  it('do not replace each other in turns', async () => {
    const newer = await rig.attached({ version: '1.1.0' });
    const pid = newer.host?.pid;
    for (let round = 0; round < 3; round++) {
      const older = await rig.attached({ version: '1.0.0' });
      assert.equal(older.host?.pid, pid);
      assert.equal(older.state.state, 'other-version');
      older.dispose();
      const again = await rig.attached({ version: '1.1.0' });
      assert.equal(again.host?.pid, pid);
    }
    assert.equal(rig.started, 1);
  });

  it('a host of another version with a turn running: the newer window reads along, answers and stops, and takes over after it', async () => {
    const settings = settingsWith(
      testAgent('scripted', {
        LOOM_SCRIPT: JSON.stringify({
          turns: [
            [
              { ask: { toolCall: { toolCallId: 'a', title: 'May I?' }, options: [{ optionId: 'yes', name: 'Yes', kind: 'allow_once' }] } },
              { say: 'thanks' },
            ],
          ],
        }),
      }),
    );
    const older = await rig.attached({ version: '1.0.0', settings });
    const { session } = await older.call('session/create', { folder: rig.folder, agent: 'scripted' });
    const there = await Follower.of(older, session.id);
    await there.prompt('go');
    await there.until(({ counts }) => counts.waiting === 1);
    await there.prompt('and this waits');

    const newer = await rig.attached({ version: '1.1.0', settings });
    assert.equal(newer.state.state, 'other-version');
    assert.equal(newer.host?.version, '1.0.0');
    assert.equal((await newer.call('sessions/list', {})).sessions[0]?.status, 'waiting');
    const here = await Follower.of(newer, session.id);
    await assert.rejects(newer.call('session/create', { folder: rig.folder }), code('version'));
    await assert.rejects(here.prompt('not yet'), code('version'));
    await assert.rejects(there.prompt('not any more'), code('unavailable'));
    const entry = here.entries.find(({ kind }) => kind === 'permission');
    await newer.call('permission/answer', { sessionId: session.id, entry: entry?.id ?? '', optionId: 'yes' });
    await here.ended(0);
    assert.equal(here.text, 'thanks');

    await until(() => newer.state.state === 'connected');
    assert.equal(newer.host.version, '1.1.0');
    const after = await Follower.of(newer, session.id);
    // What waited behind the last turn of the old host is not forgotten by the new one.
    const turn = await after.until(
      ({ turns }) => turns.length === 2 && turns[1]?.entries.some(({ kind }) => kind === 'permission') === true,
    );
    assert.equal(turn.queue.length, 0);
  });

  it('let the older one come back to the host of the newer', async () => {
    const older = await rig.attached({ version: '1.0.0' });
    const { session } = await older.call('session/create', { folder: rig.folder, prompt: [{ type: 'text', text: '/play turn.jsonl' }] });
    const newer = await rig.attached({ version: '1.1.0' });
    assert.equal(newer.state.state, 'other-version');
    await until(() => newer.state.state === 'connected');
    await until(() => older.state.state === 'other-version');
    const { checkpoint } = await older.call('session/follow', { sessionId: session.id });
    assert.equal(checkpoint?.turns[0]?.reason, 'finished');
    assert.equal(rig.started, 2);
  });
});

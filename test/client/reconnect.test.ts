import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { LinkState } from '../../src/client/hostLink.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, until } from '../support/hostRig.ts';

describe('R6.15 A client whose host dies', function () {
  this.timeout(60_000);
  let rig: HostRig;
  before(() => {
    rig = new HostRig();
    writeFileSync(`${rig.folder}/long.jsonl`, '{"say":"word {{n}} ","repeat":4000,"delay":2}\n');
  });
  after(() => rig.close());

  it('comes back by itself after kill -9, with every event that it had been shown and none twice', async () => {
    const link = await rig.attached();
    const states: LinkState['state'][] = [];
    link.onStateChanged(({ state }) => states.push(state));
    const { session } = await link.call('session/create', { folder: rig.folder });
    const follower = (await Follower.of(link, session.id)).keepUp();
    await follower.prompt('/play long.jsonl');
    await follower.says('word 20');
    const epoch = link.host?.epoch ?? 0;
    rig.kill();
    await follower.ended(0);
    assert.equal(follower.lastTurn?.reason, 'interrupted');
    assert.deepEqual(states, ['lost', 'connecting', 'connected']);
    assert.ok((link.host?.epoch ?? 0) > epoch);
    assert.deepEqual(follower.repeated, []);
    const other = await rig.attached();
    const whole = await Follower.of(other, session.id);
    assert.deepEqual(follower.state, whole.state);
    assert.match(follower.text, /word 1 .*word 20 /s);
    // Who stays would start the next host by itself, and hear what the next test waits for.
    link.dispose();
    other.dispose();
  });

  it('can go on with the turn that was cut off, and the agent knows what was said', async () => {
    const link = await rig.attached();
    const id = (await link.call('sessions/list', {})).sessions[0]?.id ?? '';
    const follower = await Follower.of(link, id);
    assert.equal(follower.lastTurn?.reason, 'interrupted');
    await link.call('session/continue', { sessionId: id });
    const turn = await follower.ended(1);
    assert.equal(turn.reason, 'finished');
    await assert.rejects(link.call('session/continue', { sessionId: id }), /no interrupted turn/);
    link.dispose();
  });

  it('is told what the start of the new host has found, also when nobody was there to hear it', async () => {
    const link = await rig.attached();
    const { session } = await link.call('session/create', { folder: rig.folder });
    const follower = await Follower.of(link, session.id);
    await follower.prompt('/play long.jsonl');
    await follower.says('word 3');
    link.dispose();
    const pid = rig.kill();
    await until(() => !rig.processes().includes(pid));
    const next = rig.link();
    const notices: string[] = [];
    next.on('host/notice', ({ text }) => notices.push(text));
    await next.attach('start');
    await next.call('sessions/list', {});
    await until(() => notices.length > 0);
    assert.match(notices[0] ?? '', /turns? (was|were) interrupted/);
  });

  it('is back after each of several deaths in a row', async () => {
    const link = await rig.attached();
    for (let round = 0; round < 2; round++) {
      const { pid } = rig.endpoint();
      rig.kill();
      await until(() => link.state.state === 'connected' && link.host?.pid !== pid);
      assert.equal((await link.call('host/status', {})).pid, link.host?.pid);
    }
  });

  it('says of a request that was under way that it is not known what became of it', async () => {
    const link = await rig.attached();
    process.kill(rig.endpoint().pid, 'SIGSTOP');
    const asked = link.call('sessions/list', {});
    rig.kill();
    await assert.rejects(asked, (error: unknown) => error instanceof Error && 'code' in error && error.code === 'disconnected');
  });
});

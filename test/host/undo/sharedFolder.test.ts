import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../../support/hostRig.ts';

describe('R6.7 Two sessions in one folder', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  const path = (name: string): string => join(rig.folder, name);
  const text = (name: string): string => readFileSync(path(name), 'utf8');
  const numbers = (first: string, last: string, middle = '5'): string =>
    [first, '2', '3', '4', middle, '6', '7', '8', last].map((line) => `${line}\n`).join('');
  const writes = (...files: readonly (readonly [name: string, content: string])[]): string => {
    const requests = files.map(([name, content]) => ({ request: { method: 'fs/write_text_file', params: { path: path(name), content } } }));
    return JSON.stringify({ turns: [[...requests, { say: 'done' }], [{ waitForCancel: true }]] });
  };

  before(async () => {
    rig = new HostRig();
    writeFileSync(path('both.txt'), numbers('1', '9'));
    writeFileSync(path('clash.txt'), numbers('1', '9'));
    const agent = (id: string, script: string) => ({ ...testAgent('scripted', { LOOM_SCRIPT: script }), id });
    const first = agent(
      'first',
      writes(['both.txt', numbers('one', '9')], ['clash.txt', numbers('1', '9', 'five')], ['own.txt', 'mine\n']),
    );
    const second = agent(
      'second',
      writes(['both.txt', numbers('one', 'nine')], ['clash.txt', numbers('1', '9', 'FIVE')], ['other.txt', 'theirs\n']),
    );
    link = await rig.attached({ settings: settingsWith(first, second) });
  });
  after(() => rig.close());

  async function work(agent: string): Promise<Follower> {
    const { session } = await link.call('session/create', { folder: rig.folder, agent, title: `By ${agent}` });
    const follower = await Follower.of(link, session.id);
    await follower.prompt('Go');
    const { id } = await follower.ended(0);
    await follower.until(() => follower.events.some(({ fact }) => fact.type === 'files.counted' && fact.turn === id));
    return follower;
  }

  it('one is taken back after a look at what conflicts; what the other did, also in the same file, stays', async () => {
    const first = await work('first');
    const second = await work('second');
    const { sessionId } = first;
    const turn = first.state.turns[0]?.id ?? '';
    await second.prompt('And on');
    await second.until(({ turns }) => turns.length === 2);
    const plan = await link.call('session/restorePlan', { sessionId, turn });
    assert.deepEqual(plan.files, [
      { path: path('both.txt'), does: 'write', isMerged: true },
      { path: path('own.txt'), does: 'delete', isMerged: false },
    ]);
    assert.deepEqual(plan.left, [{ path: path('clash.txt'), reason: 'The same lines were changed since.' }]);
    assert.deepEqual(plan.shared, [
      { path: path('both.txt'), titles: ['By second'] },
      { path: path('clash.txt'), titles: ['By second'] },
    ]);
    assert.deepEqual([plan.isRunning, plan.working], [false, ['By second']]);
    const { restored, left } = await link.call('session/restore', { sessionId, to: { turn } });
    assert.deepEqual([restored, left.length], [2, 1]);
    assert.equal(text('both.txt'), numbers('1', 'nine'));
    assert.equal(text('clash.txt'), numbers('1', '9', 'FIVE'));
    assert.equal(text('other.txt'), 'theirs\n');
    await link.call('turn/cancel', { sessionId: second.sessionId });
    await second.ended(1);
    const ofSecond = { sessionId: second.sessionId, turn: second.state.turns[0]?.id ?? '' };
    await until(async () => !(await link.call('session/restorePlan', ofSecond)).isRunning);
    await link.call('session/review', { sessionId: second.sessionId, decision: 'undo' });
    assert.equal(text('both.txt'), numbers('1', '9'));
    assert.equal(text('clash.txt'), numbers('1', '9', 'five'));
  });
});

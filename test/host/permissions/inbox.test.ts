import assert from 'node:assert/strict';
import type { HostLink } from '../../../src/client/hostLink.ts';
import type { InboxItem } from '../../../src/protocol/inboxRequests.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, newCapability, settingsWith, testAgent, until } from '../../support/hostRig.ts';

const ask = (command: string): object => ({
  ask: {
    toolCall: { toolCallId: command, title: `Run <b>${command}</b>`, kind: 'execute', rawInput: { command } },
    options: [
      { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
      { optionId: 'no', name: 'No', kind: 'reject_once' },
    ],
  },
});

describe('R6.8 The inbox', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  let told: readonly InboxItem[] = [];
  before(async () => {
    rig = new HostRig();
    const script = { turns: [[ask('npm test'), { say: '{{answer}}' }]] };
    link = await rig.attached({ name: 'a window', settings: settingsWith(testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(script) })) });
    link.on('inbox/changed', ({ items }) => (told = items));
  });
  after(() => rig.close());

  const make = async (): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'scripted' });
    const follower = await Follower.of(link, session.id);
    await follower.prompt('go');
    await follower.until(({ counts }) => counts.waiting === 1);
    return follower;
  };

  it('lists what waits in all sessions, the oldest first, and takes answers in any order; none holds up another', async () => {
    const followers = [await make(), await make(), await make()];
    await until(() => told.length === 3);
    const { items } = await link.call('inbox/list', {});
    assert.deepEqual(items, told);
    assert.deepEqual(items.map((item) => (item.kind === 'approval' ? '' : item.sessionId)), followers.map(({ sessionId }) => sessionId)); // prettier-ignore
    const [first] = items;
    assert.ok(first?.kind === 'permission');
    assert.deepEqual([first.title, first.detail, first.toolKind], ['Run <b>npm test</b>', 'npm test', 'execute']);
    assert.deepEqual(first.offers[0], [{ decision: 'allow', command: 'npm test' }]);
    for (const item of items.toReversed()) {
      assert.ok(item.kind === 'permission');
      await link.call('permission/answer', { sessionId: item.sessionId, entry: item.entry, optionId: 'yes' });
      await followers.find(({ sessionId }) => sessionId === item.sessionId)?.ended(0);
    }
    await until(() => told.length === 0);
    assert.deepEqual((await link.call('inbox/list', {})).items, []);
  });

  it('lets go of what is withdrawn, as by a stop', async () => {
    const follower = await make();
    await until(() => told.length === 1);
    await link.call('turn/cancel', { sessionId: follower.sessionId });
    await until(() => told.length === 0);
  });

  it('lists approvals that are bound to content, for every window', async () => {
    const other = await rig.attached({ name: 'another editor', capability: newCapability() });
    const { code } = await other.call('capability/pair', {});
    await until(() => told.length === 1);
    const [item] = told;
    assert.ok(item?.kind === 'approval' && item.detail.includes(code));
    const at = new Date().toISOString();
    const signature = rig.capability.decide(rig.location.dataFolder, item.approval, item.title, 'refused', at);
    await link.call('approvals/decide', { id: item.approval.id, verdict: 'refused', at, signature });
    await until(() => told.length === 0);
    assert.equal(
      (await other.call('capability/pair', {})).state,
      'asked',
      'it can ask again, since a person may have pressed the wrong key',
    );
  });
});

import assert from 'node:assert/strict';
import type { HostLink } from '../../src/client/hostLink.ts';
import { toolWord } from '../../src/model/toolCall.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent } from '../support/hostRig.ts';

const call = { sessionUpdate: 'tool_call', toolCallId: 'c1', title: 'npm test', kind: 'execute', status: 'in_progress' };
const fails = { sessionUpdate: 'tool_call_update', toolCallId: 'c1', status: 'failed' };

describe('R5.1 R1.12 A tool call that a person did not want', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  before(async () => {
    rig = new HostRig();
    const plan = { turns: [[{ update: call }, { say: 'working' }, { waitForCancel: true }, { update: fails }]] };
    link = await rig.attached({
      settings: settingsWith({ ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(plan) }), id: 'fails-when-stopped' }),
    });
  });
  after(() => rig.close());

  const make = async (agent: string): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    return Follower.of(link, session.id);
  };
  const words = (follower: Follower): readonly string[] =>
    follower.entries.flatMap((entry) => (entry.kind === 'tool' ? [toolWord(entry)] : []));
  const transcript = async ({ sessionId }: Follower): Promise<string> => (await link.call('session/transcript', { sessionId })).markdown;

  it('reads as refused when it was refused, in the session and in its transcript', async () => {
    const follower = await make('built-in');
    await follower.prompt('/run touch never');
    await follower.until(({ counts }) => counts.waiting === 1);
    const question = follower.entries.find(({ kind }) => kind === 'permission');
    await link.call('permission/answer', { sessionId: follower.sessionId, entry: question?.id ?? '', optionId: 'reject_once' });
    assert.equal((await follower.ended(0)).reason, 'finished');
    assert.deepEqual(words(follower), ['Refused']);
    assert.match(await transcript(follower), /\(refused\)/);
    assert.doesNotMatch(await transcript(follower), /\(failed\)/);
    assert.deepEqual(words(await Follower.of(link, follower.sessionId)), ['Refused']);
  });

  it('reads as stopped when its turn was stopped, although the agent calls it failed', async () => {
    const follower = await make('fails-when-stopped');
    await follower.prompt('go');
    await follower.says('working');
    await link.call('turn/cancel', { sessionId: follower.sessionId });
    assert.equal((await follower.ended(0)).reason, 'cancelled');
    assert.deepEqual(words(follower), ['Stopped']);
    assert.match(await transcript(follower), /\(stopped\)/);
  });
});

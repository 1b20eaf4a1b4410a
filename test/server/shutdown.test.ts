import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';
import { journalEvents } from '../support/journalEvents.ts';

describe('R6.15 A host that is told to end', function () {
  this.timeout(60_000);
  const stubborn = testAgent('never-ends', { LOOM_STUBBORN: '1' });

  for (const [signal, first] of [
    ['SIGTERM', stubborn],
    ['SIGINT', testAgent('never-ends')],
    ['SIGHUP', testAgent('never-ends')],
  ] as const) {
    const kind = first === stubborn ? ', however stubborn,' : '';
    it(`marks the running turns, ends its agents${kind} and leaves no process and no endpoint behind (${signal})`, async () => {
      const rig = new HostRig();
      try {
        const settings = settingsWith(first, testAgent('hangs-at-initialize'), testAgent('floods', { LOOM_COUNT: '100000' }));
        const link = await rig.attached({ settings });
        const followers = await Promise.all(
          ['never-ends', 'hangs-at-initialize', 'floods'].map(async (agent) => {
            const { session } = await link.call('session/create', { folder: rig.folder, agent });
            const follower = await Follower.of(link, session.id);
            await follower.prompt('go');
            return follower;
          }),
        );
        await followers[0]?.says('thinking');
        await followers[1]?.until(({ agentPhase }) => agentPhase === 'starting');
        await followers[2]?.says('10 ');
        assert.ok(rig.processes().length >= 4);
        const reasons: string[] = [];
        link.on('host/leaving', ({ reason }) => {
          reasons.push(reason);
          link.dispose();
        });
        const pid = rig.kill(signal);
        await until(() => !rig.processes().includes(pid));
        assert.deepEqual(rig.processes(), []);
        assert.deepEqual(reasons, [signal]);
        if (first !== stubborn) {
          // The host was not cut off by its own limit of five seconds, which an agent that only SIGKILL ends can use up on a busy machine.
          assert.ok(rig.log().some(({ msg }) => msg === 'The session host has left.'));
          assert.equal(existsSync(rig.paths.file), false);
        }
        for (const { sessionId } of followers) {
          const ends = journalEvents(rig.sessionPath(sessionId)).flatMap(({ fact }) => (fact.type === 'turn.ended' ? [fact.reason] : []));
          assert.deepEqual(ends, ['interrupted']);
        }
      } finally {
        await rig.close();
      }
    });
  }

  it('writes its log as lines of JSON, without a token in it', async () => {
    const rig = new HostRig();
    try {
      await rig.attached();
      const { token } = rig.endpoint();
      const lines = rig.log();
      assert.ok(lines.some(({ msg }) => msg === 'The session host listens.'));
      assert.equal(JSON.stringify(lines).includes(token), false);
      assert.equal(JSON.stringify(lines).includes(rig.marker), false);
    } finally {
      await rig.close();
    }
  });
});

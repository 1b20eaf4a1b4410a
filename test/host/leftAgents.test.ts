import assert from 'node:assert/strict';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';

const isLinux = process.platform === 'linux';

(isLinux ? describe : describe.skip)('R5.4 R1.5 An agent that outlives its killed host', () => {
  it('is ended by the next host, however little it wants to end', async () => {
    const rig = new HostRig({ graceMs: 5000 });
    try {
      const link = await rig.attached({ settings: settingsWith(testAgent('never-ends', { LOOM_STUBBORN: '1' })) });
      const { session } = await link.call('session/create', { folder: rig.folder, agent: 'never-ends' });
      const follower = await Follower.of(link, session.id);
      await follower.prompt('go on for ever');
      await follower.until(({ agentPhase }) => agentPhase === 'ready');
      const [agent] = (await link.call('host/status', {})).agents;
      assert.ok(agent?.pid !== undefined);
      const { pid } = rig.endpoint();
      rig.kill();
      await until(() => link.state.state === 'connected' && link.host?.pid !== pid);
      await until(() => !isAlive(agent.pid ?? 0));
    } finally {
      await rig.close();
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

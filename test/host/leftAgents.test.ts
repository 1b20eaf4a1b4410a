import assert from 'node:assert/strict';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';

const isLinux = process.platform === 'linux';

(isLinux ? describe : describe.skip)('R5.4 R1.5 An agent that outlives its killed host', function () {
  this.timeout(60_000);

  it('is ended by the next host with what it started, however little they want to end; its session says that it was cut off', async () => {
    const rig = new HostRig({ graceMs: 5000 });
    try {
      const settings = settingsWith(testAgent('never-ends', { LOOM_STUBBORN: '1' }), testAgent('leaves-helper'));
      const link = await rig.attached({ settings });
      const make = async (agent: string): Promise<Follower> => {
        const { session } = await link.call('session/create', { folder: rig.folder, agent });
        const follower = await Follower.of(link, session.id);
        await follower.prompt('go on for ever');
        await follower.until(({ agentPhase }) => agentPhase === 'ready');
        return follower;
      };
      await make('never-ends');
      const helping = await make('leaves-helper');
      await helping.until(() => /helper \d+\./.test(helping.text));
      const helper = Number(/helper (\d+)\./.exec(helping.text)?.[1]);
      const agents = (await link.call('host/status', {})).agents.map((agent) => agent.pid ?? 0);
      assert.equal(agents.length, 2);
      assert.ok([...agents, helper].every(isAlive), 'The fault did not happen: nothing is there that could be left behind.');
      const { pid } = rig.endpoint();
      rig.kill();
      await until(() => link.state.state === 'connected' && link.host?.pid !== pid);
      await until(() => ![...agents, helper].some(isAlive));
      await (await Follower.of(link, helping.sessionId)).until(({ turns }) => turns[0]?.reason === 'interrupted');
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

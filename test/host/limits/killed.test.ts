import assert from 'node:assert/strict';
import { Follower } from '../../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../../support/hostRig.ts';

const plan = { turns: [[{ say: 'heard {{prompt}}.' }, { waitForCancel: true }]] };
const waits = { ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(plan) }), id: 'waits' };
const refused = { turns: [[{ fail: { code: -32000 - 1, message: 'Rate limit reached, try again in 2 s.' } }], [{ say: 'fine' }]] };
const limited = { ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(refused) }), id: 'limited' };

describe('R1.6 R1.3 R6.12 Sessions that wait when their host is killed', function () {
  this.timeout(60_000);

  it('wait in the same order under the next host, and a rate limit is kept until its time', async () => {
    const rig = new HostRig({ graceMs: 5000 });
    try {
      const link = await rig.attached({ settings: { ...settingsWith(waits, limited), limits: { maxActiveSessions: 1 } } });
      const make = async (agent: string, text: string): Promise<Follower> => {
        const { session } = await link.call('session/create', { folder: rig.folder, agent });
        const follower = await Follower.of(link, session.id);
        await follower.prompt(text);
        return follower;
      };
      const before = await make('limited', 'first');
      await before.until(({ hold }) => hold?.kind === 'rate-limited');
      const working = await make('waits', 'one');
      await working.says('heard one.');
      const [two, three] = [await make('waits', 'two'), await make('waits', 'three')];
      const placeOf = ({ state }: Follower): number | undefined => (state.hold?.kind === 'capacity' ? state.hold.place : undefined);
      await three.until(() => placeOf(three) === 2);
      assert.equal(placeOf(two), 1);
      const { pid } = rig.endpoint();
      rig.kill();
      await until(() => link.state.state === 'connected' && link.host?.pid !== pid);

      const [parked, second, third] = await Promise.all([before, two, three].map(({ sessionId }) => Follower.of(link, sessionId)));
      assert.ok(parked !== undefined && second !== undefined && third !== undefined);
      // Only the agent that was cut off is free again: of those that waited, the one that stood first goes first.
      await second.says('heard two.');
      assert.equal(third.state.turns.length, 0);
      await third.until(() => placeOf(third) !== undefined);
      await link.call('turn/cancel', { sessionId: second.sessionId });
      await third.says('heard three.');
      await link.call('turn/cancel', { sessionId: third.sessionId });
      await parked.until(({ turns }) => turns.at(-1)?.reason === 'finished');
      const asked = parked.state.turns.map(({ prompt }) => prompt.map((part) => (part.type === 'text' ? part.text : '')).join());
      // Once more for each time that the limit was met; the agent of the next host begins from the start.
      assert.ok(asked.length >= 2 && asked.every((text) => text === 'first'), asked.join());
      const { instances, host } = await link.call('instances/list', {});
      assert.ok(host.memoryBytes > 0 && instances.every(({ sessions }) => sessions.length > 0));
    } finally {
      await rig.close();
    }
  });
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { promptText } from '../../src/model/content.ts';
import { reduce } from '../../src/model/reduce.ts';
import { emptySession } from '../../src/model/session.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';
import { journalEvents } from '../support/journalEvents.ts';
import { seededRandom } from '../support/seededRandom.ts';

/** How many hosts are killed; the benchmark asks for more. */
const rounds = Number(process.env['LOOM_KILLS'] ?? 8);
const seed = Number(process.env['LOOM_SEED'] ?? Date.now() % 1_000_000);

describe('R1.3 R1.5 R6.15 A host that is killed at any moment', function () {
  this.timeout(30_000 + rounds * 10_000);

  it(`loses nothing of what was shown while ten sessions stream (${rounds} kills, LOOM_SEED=${seed})`, async () => {
    const random = seededRandom(seed);
    const rig = new HostRig({ graceMs: 5000 });
    try {
      const settings = settingsWith(testAgent('floods', { LOOM_COUNT: '100000', LOOM_RATE: '300' }));
      const link = await rig.attached({ settings });
      const made = await Promise.all(
        Array.from({ length: 10 }, () => link.call('session/create', { folder: rig.folder, agent: 'floods' })),
      );
      const followers = await Promise.all(made.map(async ({ session }) => (await Follower.of(link, session.id)).keepUp()));
      for (let round = 0; round < rounds; round++) {
        await Promise.all(followers.map((follower) => follower.prompt(`round ${round}`)));
        await followers[Math.floor(random() * 10)]?.says(`${1 + Math.floor(random() * 60)} `);
        const { pid } = rig.endpoint();
        rig.kill();
        // A message that was taken over is in the journal, whether its turn had begun or not.
        await Promise.all(followers.map((follower) => follower.until(({ turns, queue }) => turns.length + queue.length === round + 1)));
        await until(() => link.state.state === 'connected' && link.host?.pid !== pid);
        await Promise.all(followers.map((follower) => isWhole(rig, follower, round)));
        await Promise.all(
          followers
            .filter(({ state }) => state.queue.length > 0)
            .map(async (follower) => {
              // After an interrupted turn a message that had not begun waits until a person says that it goes on.
              await link.call('session/move', { sessionId: follower.sessionId, to: 'open' });
              await follower.until(({ turns }) => turns.length === round + 1);
              await link.call('turn/cancel', { sessionId: follower.sessionId });
              await follower.ended(round);
            }),
        );
      }
    } finally {
      await rig.close();
    }
  });

  it('keeps drafts, names and the messages that wait, and goes on with an interrupted turn when a person asks for it', async () => {
    const rig = new HostRig();
    try {
      writeFileSync(`${rig.folder}/long.jsonl`, '{"say":"word {{n}} ","repeat":4000,"delay":5}\n');
      const link = await rig.attached();
      const { session } = await link.call('session/create', { folder: rig.folder });
      const { id: sessionId } = session;
      const follower = (await Follower.of(link, sessionId)).keepUp();
      await follower.prompt('/play long.jsonl');
      await follower.prompt('/help');
      await link.call('session/rename', { sessionId, title: 'Precious' });
      await link.call('session/view', { sessionId, draft: 'not sent y' });
      await follower.says('word 9 ');
      rig.kill();
      await follower.ended(0);
      assert.equal(follower.lastTurn?.reason, 'interrupted');
      assert.equal(follower.state.title, 'Precious');
      assert.equal(follower.state.draft, 'not sent y');
      assert.deepEqual(
        follower.state.queue.map(({ parts }) => promptText(parts)),
        ['/help'],
      );
      const [summary] = (await link.call('sessions/list', {})).sessions;
      assert.equal(summary?.status, 'interrupted');
      await link.call('session/continue', { sessionId });
      await follower.ended(2);
      assert.deepEqual(
        follower.state.turns.map(({ prompt, reason }) => [promptText(prompt).slice(0, 14), reason]),
        [
          ['/play long.jso', 'interrupted'],
          ['Your last turn', 'finished'],
          ['/help', 'finished'],
        ],
      );
    } finally {
      await rig.close();
    }
  });
});

/** What was sent to a follower is in the journal, in that order, and adds up to what it shows. */
async function isWhole(rig: HostRig, follower: Follower, round: number): Promise<void> {
  await follower.until(({ turns, queue }) => queue.length > 0 || turns[round]?.endedAt !== undefined);
  const journal = journalEvents(rig.sessionPath(follower.sessionId));
  const stored = new Map(journal.map((event) => [`${event.epoch}.${event.seq}`, event]));
  for (const event of follower.events) assert.deepEqual(stored.get(`${event.epoch}.${event.seq}`), event);
  assert.deepEqual(follower.repeated, []);
  const { position } = follower.state;
  const known = journal.filter(({ epoch, seq }) => epoch < position.epoch || (epoch === position.epoch && seq <= position.seq));
  assert.deepEqual(known.reduce(reduce, emptySession), follower.state);
  const turn = follower.state.turns[round];
  if (turn !== undefined && follower.state.queue.length === 0) assert.equal(turn.reason, 'interrupted', turn.error);
}

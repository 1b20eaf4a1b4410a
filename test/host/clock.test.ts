import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ageOf } from '../../src/extension/sessions/age.ts';
import { isAfter } from '../../src/model/isAfter.ts';
import { reduce } from '../../src/model/reduce.ts';
import { emptySession } from '../../src/model/session.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, gone, until } from '../support/hostRig.ts';
import { journalEvents } from '../support/journalEvents.ts';

const hour = 3_600_000;
const jumping = join(import.meta.dirname, '../support/jumpingHost.ts');

describe('R1.3 R1.4 R5.3 A clock that is set while a session streams', function () {
  this.timeout(60_000);

  it('an hour back, then a day forward: order, statuses, lengths and timers stay as they are', async () => {
    const clock = join(tmpdir(), `loom-clock-${process.pid}`);
    const set = (milliseconds: number): void => writeFileSync(clock, String(milliseconds));
    set(0);
    const rig = new HostRig({ graceMs: 400, host: jumping, environment: { LOOM_CLOCK: clock, SESSION_LOOM_QUIET_MS: '300' } });
    try {
      writeFileSync(`${rig.folder}/long.jsonl`, '{"say":"word {{n}} ","repeat":100,"delay":20}\n');
      const link = await rig.attached();
      const { session } = await link.call('session/create', { folder: rig.folder });
      const follower = await Follower.of(link, session.id);
      await follower.prompt('/play long.jsonl');
      await follower.says('word 10 ');
      set(-hour);
      await follower.says('word 30 ');
      const { pid } = rig.endpoint();
      assert.equal((await link.call('host/status', {})).clients, 1);
      set(24 * hour);
      const turn = await follower.ended(0);

      const at = journalEvents(rig.sessionPath(session.id)).map((event) => Date.parse(event.at));
      assert.ok(Math.max(...at) - Math.min(...at) > 24 * hour, 'The fault did not happen: the clock was not set.');
      assert.ok(
        at.some((time, index) => time < (at[index - 1] ?? 0)),
        'The fault did not happen: no event is earlier than the one before it.',
      );
      assert.equal(turn.reason, 'finished');
      assert.deepEqual(follower.repeated, []);
      assert.ok(follower.text.endsWith(Array.from({ length: 100 }, (_, index) => `word ${index + 1} `).join('')), follower.text);
      const events = journalEvents(rig.sessionPath(session.id));
      assert.ok(events.every((event, index) => index === 0 || isAfter(event, events[index - 1] ?? event)));
      assert.deepEqual(events.reduce(reduce, emptySession), follower.state);

      // It took a second or two, whatever the clock says, and what is shown of it is said in such words.
      assert.ok(turn.tookMs !== undefined && turn.tookMs > 500 && turn.tookMs < 60_000);
      const { markdown } = await link.call('session/transcript', { sessionId: session.id });
      assert.match(markdown, / UTC · [0-9.]+ s · finished/);
      const [summary] = (await link.call('sessions/list', {})).sessions;
      assert.equal(summary?.status, 'finished');
      // For a window whose clock is right by now, what happened tomorrow is new.
      assert.equal(
        ageOf(summary.updatedAt, Date.now(), (text) => text),
        'now',
      );

      // Whoever is attached stays so, and a host that nobody needs leaves after its grace and no sooner.
      set(-hour);
      await until(() => rig.log().some(({ msg }) => msg === 'All that is stored was checked.'));
      assert.equal((await link.call('host/status', {})).clients, 1);
      assert.deepEqual([rig.endpoint().pid, rig.started], [pid, 1]);
      await follower.prompt('/help');
      assert.equal((await follower.ended(1)).reason, 'finished');
      assert.deepEqual(follower.repeated, []);
      link.dispose();
      await gone(pid);
      assert.ok(rig.log().some(({ msg }) => msg === 'The session host has left.'));

      // The next host has all of it in its order, though its epoch begins before the end of the last one by the clock.
      const next = await Follower.of(await rig.attached(), session.id);
      assert.deepEqual(next.state.turns, follower.state.turns);
    } finally {
      await rig.close();
      rmSync(clock, { force: true });
    }
  });
});

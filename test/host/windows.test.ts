import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import type { HostLink } from '../../src/client/hostLink.ts';
import type { SessionEvent } from '../../src/model/events.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';
import { journalEvents } from '../support/journalEvents.ts';

const code = (wanted: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === wanted;
const seqs = (events: readonly SessionEvent[]): readonly number[] => events.map(({ seq }) => seq);

describe('R1.2 R1.4 Several sessions in several windows', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  let other: HostLink;
  before(async () => {
    rig = new HostRig();
    writeFileSync(`${rig.folder}/long.jsonl`, '{"say":"{{n}}, ","repeat":1500,"delay":1}\n');
    const count = { LOOM_COUNT: '400', LOOM_RATE: '800' };
    const question = {
      toolCall: { toolCallId: 'a', title: 'May I?' },
      options: [
        { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
        { optionId: 'no', name: 'No', kind: 'reject_once' },
      ],
    };
    const asks = { turns: [[{ ask: question }, { say: '{{answer}}' }]] };
    const settings = settingsWith(testAgent('floods', count), {
      ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(asks) }),
      id: 'asks',
    });
    link = await rig.attached({ name: 'left window', settings });
    other = await rig.attached({ name: 'right window' });
  });
  after(() => rig.close());

  const make = async (agent = 'built-in'): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    return Follower.of(link, session.id);
  };

  it('get the same events in the same order when they follow the same session', async () => {
    const left = await make();
    const right = await Follower.of(other, left.sessionId);
    await left.prompt('/play long.jsonl');
    await right.says('100, ');
    await right.prompt('/help');
    await Promise.all([left.ended(1), right.ended(1)]);
    await until(() => left.events.length === right.events.length);
    assert.deepEqual(left.events, right.events);
    assert.deepEqual(left.state, right.state);
    assert.deepEqual(left.repeated, []);
  });

  it('miss nothing and repeat nothing when they switch away and back while a session streams', async () => {
    const steady = await make();
    const { sessionId } = steady;
    await steady.prompt('/play long.jsonl');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 6 }), async (pauses) => {
        const switching = await Follower.of(other, sessionId);
        const begun = switching.state.position;
        for (const pause of pauses) {
          await other.call('session/unfollow', { sessionId });
          await new Promise((resolve) => setTimeout(resolve, pause));
          await switching.follow(switching.state.position);
        }
        await other.call('session/unfollow', { sessionId });
        const end = switching.state.position.seq;
        assert.deepEqual(switching.repeated, []);
        assert.deepEqual(
          seqs(switching.events),
          Array.from({ length: end - begun.seq }, (_, index) => begun.seq + 1 + index),
        );
      }),
      { numRuns: 12 },
    );
    await steady.ended(0);
    const journal = journalEvents(rig.sessionPath(sessionId));
    assert.deepEqual(
      steady.events,
      journal.filter(({ seq }) => seq >= (steady.events[0]?.seq ?? 0)),
    );
  });

  it('stay apart when ten sessions stream at the same time', async () => {
    const followers = await Promise.all(Array.from({ length: 10 }, () => make('floods')));
    await Promise.all(followers.map((follower) => follower.prompt('go')));
    await Promise.all(followers.map((follower) => follower.ended(0, 40_000)));
    const expected = Array.from({ length: 400 }, (_, index) => `${index + 1} `).join('');
    for (const follower of followers) {
      assert.equal(follower.text, expected);
      assert.deepEqual(follower.repeated, []);
    }
  });

  it('can answer a question from any window, and the first answer counts', async () => {
    const left = await make('asks');
    const right = await Follower.of(other, left.sessionId);
    await left.prompt('go');
    await right.until(({ counts }) => counts.waiting === 1);
    const entry = right.entries.find(({ kind }) => kind === 'permission')?.id ?? '';
    const answers = await Promise.allSettled([
      other.call('permission/answer', { sessionId: left.sessionId, entry, optionId: 'no' }),
      link.call('permission/answer', { sessionId: left.sessionId, entry, optionId: 'yes' }),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
    await left.ended(0);
    assert.match(left.text, /"optionId":"no"/);
    const shown = left.entries.find(({ id }) => id === entry);
    assert.ok(shown?.kind === 'permission');
    assert.equal(shown.answer?.label, 'No');
    assert.equal(shown.answer.by, 'right window');
    await assert.rejects(link.call('permission/answer', { sessionId: left.sessionId, entry, optionId: 'yes' }), code('conflict'));
  });

  it('see a question withdrawn when the turn is stopped while it waits', async () => {
    const left = await make('asks');
    await left.prompt('go');
    await left.until(({ counts }) => counts.waiting === 1);
    const entry = left.entries.find(({ kind }) => kind === 'permission')?.id ?? '';
    await other.call('turn/cancel', { sessionId: left.sessionId });
    assert.equal((await left.ended(0)).reason, 'cancelled');
    const shown = left.entries.find(({ id }) => id === entry);
    assert.equal(shown?.kind === 'permission' ? shown.answer?.outcome : undefined, 'cancelled');
    assert.equal(left.state.counts.waiting, 0);
    await assert.rejects(link.call('permission/answer', { sessionId: left.sessionId, entry, optionId: 'yes' }), code('conflict'));
  });

  it('hear of a session that another window makes, renames and deletes', async () => {
    const heard: string[] = [];
    other.on('sessions/changed', ({ changed, removed }) => heard.push(...changed.map(({ title }) => title), ...removed));
    const { session } = await link.call('session/create', { folder: rig.folder, title: 'Shared' });
    await until(() => heard.includes('Shared'));
    await link.call('session/rename', { sessionId: session.id, title: 'Renamed' });
    await until(() => heard.includes('Renamed'));
    await link.call('session/delete', { sessionId: session.id });
    await until(() => heard.includes(session.id));
  });
});

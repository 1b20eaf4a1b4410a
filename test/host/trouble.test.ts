import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';
import { isOnPath } from '../support/onPath.ts';
import { journalEvents } from '../support/journalEvents.ts';

/** From now on no file of this process may be longer than so many bytes: every write fails as on a full disk, the log's as well. */
function limitFiles(pid: number, bytes: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
}

describe('R1.3 A host whose disk is in trouble', function () {
  this.timeout(60_000);

  it('says so, keeps messages, answers and what streams in order, and goes on when the disk is back', async function () {
    if (!isOnPath('prlimit')) this.skip();
    const rig = new HostRig();
    try {
      const question = { toolCall: { toolCallId: 'a', title: 'May I?' }, options: [{ optionId: 'yes', name: 'Yes', kind: 'allow_once' }] };
      const script = { turns: [[{ say: 'first ' }, { ask: question }, { say: 'answered' }], [{ say: 'second' }]] };
      const settings = settingsWith(testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(script) }));
      const link = await rig.attached({ settings });
      const notices: string[] = [];
      link.on('host/notice', ({ level, text }) => notices.push(`${level}: ${text}`));
      const { session } = await link.call('session/create', { folder: rig.folder, agent: 'scripted' });
      const { id: sessionId } = session;
      const follower = await Follower.of(link, sessionId);
      await follower.prompt('go');
      await follower.until(({ counts }) => counts.waiting === 1);

      const { pid } = rig.endpoint();
      limitFiles(pid, '1');
      const entry = follower.entries.find(({ kind }) => kind === 'permission')?.id ?? '';
      const answered = await link.call('permission/answer', { sessionId, entry, optionId: 'yes' });
      assert.equal(answered.answer.label, 'Yes');
      await until(() => notices.length > 0);
      assert.match(notices[0] ?? '', /warning: .*full.*Nothing is lost/);
      assert.deepEqual(await follower.prompt('next'), { queued: true });
      await link.call('session/view', { sessionId, draft: 'still typing' });
      assert.equal(follower.text, 'first ');

      limitFiles(pid, 'unlimited');
      await follower.ended(1);
      assert.equal(follower.text, 'first answeredsecond');
      assert.ok(notices.some((notice) => notice.startsWith('info: The disk takes data again')));
      const stored = journalEvents(rig.sessionPath(sessionId));
      await link.call('session/rename', { sessionId, title: 'Settled' });
      for (const event of follower.events.slice(0, -1)) {
        assert.ok(
          stored.some(({ epoch, seq }) => epoch === event.epoch && seq === event.seq),
          JSON.stringify(event.fact),
        );
      }
      assert.equal((await Follower.of(link, sessionId)).state.draft, 'still typing');
    } finally {
      await rig.close();
    }
  });
});

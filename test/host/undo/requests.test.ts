import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, gone, settingsWith, testAgent } from '../../support/hostRig.ts';

describe('R0.2 R1.10 R6.7 What a turn did to files, over the host', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  let settings: ReturnType<typeof settingsWith>;

  const path = (name: string): string => join(rig.folder, name);
  const text = (name: string): string | undefined => (existsSync(path(name)) ? readFileSync(path(name), 'utf8') : undefined);
  const write = (name: string, content: string): object => ({
    request: { method: 'fs/write_text_file', params: { path: path(name), content } },
  });

  before(async () => {
    rig = new HostRig();
    const turns = [
      [write('a.txt', 'one\ntwo\nthree\n'), { say: 'made' }],
      [write('a.txt', 'one\nTWO\nthree\n'), write('b.txt', 'b\n'), { say: 'changed' }],
      [write('a.txt', 'ONE\nTWO\nthree\n'), { waitForCancel: true }],
    ];
    settings = { ...settingsWith(testAgent('scripted', { LOOM_SCRIPT: JSON.stringify({ turns }) })), history: 'ref' };
    link = await rig.attached({ settings });
  });
  after(() => rig.close());

  const make = async (): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'scripted' });
    return Follower.of(link, session.id);
  };
  beforeEach(() => {
    for (const name of ['a.txt', 'b.txt']) rmSync(path(name), { force: true });
  });

  const counted = async (follower: Follower, turn: number): Promise<void> => {
    const { id } = await follower.ended(turn);
    await follower.until(() => follower.events.some(({ fact }) => fact.type === 'files.counted' && fact.turn === id));
  };
  /** Two turns have ended, and the third has changed files and runs. */
  const inThirdTurn = async (): Promise<Follower> => {
    const follower = await make();
    for (const turn of [0, 1]) {
      await follower.prompt(`Turn ${String(turn)}`);
      await counted(follower, turn);
    }
    await follower.prompt('Turn 2');
    await follower.until(({ turns }) => (turns[2]?.files?.length ?? 0) > 0);
    return follower;
  };
  const idOf = (follower: Follower, turn: number): string => follower.state.turns[turn]?.id ?? '';

  it('is counted from what agents write through the host, restored, told in the history, and brought back', async () => {
    const follower = await make();
    const { sessionId } = follower;
    await follower.prompt('Make it');
    await counted(follower, 0);
    await follower.prompt('Change it');
    await counted(follower, 1);
    const { files, turns } = await link.call('session/changes', { sessionId });
    const lines = (list: typeof files): readonly unknown[] => list.map((file) => [file.path, file.change, file.added, file.removed]);
    assert.deepEqual(lines(files), [[path('a.txt'), 'created', 3, 0], [path('b.txt'), 'created', 1, 0]]); // prettier-ignore
    assert.deepEqual(turns.map((turn) => [turn.prompt, lines(turn.files)]), [
      ['Make it', [[path('a.txt'), 'created', 3, 0]]],
      ['Change it', [[path('a.txt'), 'changed', 1, 1], [path('b.txt'), 'created', 1, 0]]],
    ]); // prettier-ignore
    const { sessions } = await link.call('sessions/list', {});
    const row = sessions.find(({ id }) => id === sessionId);
    assert.deepEqual([row?.filesTouched, row?.added, row?.removed], [2, 4, 0]);

    writeFileSync(path('a.txt'), 'one\nTWO\nthree\nof a person\n');
    const plan = await link.call('session/restorePlan', { sessionId, turn: idOf(follower, 1) });
    assert.deepEqual(plan, {
      files: [
        { path: path('a.txt'), does: 'write', isMerged: true },
        { path: path('b.txt'), does: 'delete', isMerged: false },
      ],
      left: [],
      isRunning: false,
    });
    const { entry, restored } = await link.call('session/restore', { sessionId, to: { turn: idOf(follower, 1) } });
    assert.deepEqual([restored, text('a.txt'), text('b.txt')], [2, 'one\ntwo\nthree\nof a person\n', undefined]);
    await follower.until(() => follower.entries.some(({ id, kind }) => id === entry && kind === 'restore'));
    const pages = (await link.call('history/read', { sessionId })).pages.map(({ markdown }) => markdown).join('\n');
    assert.match(pages, /\*\*Files put back to before turn 2\*\*, by test/);
    assert.match(pages, /`b\.txt`, deleted/);

    await link.call('session/restore', { sessionId, to: { restore: entry ?? '' } });
    assert.deepEqual([text('a.txt'), text('b.txt')], ['one\nTWO\nthree\nof a person\n', 'b\n']);
  });

  it('is not restored while a turn runs; keeping is possible, and one part can be undone afterwards', async () => {
    const follower = await inThirdTurn();
    const { sessionId } = follower;
    assert.equal((await link.call('session/restorePlan', { sessionId, turn: idOf(follower, 1) })).isRunning, true);
    await assert.rejects(link.call('session/restore', { sessionId, to: { turn: idOf(follower, 1) } }), /A turn of this session is running/);
    await link.call('session/review', { sessionId, decision: 'keep', turn: idOf(follower, 1) });
    await link.call('turn/cancel', { sessionId });
    await counted(follower, 2);
    assert.deepEqual(follower.state.files.map(({ open }) => open), [[idOf(follower, 0), idOf(follower, 2)], []]); // prettier-ignore
    const { parts } = await link.call('session/change', { sessionId, turn: idOf(follower, 2), path: path('a.txt') });
    assert.deepEqual(parts?.map(({ lines, review }) => [lines, review]), [[['-one', '+ONE', ' TWO', ' three'], 'open']]); // prettier-ignore
    await link.call('session/review', {
      sessionId,
      decision: 'undo',
      turn: idOf(follower, 2),
      path: path('a.txt'),
      part: parts[0]?.id ?? '',
    });
    assert.equal(text('a.txt'), 'one\nTWO\nthree\n');
    const { text: before } = await link.call('session/textBefore', { sessionId, path: path('a.txt'), turn: idOf(follower, 1) });
    assert.equal(before, 'one\ntwo\nthree\n');
  });

  it('is counted and can be restored after the host was killed in the middle of a turn', async () => {
    const follower = await inThirdTurn();
    const { sessionId } = follower;
    link.dispose();
    const pid = rig.kill();
    await gone(pid);
    link = await rig.attached({ settings });
    const again = (await Follower.of(link, sessionId)).keepUp();
    await again.until(({ turns, files }) => turns[2]?.reason === 'interrupted' && files[0]?.added === 3 && files[0].removed === 0);
    assert.deepEqual(again.state.turns[2]?.files?.map(({ added, removed }) => [added, removed]), [[1, 1]]); // prettier-ignore
    await link.call('session/restore', { sessionId, to: { turn: idOf(again, 2) } });
    assert.equal(text('a.txt'), 'one\nTWO\nthree\n');
  });
});

import assert from 'node:assert/strict';
import { worktreesFrom } from '../../src/extension/worktreeValues.ts';
import { noticeFor } from '../../src/extension/sessions/notices.ts';
import { needsPerson } from '../../src/extension/sessions/order.ts';
import { contextValueOf, descriptionOf } from '../../src/extension/sessions/rowText.ts';
import { bringLines, removalLines, rescueRow, sizeText } from '../../src/extension/sessions/worktreeText.ts';
import { defaultWorktreeSettings } from '../../src/host/places/sessionPlaces.ts';
import { summary } from './summaries.ts';

const t = (text: string, ...values: readonly (string | number | boolean)[]): string =>
  text.replace(/\{(\d)\}/g, (_all, at: string) => String(values[Number(at)]));

describe('R3.3 R6.11 What a person reads of worktrees', () => {
  it('before a removal: what is in it, what is kept, what becomes of the branch, and who uses it', () => {
    const look = {
      branch: 'loom/x',
      changed: 2,
      untracked: 1,
      ignored: ['dev.env'],
      commits: 3,
      isDirty: true,
      sessions: [{ id: 's', title: 'Login', isOpen: true }],
    };
    assert.deepEqual(removalLines(look, t), [
      'It holds 2 changed files, 1 untracked file, ignored files that differ (dev.env).',
      'What is nowhere else is kept under a rescue ref first; “Restore from Rescue…” brings it back.',
      'The branch loom/x stays, with 3 commits of its own.',
      'It is used by: Login.',
      'Other ignored files in it, such as build results, are deleted.',
    ]);
    assert.deepEqual(removalLines({ ...look, changed: 0, untracked: 0, ignored: [], commits: 0, isDirty: false, sessions: [] }, t), [
      'The branch loom/x has no commit of its own, and goes too.',
      'Other ignored files in it, such as build results, are deleted.',
    ]);
  });

  it('before changes are brought back: why it cannot be, what is in conflict, or what changes', () => {
    const trial = { into: 'main', files: ['a', 'b'], conflicts: [], commits: 1, uncommitted: 1 };
    assert.deepEqual(bringLines(trial, t), ['2 files of main change: a, b.', '1 file that is not committed yet is committed first.']);
    const many = Array.from({ length: 10 }, (_, index) => `f${String(index)}`);
    assert.deepEqual(bringLines({ ...trial, conflicts: many }, t), [
      'Changed in both places, so nothing can be brought over: f0, f1, f2, f3, f4, f5, f6, f7 and 2 more.',
      'Have the session take over what main has there, or change it there yourself, and try again.',
    ]);
    assert.deepEqual(bringLines({ ...trial, problem: 'No.' }, t), ['No.']);
  });

  it('a rescue says whose it is, when it was made, what it takes and what it holds', () => {
    const rescue = {
      ref: 'r',
      at: '2026-11-20T12:00:00+00:00',
      session: 's',
      title: 'Login',
      branch: 'loom/x',
      base: 'main',
      holds: '2 changed files.',
    };
    const now = Date.parse('2026-11-21T12:00:00Z');
    assert.deepEqual(rescueRow({ ...rescue, bytes: 2_345_678 }, now, t), {
      label: 'Login',
      description: 'loom/x · 1 d · 2.3 MB',
      detail: '2 changed files.',
    });
    assert.equal(rescueRow({ ...rescue, title: '', at: '' }, now, t).description, 'loom/x');
    assert.deepEqual([sizeText(12, t), sizeText(4_400, t)], ['12 bytes', '4 kB']);
  });

  it('a session whose set-up waits for an approval needs the person, has nothing to stop, and is told by the approval alone', () => {
    const before = summary('a', { status: 'starting', worktree: { path: '/p', isOurs: true, phase: 'making' } });
    const waits = {
      ...before,
      status: 'waiting' as const,
      worktree: { path: '/p', isOurs: true, phase: 'making' as const, setupWaits: true },
    };
    assert.ok(needsPerson(waits));
    assert.doesNotMatch(contextValueOf(waits), /running/);
    assert.equal(noticeFor(before, waits, t), undefined);
  });

  it('a row names the worktree, and its menu fits what there is of it', () => {
    const made = { path: '/p.worktrees/x', isOurs: true };
    const row = (phase: 'making' | 'ready' | 'failed' | 'removed', isOurs = true) =>
      summary('a', { branch: 'loom/x', worktree: { ...made, isOurs, phase } });
    assert.match(descriptionOf(row('ready'), 0, t), /loom\/x \(worktree\)/);
    assert.doesNotMatch(descriptionOf(row('removed'), 0, t), /worktree/);
    const words = (session: ReturnType<typeof row>): readonly string[] =>
      contextValueOf(session)
        .split(' ')
        .filter((word) => ['worktree', 'ours', 'placing', 'placeless'].includes(word));
    assert.deepEqual([row('ready'), row('ready', false), row('making'), row('failed'), row('removed')].map(words), [
      ['worktree', 'ours'],
      ['worktree'],
      ['placing'],
      ['placeless'],
      ['placeless'],
    ]);
  });

  it('without settings a worktree is made as the host makes it', () => {
    assert.deepEqual(
      worktreesFrom(() => []),
      { worktrees: defaultWorktreeSettings, problems: [] },
    );
    assert.equal(worktreesFrom((name) => (name === 'isolation' ? ['folder', 'worktree', undefined] : [])).worktrees.isolation, 'worktree');
  });
});

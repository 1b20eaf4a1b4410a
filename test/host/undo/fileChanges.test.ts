import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { AgentRecorder } from '../../../src/host/session/agentRecorder.ts';
import { diskFiles } from '../../../src/host/journal/files.ts';
import { Session } from '../../../src/host/session/session.ts';
import { FileChanges } from '../../../src/host/undo/fileChanges.ts';
import type { RestoreEntry } from '../../../src/model/entries.ts';

const numbers = (changed: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: 40 }, (_, line) => `${changed[line] ?? `line ${String(line)}`}\n`).join('');

describe('R0.2 R6.7 files go back to before a turn', () => {
  let top: string;
  let folder: string;
  let session: Session;
  let recorder: AgentRecorder;
  let changes: FileChanges;
  let isRunning: boolean;
  let turnCount: number;

  const open = async (epoch: number): Promise<void> => {
    session = (
      await Session.open('s1', {
        folder: join(top, 'sessions', 's1'),
        epoch,
        files: diskFiles,
        quarantineFolder: join(top, 'quarantine'),
        now: () => '2026-11-21T10:00:00.000Z',
        log: silentLog,
      })
    ).session;
    recorder = new AgentRecorder(session);
    changes = new FileChanges(session, () => isRunning);
  };

  beforeEach(async () => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'loom-undo-')));
    folder = join(top, 'shop');
    mkdirSync(folder);
    isRunning = false;
    turnCount = 0;
    await open(1);
    session.record({ type: 'session.created', id: 's1', title: 'One', agent: 'a', folder, cwd: folder });
  });

  afterEach(async () => {
    await session.close();
    rmSync(top, { recursive: true });
  });

  const path = (name: string): string => join(folder, name);
  const text = (name: string): string | undefined => (existsSync(path(name)) ? readFileSync(path(name), 'utf8') : undefined);
  const put = (name: string, content: string | undefined): void => {
    if (content === undefined) rmSync(path(name));
    else writeFileSync(path(name), content);
  };
  const lastRestore = (): RestoreEntry | undefined =>
    session.state.turns.flatMap(({ entries }) => entries).findLast((entry): entry is RestoreEntry => entry.kind === 'restore');
  const counts = (): readonly string[] =>
    session.state.files.map((file) => `${file.path.slice(folder.length + 1)} +${file.added} −${file.removed}`);
  const toReview = (): readonly string[] =>
    session.state.files
      .filter(({ open: turns }) => turns !== undefined && turns.length > 0)
      .map((file) => file.path.slice(folder.length + 1));

  /** A turn in which the agent writes these files by itself and reports each as a diff. */
  async function turn(...edits: readonly (readonly [name: string, after: string | undefined])[]): Promise<string> {
    const id = `t${String(turnCount++)}`;
    session.record({ type: 'turn.started', turn: id, prompt: [] });
    recorder.begin(id);
    edits.forEach(([name, after], index) => {
      const before = text(name);
      put(name, after);
      const diff = { type: 'diff', path: path(name), before, after: after ?? '', isDeleted: after === undefined } as const;
      recorder.update({ type: 'tool', callId: `${id}-${String(index)}`, fields: { title: 'Edit', toolKind: 'edit', state: 'completed', content: [diff] } }); // prettier-ignore
    });
    session.flush();
    session.record({ type: 'turn.ended', turn: id, reason: 'finished' });
    await changes.count(id);
    return id;
  }

  it('says first which files go back, and touches none', async () => {
    put('a.txt', 'one\n');
    put('gone.txt', 'old\n');
    const first = await turn(['a.txt', 'two\n'], ['new.txt', 'new\n'], ['gone.txt', undefined]);
    const { steps, left } = await changes.preview(first);
    assert.deepEqual(steps.map((step) => [step.path.slice(folder.length + 1), step.now, step.next, step.isMerged]), [
      ['a.txt', 'two\n', 'one\n', false],
      ['new.txt', 'new\n', undefined, false],
      ['gone.txt', undefined, 'old\n', false],
    ]); // prettier-ignore
    assert.deepEqual(left, []);
    assert.equal(text('a.txt'), 'two\n');
  });

  it('puts texts back, deletes what was created and brings back what was deleted', async () => {
    put('a.txt', 'one\n');
    put('gone.txt', 'old\n');
    await turn(['a.txt', 'two\n']);
    const second = await turn(['a.txt', 'three\n'], ['new.txt', 'new\n'], ['gone.txt', undefined], ['a.txt', 'four\n']);
    const outcome = await changes.restore(second, 'Ada');
    assert.deepEqual([text('a.txt'), text('new.txt'), text('gone.txt')], ['two\n', undefined, 'old\n']);
    assert.equal(outcome.restored, 3);
    assert.deepEqual(counts(), ['a.txt +1 −1']);
    assert.deepEqual(toReview(), ['a.txt']);
    assert.equal(
      session.state.turns[1]?.files?.every(({ review }) => review === 'undone'),
      true,
    );
  });

  it('tells of it in the journal with what was written over, and gives it back on demand', async () => {
    put('a.txt', 'one\n');
    const first = await turn(['a.txt', numbers()], ['big.txt', 'x'.repeat(100_000)]);
    put('a.txt', `${numbers()}of a person\n`);
    const { entry } = await changes.restore(first, 'Ada');
    assert.equal(text('a.txt'), 'one\nof a person\n');
    const told = lastRestore();
    assert.deepEqual([told?.id, told?.what, told?.by, told?.files[0]?.before?.text], [entry, 'turn', 'Ada', `${numbers()}of a person\n`]);
    assert.equal(told?.files[1]?.before?.bytes, 100_000);
    await session.close();
    await open(2);
    await changes.takeBack(entry ?? '', 'Ada');
    assert.equal(text('a.txt'), `${numbers()}of a person\n`);
    assert.equal(text('big.txt'), 'x'.repeat(100_000));
    assert.deepEqual(counts(), ['a.txt +40 −1', 'big.txt +1 −0']);
    assert.deepEqual(toReview(), ['a.txt', 'big.txt']);
    await assert.rejects(changes.takeBack(entry ?? '', 'Ada'), /nothing to put back/);
  });

  it('merges with what a person wrote elsewhere in the file', async () => {
    put('a.txt', numbers());
    const first = await turn(['a.txt', numbers({ 5: 'five', 30: 'thirty' })]);
    put('a.txt', numbers({ 5: 'five', 18: 'mine', 30: 'thirty' }));
    assert.equal((await changes.preview(first)).steps[0]?.isMerged, true);
    await changes.restore(first, 'Ada');
    assert.equal(text('a.txt'), numbers({ 18: 'mine' }));
  });

  it('leaves alone and names what was changed in the same lines, and puts the others back', async () => {
    put('a.txt', numbers());
    put('b.txt', 'one\n');
    const first = await turn(['a.txt', numbers({ 5: 'five' })], ['b.txt', 'two\n'], ['new.txt', 'new\n']);
    put('a.txt', numbers({ 5: 'FIVE' }));
    put('new.txt', 'new\nand mine\n');
    const { left, restored } = await changes.restore(first, 'Ada');
    assert.deepEqual(left.map((file) => file.path), [path('a.txt'), path('new.txt')]); // prettier-ignore
    assert.deepEqual([restored, text('a.txt'), text('b.txt'), text('new.txt')], [1, numbers({ 5: 'FIVE' }), 'one\n', 'new\nand mine\n']);
    assert.deepEqual(lastRestore()?.left, left);
    assert.deepEqual(toReview(), ['a.txt', 'new.txt']);
  });

  it('does not undo what another session did to the same file', async () => {
    put('a.txt', numbers());
    const first = await turn(['a.txt', numbers({ 5: 'five' })]);
    put('a.txt', numbers({ 5: 'five', 20: 'of another session' }));
    await turn(['a.txt', numbers({ 5: 'five', 20: 'of another session', 35: 'last' })]);
    await changes.restore(first, 'Ada');
    assert.equal(text('a.txt'), numbers({ 20: 'of another session' }));
  });

  it('leaves alone what lies outside, also behind a link, and what is no text', async () => {
    const outside = join(top, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret.txt'), 'two\n');
    symlinkSync(outside, path('way-out'));
    writeFileSync(path('picture.png'), Buffer.from([0x89, 0x50, 0, 1]));
    writeFileSync(path('latin.txt'), Buffer.from([0x61, 0xe9, 0x0a]));
    const report = (file: string): void =>
      recorder.update({
        type: 'tool',
        callId: file,
        fields: { state: 'completed', content: [{ type: 'diff', path: file, before: 'one\n', after: 'two\n' }] },
      });
    session.record({ type: 'turn.started', turn: 't0', prompt: [] });
    recorder.begin('t0');
    for (const file of [join(outside, 'secret.txt'), path('way-out/secret.txt'), path('picture.png'), path('latin.txt')]) report(file);
    session.flush();
    session.record({ type: 'turn.ended', turn: 't0', reason: 'finished' });
    const { left, restored } = await changes.restore('t0', 'Ada');
    assert.equal(restored, 0);
    assert.deepEqual(left.map(({ reason }) => reason.replace(/^It /, '')), [
      'lies outside of the folder of this session.',
      'lies outside of the folder of this session.',
      'is no text, or not in UTF-8.',
      'is no text, or not in UTF-8.',
    ]); // prettier-ignore
    assert.equal(readFileSync(join(outside, 'secret.txt'), 'utf8'), 'two\n');
  });

  it('does not write over what came between the plan and the write, and says so in the journal', async () => {
    put('a.txt', 'one\n');
    const first = await turn(['a.txt', 'two\n'], ['b.txt', 'b\n']);
    // The entry is on the disk before the files are written, so this comes in between.
    const written = session.onRecorded(() => put('a.txt', 'of a person\n'));
    const { restored, left } = await changes.restore(first, 'Ada');
    written.dispose();
    assert.deepEqual([restored, text('a.txt'), text('b.txt')], [1, 'of a person\n', undefined]);
    assert.match(left[0]?.reason ?? '', /in this very moment/);
    assert.deepEqual(toReview(), ['a.txt']);
    assert.deepEqual(
      [lastRestore()?.what, lastRestore()?.by, lastRestore()?.files.map((file) => file.path)],
      ['restore', 'host', [path('a.txt')]],
    );
    put('a.txt', 'two\n');
    await changes.restore(first, 'Ada');
    assert.equal(text('a.txt'), 'one\n');
  });

  it('is refused while a turn runs, and says why', async () => {
    const first = await turn(['new.txt', 'new\n']);
    isRunning = true;
    await assert.rejects(changes.restore(first, 'Ada'), /A turn of this session is running/);
    await assert.rejects(changes.undo({ turn: first }, 'Ada'), /A turn of this session is running/);
    assert.equal(text('new.txt'), 'new\n');
  });

  it('can be done again after work went on', async () => {
    put('a.txt', 'one\n');
    const first = await turn(['a.txt', 'two\n']);
    await changes.restore(first, 'Ada');
    await assert.rejects(changes.restore(first, 'Ada'), /nothing to put back/);
    await turn(['a.txt', 'three\n']);
    await changes.restore(first, 'Ada');
    assert.equal(text('a.txt'), 'one\n');
    assert.deepEqual(counts(), []);
  });

  it('takes back what was written through the host although its call was stopped', async () => {
    session.record({ type: 'turn.started', turn: 't0', prompt: [] });
    recorder.begin('t0');
    put('a.txt', 'two\n');
    recorder.wrote({ path: path('a.txt'), before: 'one\n', after: 'two\n' });
    session.flush();
    session.record({ type: 'turn.ended', turn: 't0', reason: 'cancelled' });
    await changes.restore('t0', 'Ada');
    assert.equal(text('a.txt'), 'one\n');
  });

  describe('keep or undo, file by file and part by part', () => {
    const both = numbers({ 5: 'five', 30: 'thirty' });

    it('keeps a file: it is no longer to review', async () => {
      const id = await turn(['a.txt', 'a\n'], ['b.txt', 'b\n']);
      await changes.keep({ turn: id, path: path('a.txt') }, 'Ada');
      assert.deepEqual(toReview(), ['b.txt']);
      assert.deepEqual(counts(), ['a.txt +1 −0', 'b.txt +1 −0']);
      await changes.keep({}, 'Ada');
      assert.deepEqual(toReview(), []);
      await assert.rejects(changes.keep({}, 'Ada'), /no longer to review/);
    });

    it('undoes one file of a turn and leaves the others', async () => {
      put('a.txt', 'one\n');
      const id = await turn(['a.txt', 'two\n'], ['b.txt', 'b\n']);
      const { entry } = await changes.undo({ turn: id, path: path('a.txt') }, 'Ada');
      assert.deepEqual([text('a.txt'), text('b.txt')], ['one\n', 'b\n']);
      assert.deepEqual(counts(), ['b.txt +1 −0']);
      await assert.rejects(changes.undo({ turn: id, path: path('a.txt') }, 'Ada'), /undone already/);
      await changes.takeBack(entry ?? '', 'Ada');
      assert.equal(text('a.txt'), 'two\n');
      assert.deepEqual(toReview(), ['b.txt', 'a.txt']);
    });

    it('undoes the change of an earlier turn and keeps that of a later one', async () => {
      put('a.txt', numbers());
      const first = await turn(['a.txt', numbers({ 5: 'five' })]);
      await turn(['a.txt', both]);
      await changes.undo({ turn: first, path: path('a.txt') }, 'Ada');
      assert.equal(text('a.txt'), numbers({ 30: 'thirty' }));
      assert.deepEqual(counts(), ['a.txt +1 −1']);
    });

    it('undoes one part, keeps another, and the file is done with', async () => {
      put('a.txt', numbers());
      const id = await turn(['a.txt', both]);
      const { parts = [] } = await changes.show(id, path('a.txt'));
      assert.equal(parts.length, 2);
      await changes.undo({ turn: id, path: path('a.txt'), part: parts[0]?.id }, 'Ada');
      assert.equal(text('a.txt'), numbers({ 30: 'thirty' }));
      assert.deepEqual(toReview(), ['a.txt']);
      await changes.keep({ turn: id, path: path('a.txt'), part: parts[1]?.id }, 'Ada');
      assert.deepEqual(toReview(), []);
      const after = await changes.show(id, path('a.txt'));
      assert.deepEqual([after.review, ...(after.parts ?? []).map(({ review }) => review)], ['kept', 'undone', 'kept']);
    });

    it('undoes what is left of a file of which a part was undone', async () => {
      put('a.txt', numbers());
      const id = await turn(['a.txt', both]);
      const { parts = [] } = await changes.show(id, path('a.txt'));
      await changes.undo({ turn: id, path: path('a.txt'), part: parts[1]?.id }, 'Ada');
      await changes.undo({ turn: id, path: path('a.txt') }, 'Ada');
      assert.equal(text('a.txt'), numbers());
      assert.deepEqual(counts(), []);
    });

    it('says of a part that it cannot be undone, when its lines were changed since', async () => {
      put('a.txt', numbers());
      const id = await turn(['a.txt', both]);
      const { parts = [] } = await changes.show(id, path('a.txt'));
      put('a.txt', numbers({ 5: 'FIVE', 30: 'thirty' }));
      const { left } = await changes.undo({ turn: id, path: path('a.txt'), part: parts[0]?.id }, 'Ada');
      assert.match(left[0]?.reason ?? '', /same lines/);
      await changes.undo({ turn: id, path: path('a.txt'), part: parts[1]?.id }, 'Ada');
      assert.equal(text('a.txt'), numbers({ 5: 'FIVE' }));
    });

    it('gives the text of before the session to whoever compares', async () => {
      put('a.txt', numbers());
      await turn(['a.txt', numbers({ 5: 'five' })]);
      const second = await turn(['a.txt', both]);
      assert.deepEqual(await changes.textBefore(path('a.txt'), undefined, undefined), { text: numbers(), isWhole: true });
      assert.deepEqual(await changes.textBefore(path('a.txt'), second, `${both}mine\n`), {
        text: `${numbers({ 5: 'five' })}mine\n`,
        isWhole: true,
      });
      assert.equal((await changes.textBefore(path('a.txt'), undefined, 'nothing alike\n')).isWhole, false);
    });
  });
});

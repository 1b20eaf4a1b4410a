import assert from 'node:assert/strict';
import type { Fact } from '../../../src/model/events.ts';
import type { ChatPage } from '../harness/chatPage.ts';
import type { Script } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { useChat } from '../harness/suite.ts';
import { themes } from '../harness/themes.ts';
import { changesScript, folder } from './changesScript.ts';

const part = (id: string, newStart: number, review = 'open'): object => ({
  id,
  review,
  oldStart: newStart,
  newStart,
  lines: [' export function verify() {', '-  return user.hash === password;', '+  return compare(password, user.hash);', ' }'],
});

/** The part of the host: reviews become facts, as they would. */
function serve(chat: ChatPage, script: Script, left: readonly object[] = []): void {
  chat.on('session/change', () => ({ review: 'open', parts: [part('p1', 12), part('p2', 40)], isCut: false }));
  chat.on('ui/review', async ({ turn = 't1', path, part: chosen, decision }) => {
    if (left.length > 0) return { restored: 0, left };
    const review = decision === 'keep' ? 'kept' : 'undone';
    const files = script.state.turns.find(({ id }) => id === turn)?.files ?? [];
    for (const file of files.filter((each) => path === undefined || each.path === path)) {
      const parts = chosen === undefined ? {} : { parts: [{ id: chosen as string, review } as const] };
      await chat.events(script.add({ type: 'change.reviewed', turn: turn as string, path: file.path, review: chosen === undefined ? review : 'open', by: 'Ada', ...parts })); // prettier-ignore
    }
    return { restored: 1, left: [] };
  });
}

describe('R0.2 keep or undo per file and part', function () {
  this.timeout(60_000);
  const open = useChat();
  const lastChanges = (chat: ChatPage) => chat.page.locator('article[data-entry="t1#end"] .turn-changes');

  it('lists what the last turn changed, and folds what is kept to a line', async () => {
    const script = changesScript();
    const chat = await open(script.state, { height: 1200 });
    assert.deepEqual(await lastChanges(chat).locator('.files .path').allTextContents(), [
      'src/login.ts',
      'test/login.test.ts',
      'src/a/very/long/way/to/a/file/that/has/a/long/name.ts',
    ]);
    const first = chat.page.locator('article[data-entry="t0#end"] .turn-changes');
    assert.equal(await first.locator('.files').count(), 0);
    assert.match((await first.textContent()) ?? '', /1 file changed\+4 −1kept/);
    assert.equal(await chat.page.locator('[data-part=review-button]').textContent(), '3 to review');
  });

  it('keeps one file by keyboard: the count goes down, and the keyboard stays in the list', async () => {
    const script = changesScript();
    const chat = await open(script.state, { height: 1200 });
    serve(chat, script);
    await chat.page.getByRole('button', { name: 'Keep test/login.test.ts' }).focus();
    await chat.page.keyboard.press('Enter');
    assert.deepEqual((await chat.request('ui/review')).params, { decision: 'keep', turn: 't1', path: `${folder}/test/login.test.ts` });
    await chat.page.waitForFunction(() => document.activeElement?.className === 'file-name');
    assert.equal(await chat.page.locator('[data-part=review-button]').textContent(), '2 to review');
    assert.match((await lastChanges(chat).textContent()) ?? '', /2 to review/);
    assert.equal(await chat.page.getByRole('button', { name: 'Keep test/login.test.ts' }).count(), 0);
    assert.equal(await chat.page.getByRole('button', { name: 'Undo test/login.test.ts' }).count(), 1);
  });

  it('undoes one part inside the change of a file', async () => {
    const script = changesScript();
    const chat = await open(script.state, { height: 1400 });
    serve(chat, script);
    await lastChanges(chat).locator('.files .file-name').first().click();
    await chat.page.locator('.part').first().waitFor();
    assert.equal(await chat.page.locator('.part').count(), 2);
    await chat.page.getByRole('button', { name: 'Undo Part 2 of 2 of src/login.ts' }).click();
    assert.deepEqual((await chat.request('ui/review')).params, {
      decision: 'undo',
      turn: 't1',
      path: `${folder}/src/login.ts`,
      part: 'p2',
    });
  });

  it('says why a file was left alone, and opens the diff', async () => {
    const script = changesScript();
    const chat = await open(script.state, { height: 1200 });
    const path = `${folder}/src/login.ts`;
    serve(chat, script, [{ path, reason: 'The same lines were changed since.' }]);
    await lastChanges(chat).getByRole('button', { name: 'Undo src/login.ts' }).click();
    const note = lastChanges(chat).locator('.file-left');
    await note.waitFor();
    assert.match((await note.textContent()) ?? '', /Left alone: The same lines were changed since\./);
    await note.getByRole('button', { name: 'Open Diff' }).click();
    assert.deepEqual((await chat.request('ui/compare')).params, { path, turn: 't1' });
  });

  it('undoes nothing while a turn runs, and says so', async () => {
    const script = changesScript();
    const chat = await open(script.state, { height: 1200 });
    await chat.events(script.prompt('t2', 'Go on'));
    const undo = lastChanges(chat).getByRole('button', { name: 'Undo all of this turn' });
    assert.equal(await undo.isDisabled(), true);
    assert.equal(await undo.getAttribute('title'), 'Files can be changed back when the turn has ended');
    assert.equal(await lastChanges(chat).getByRole('button', { name: 'Keep all of this turn' }).isDisabled(), false);
  });

  it('lists all that is to review below the head, and keeps all at once', async () => {
    const script = changesScript();
    const chat = await open(script.state, { height: 1200 });
    serve(chat, script);
    await chat.page.locator('[data-part=review-button]').click();
    const panel = chat.page.locator('[data-part=review]');
    assert.equal(await panel.locator('li').count(), 3);
    await panel.locator('.file-name').first().click();
    assert.deepEqual((await chat.request('ui/compare')).params, { path: `${folder}/src/login.ts` });
    await panel.getByRole('button', { name: 'Keep all changes of this session' }).click();
    assert.deepEqual((await chat.request('ui/review')).params, { decision: 'keep' });
    await chat.page.waitForFunction(
      () => document.querySelector('[data-part=review]')?.textContent.includes('Everything is reviewed.') === true,
    );
  });

  it('offers at each message to restore the files, and tells of a restore with the way back', async () => {
    const script = changesScript();
    const chat = await open(script.state, { height: 1400 });
    await chat.page.locator('article[data-entry=t0]').getByRole('button', { name: 'Restore Files to Before This Message' }).click();
    assert.deepEqual((await chat.request('ui/restore')).params, { turn: 't0' });
    const restore = (id: string, what: 'turn' | 'restore', of?: string, by = 'Ada'): Fact => ({
      type: 'entry.added',
      turn: 't1',
      added: {
        id,
        at: '',
        kind: 'restore',
        what,
        turn: 't0',
        turnIndex: 0,
        by,
        files: [{ path: `${folder}/src/login.ts`, before: { text: 'b\n' }, after: { text: 'a\n' }, added: 1, removed: 4 }],
        left: [{ path: `${folder}/test/login.test.ts`, reason: 'The file was new, and it was changed since.' }],
        ...(of === undefined ? {} : { of }),
      },
    });
    await chat.events(script.add(restore('r1', 'turn')));
    const told = chat.page.locator('article[data-entry=r1]');
    assert.match((await told.textContent()) ?? '', /1 file is as it was before turn 1.*test\/login\.test\.ts was left alone/);
    await told.getByRole('button', { name: 'Open Diff' }).click();
    assert.deepEqual((await chat.request('ui/compare')).params, { path: `${folder}/test/login.test.ts`, turn: 't0' });
    await told.getByRole('button', { name: 'Undo the Restore' }).click();
    assert.deepEqual((await chat.request('ui/takeRestoreBack')).params, { restore: 'r1' });
    await chat.events(script.add(restore('r2', 'restore', 'r1', 'host')));
    assert.match((await chat.page.locator('article[data-entry=r2]').textContent()) ?? '', /These files could not be put back/);
    assert.equal(await told.getByRole('button', { name: 'Undo the Restore' }).count(), 1);
    await chat.events(script.add(restore('r3', 'restore', 'r1')));
    assert.equal(await told.getByRole('button', { name: 'Undo the Restore' }).count(), 0);
  });

  for (const theme of themes) {
    it(`axe finds nothing in ${theme}, and nothing is wider than a narrow page`, async () => {
      const script = changesScript();
      const chat = await open(script.state, { theme, width: 340, height: 1600 });
      serve(chat, script);
      await chat.page.locator('[data-part=review-button]').click();
      await lastChanges(chat).locator('.files .file-name').first().click();
      await chat.page.locator('.part').first().waitFor();
      await chat.page.getByRole('button', { name: 'Undo Part 2 of 2 of src/login.ts' }).click();
      await chat.page.getByRole('button', { name: 'Keep test/login.test.ts' }).last().click();
      await chat.settled();
      assert.deepEqual(await findings(chat), []);
      assert.ok(await chat.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    });
  }
});

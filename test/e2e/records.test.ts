import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Chat } from './chat.ts';
import { Harness, shippedRequest } from './harness.ts';
import type { WorkbenchWindow } from './window.ts';

describe('R0.3 R0.5 R1.12 R6.6 What a person does with files, documents and history, in a real window', () => {
  let harness: Harness;
  let workspace: string;
  let window: WorkbenchWindow;
  let chat: Chat;

  const git = (...args: readonly string[]): string => execFileSync('git', ['-C', workspace, ...args], { encoding: 'utf8' }).trimEnd();
  const file = (name: string): string => join(workspace, name);
  const input = () => window.page.locator('.quick-input-widget input[type=text]');
  const choice = (text: string) => window.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();

  const untilWritten = async (text: string): Promise<void> => {
    for (let round = 0; round < 150 && readFileSync(file('notes.txt'), 'utf8').trimEnd() !== text; round++)
      await window.page.waitForTimeout(100);
    assert.equal(readFileSync(file('notes.txt'), 'utf8').trimEnd(), text);
  };

  before(async () => {
    harness = await Harness.open(shippedRequest());
    workspace = await harness.sampleWorkspace();
    window = await harness.openWindow(workspace);
    chat = new Chat(window);
    await window.openContainer('Session Loom');
    await window.runCommand('Session Loom: New Session');
    await chat.page.locator('h1.title', { hasText: /^Session \d+$/ }).waitFor();
  });

  after(() => harness.close());

  it('Commit Spec Documents shows what goes in, and leaves what is staged and what is not as it was', async () => {
    appendFileSync(file('specs/sample/tasks.md'), '\n- [ ] 9. One more task\n');
    writeFileSync(file('staged.txt'), 'staged\n');
    git('add', 'staged.txt');
    appendFileSync(file('README.md'), '\nnot staged\n');
    const head = git('rev-parse', 'HEAD');
    await window.runCommand('Session Loom: Commit Spec Documents…');
    await choice('specs/sample/tasks.md').waitFor();
    await window.page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    await window.page.locator('.quick-input-widget .quick-input-title', { hasText: 'Message of the Commit' }).waitFor();
    assert.match(await input().inputValue(), /^docs(\(.+\))?: \S/, 'a conventional message is proposed');
    await window.page.keyboard.press('Enter');
    await window.page.locator('.part.statusbar', { hasText: 'Committed 1 spec documents as' }).waitFor();
    assert.equal(git('rev-parse', 'HEAD^'), head);
    assert.equal(git('show', '--format=', '--name-only', 'HEAD'), 'specs/sample/tasks.md');
    assert.equal(git('status', '--porcelain'), ' M README.md\nA  staged.txt');
  });

  it('files that a turn has changed go back to before it, after a question, and the restore can be undone', async () => {
    writeFileSync(file('notes.txt'), 'mine\n');
    await chat.send('/write notes.txt\ntheirs');
    await chat.answer('Write');
    await chat.atRest.waitFor();
    assert.equal(readFileSync(file('notes.txt'), 'utf8').trimEnd(), 'theirs');
    await window.runCommand('Session Loom: Restore Files to Before a Turn…');
    await choice('notes.txt').click();
    await window.dialog.getByText('notes.txt').first().waitFor();
    assert.equal(readFileSync(file('notes.txt'), 'utf8').trimEnd(), 'theirs', 'nothing happens before the answer');
    await window.dialog.getByRole('button', { name: 'Restore Files' }).click();
    // The transcript tells of a restore before its files are written, so that a kill in between loses neither.
    const undo = chat.transcript.getByRole('button', { name: 'Undo the Restore' });
    await undo.waitFor();
    await untilWritten('mine');
    await undo.click();
    await untilWritten('theirs');
  });

  it('Search History finds what was said in a session that is closed, and opens it', async () => {
    await chat.send('/search a-word-that-stands-nowhere-else');
    await chat.atRest.waitFor();
    await window.runCommand('View: Close All Editors');
    await window.runCommand('Session Loom: Search History…');
    await input().fill('stands-nowhere-else');
    await choice('stands-nowhere-else').click();
    await chat.text('a-word-that-stands-nowhere-else').waitFor();
  });

  it('Share History publishes a branch after saying what that means, and touches nothing else', async () => {
    const before = [git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('symbolic-ref', 'HEAD')];
    await window.runCommand('Session Loom: Share History…');
    await window.page.locator('.quick-input-widget .quick-input-title', { hasText: 'Share History' }).waitFor();
    await window.page.keyboard.press('Enter');
    await window.dialog.getByText('can read what was said in your sessions').waitFor();
    assert.equal(git('branch', '--list', 'session-loom/history'), '', 'nothing happens before the answer');
    await window.dialog.getByRole('button', { name: 'Publish', exact: true }).click();
    await window.page.locator('.part.statusbar', { hasText: 'The history is on the branch session-loom/history' }).waitFor();
    assert.match(git('ls-tree', '-r', '--name-only', 'session-loom/history'), /index\.md|README\.md/);
    assert.match(git('grep', '-h', 'stands-nowhere-else', 'session-loom/history'), /stands-nowhere-else/);
    assert.deepEqual([git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('symbolic-ref', 'HEAD')], before);
    assert.ok(!existsSync(file('session-loom')));
  });
});

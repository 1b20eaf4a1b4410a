import assert from 'node:assert/strict';
import type { SessionWorktree } from '../../../src/model/worktree.ts';
import { Script, readyAgent } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { useChat } from '../harness/suite.ts';

const worktree: SessionWorktree = {
  id: 'w1',
  isOurs: true,
  path: '/shop.worktrees/login',
  branch: 'loom/login',
  base: 'main',
  baseCommit: 'a'.repeat(40),
  phase: 'making',
  step: 'add',
};

describe('R3.3 R1.12 a session whose worktree is not there', function () {
  this.timeout(60_000);
  const open = useChat();

  it('says what is being done and can stop it; says why there is none, and goes on in the folder or makes it anew', async () => {
    const script = new Script();
    script.add({ type: 'worktree.changed', worktree });
    const chat = await open(script.state);
    const banner = chat.page.locator('[data-part=place]');
    assert.match((await banner.textContent()) ?? '', /worktree is being made: Checking out the files/);
    await chat.events(script.add({ type: 'worktree.changed', worktree: { ...worktree, step: 'setup', setup: 'waits' } }));
    assert.match((await banner.textContent()) ?? '', /set-up script of the repository waits for your approval/);
    await banner.getByRole('button', { name: 'Look at the Script…' }).click();
    assert.deepEqual((await chat.request('ui/command')).params, { command: 'openApproval' });
    await banner.getByRole('button', { name: 'Cancel' }).click();
    await chat.request('worktree/cancel');
    const error = 'The set-up of the worktree failed. It ended with 3. Undone: the folder.';
    await chat.events(script.add({ type: 'worktree.changed', worktree: { ...worktree, phase: 'failed', error } }));
    assert.match((await banner.textContent()) ?? '', /ended with 3\. Undone: the folder/);
    assert.deepEqual(await findings(chat), []);
    await banner.getByRole('button', { name: 'Make It Anew' }).click();
    await chat.request('worktree/retry');
    await banner.getByRole('button', { name: 'Work in the Folder' }).click();
    await chat.request('worktree/useFolder');
    await chat.events(script.add({ type: 'worktree.changed', worktree: null, cwd: '/shop' }, ...readyAgent));
    assert.equal(await banner.count(), 0);
  });
});

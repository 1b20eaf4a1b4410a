import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { activeTitle, closeTabs, newSession, run, sessionTitles, transcript, until, workspaceFolder } from './window.ts';

const dataFolder = (): string => join(workspaceFolder().fsPath, '.git', 'session-loom');

describe('R1.1 Sessions in a real VS Code', () => {
  before(async () => {
    await vscode.extensions.getExtension('session-loom.session-loom')?.activate();
  });
  afterEach(closeTabs);

  it('R0.1 opening a folder writes nothing and starts nothing; the first session does', async () => {
    assert.equal(existsSync(dataFolder()), false);
    await newSession();
    assert.equal(existsSync(dataFolder()), true);
  });

  it('R0.5 New Session opens a panel with the session, and the built-in agent answers in it', async () => {
    const id = await newSession({ title: 'Ask for help', prompt: '/help' });
    await until('its tab', () => sessionTitles().includes('Ask for help'));
    assert.match(await transcript(id, /\/play/), /language model/);
  });

  it('R0.2 each session has a panel of its own, and opening it again shows the same one', async () => {
    const [one, two] = [await newSession({ title: 'One' }), await newSession({ title: 'Two' })];
    await run('openSession', one);
    await until('the first panel in front', () => activeTitle() === 'One');
    await run('openSession', two);
    await until('the second panel in front', () => activeTitle() === 'Two');
    assert.equal(sessionTitles().length, 2);
  });

  it('R1.2 nothing of one session shows in another', async () => {
    const one = await newSession({ prompt: '/search farewell' });
    const two = await newSession({ prompt: '/help' });
    await transcript(one, /farewell/);
    assert.doesNotMatch(await transcript(two, /language model/), /farewell/);
  });

  it('R1.1 renaming a session renames its tab, also by the name that it had', async () => {
    const id = await newSession({ title: 'Before the change' });
    await run('renameSession', id, 'After the change');
    await until('the new title on the tab', () => sessionTitles().includes('After the change'));
    await run('renameSession', 'after the CHANGE', 'And once more');
    await until('the third title on the tab', () => sessionTitles().includes('And once more'));
  });

  it('R1.11 next and previous walk through the open sessions', async () => {
    const title = 'Only one to walk to';
    const id = await newSession({ title });
    await run('nextSession');
    const next = await until('another session in front', () => (activeTitle() === title ? undefined : activeTitle()));
    assert.notEqual(next, title);
    await run('previousSession');
    await until('the session in front again', () => activeTitle() === title);
    await run('closeSession', id);
  });

  it('R1.1 a closed session loses its tab, and Reopen Closed brings it back', async () => {
    const id = await newSession({ title: 'To be closed' });
    await run('closeSession', id);
    await until('the tab gone', () => !sessionTitles().includes('To be closed'));
    await run('reopenClosedSession');
    await until('the tab back', () => sessionTitles().includes('To be closed'));
  });

  it('R1.4 a session without a panel keeps working, and its panel shows all of it later', async () => {
    const id = await newSession({ title: 'In the background', prompt: '/help' });
    await closeTabs();
    assert.match(await transcript(id, /\/play/), /language model/);
    await run('openSession', id);
    await until('its panel', () => sessionTitles().includes('In the background'));
  });

  it('R0.3 Open History shows what was written in git, rendered', async () => {
    const id = await newSession({ title: 'Written down', prompt: '/help' });
    await transcript(id, /State: (?!working)/);
    await run('openHistory', id);
    const label = await until('the preview of the history', () =>
      vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ label }) => label.includes('History of')),
    );
    assert.match(label.label, /Written down/);
  });

  it('R1.12 a name that nobody has does nothing but say so', async () => {
    const before = sessionTitles();
    await Promise.race([run('openSession', 'no such session at all'), new Promise((resolve) => setTimeout(resolve, 500))]);
    assert.deepEqual(sessionTitles(), before);
  });
});

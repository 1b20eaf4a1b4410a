import assert from 'node:assert/strict';
import { Script } from '../harness/conversation.ts';
import { commandQuestion } from '../harness/sample.ts';
import { useChat } from '../harness/suite.ts';

function askingScript(command = 'git status'): Script {
  const script = new Script();
  script.prompt('t1', 'Look');
  script.add(commandQuestion('t1', 'p1', command));
  return script;
}

const answer = {
  outcome: 'chosen',
  optionId: 'always',
  label: 'Always allow',
  role: 'allow-always',
  by: 'Window 1',
  at: '2026-11-21T10:01:00.000Z',
} as const;

describe('R0.2 a question of the agent', function () {
  this.timeout(60_000);
  const open = useChat();
  const card = '[data-part=permission-card]';

  it('is answered by a key while its card has the focus, half a second after it came', async () => {
    const chat = await open(askingScript().state);
    chat.on('permission/answer', () => ({ answer }));
    await chat.page
      .getByRole('button', { name: 'Always allow' })
      .focus()
      .catch(() => undefined);
    await chat.page.getByRole('button', { name: 'Refuse' }).isEnabled();
    await chat.page.waitForFunction(() => document.querySelector('[data-part=permission-card] button.primary:not(:disabled)') !== null);
    await chat.page.locator(card).focus();
    await chat.page.keyboard.press('2');
    assert.equal(chat.count('permission/answer'), 0, 'a key right after the focus is not meant for the card');
    await chat.page.waitForTimeout(550);
    await chat.page.keyboard.press('2');
    assert.deepEqual((await chat.request('permission/answer')).params, { entry: 'p1', optionId: 'always' });
  });

  it('is not answered by the number in a chord of the editor', async () => {
    const chat = await open(askingScript().state);
    await chat.page.waitForFunction(() => document.querySelector('[data-part=permission-card] button.primary:not(:disabled)') !== null);
    await chat.page.locator(card).focus();
    await chat.page.waitForTimeout(550);
    await chat.page.keyboard.press('Control+k');
    await chat.page.keyboard.press('1');
    assert.equal(chat.count('permission/answer'), 0);
    chat.on('permission/answer', () => ({ answer }));
    await chat.page.keyboard.press('2');
    assert.equal(chat.count('permission/answer'), 1);
  });

  it('never takes the focus, and keys that go elsewhere are not its own', async () => {
    const script = new Script();
    script.prompt('t1', 'Look');
    const chat = await open(script.state);
    const field = chat.page.locator('textarea');
    await field.focus();
    await field.pressSequentially('I am typ');
    await chat.events(script.add(commandQuestion('t1', 'p1')));
    await chat.page.locator(card).waitFor();
    await chat.page.keyboard.type('ing 1 2 3');
    assert.equal(await field.inputValue(), 'I am typing 1 2 3');
    await chat.page.waitForTimeout(600);
    await chat.page.keyboard.type(' 1');
    assert.equal(chat.count('permission/answer'), 0);
  });

  it('shows what a command hides', async () => {
    const chat = await open(askingScript('rm -rf ~\u0000 \u202e# harmless').state);
    assert.equal(await chat.page.locator(`${card} .command pre`).textContent(), 'rm -rf ~␀ [U+202E]# harmless');
  });

  it('is put off with Later, and comes back', async () => {
    const chat = await open(askingScript().state);
    await chat.page.getByRole('button', { name: 'Later' }).click();
    assert.equal(await chat.page.locator(card).count(), 0);
    await chat.page.locator('[data-part=permission-later]').getByRole('button', { name: 'Show' }).click();
    await chat.page.locator(card).waitFor();
  });

  it('folds to a line that says who decided and when', async () => {
    const script = askingScript();
    const chat = await open(script.state);
    await chat.events(script.add({ type: 'permission.answered', turn: 't1', entry: 'p1', answer }));
    assert.equal(await chat.page.locator(card).count(), 0);
    assert.match((await chat.page.locator('.permission-line').textContent()) ?? '', /git status.*Always allow · Window 1 · \d/);
  });

  it('stays answerable when the answer did not arrive', async () => {
    const chat = await open(askingScript().state);
    chat.on('permission/answer', () => {
      throw new Error('Another window has answered.');
    });
    await chat.page.getByRole('button', { name: 'Allow once' }).click();
    await chat.page.locator('[data-part=trouble]', { hasText: 'Another window' }).waitFor();
    assert.ok(await chat.page.getByRole('button', { name: 'Refuse' }).isEnabled());
  });
});

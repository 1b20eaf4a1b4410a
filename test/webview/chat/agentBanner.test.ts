import assert from 'node:assert/strict';
import { Script, readyAgent } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { useChat } from '../harness/suite.ts';

function failedScript(): Script {
  const script = new Script();
  script.add({ type: 'agent.changed', phase: 'starting' });
  script.add({ type: 'agent.changed', phase: 'failed', reason: 'The agent “Ada” could not be started: the command was not found.' });
  return script;
}

describe('R1.12 R5.2 a session whose agent does not start', function () {
  this.timeout(60_000);
  const open = useChat();

  it('says why, above the message box, and starts it again with a button that the keyboard reaches', async () => {
    const script = failedScript();
    const chat = await open(script.state);
    const banner = chat.page.locator('[data-part=agent]');
    assert.match((await banner.textContent()) ?? '', /could not be started: the command was not found/);
    assert.deepEqual(await findings(chat), []);
    await chat.page.locator('textarea').focus();
    await chat.page.keyboard.press('Shift+Tab');
    assert.equal(await chat.page.evaluate(() => document.activeElement?.textContent), 'Switch Agent…');
    await chat.page.keyboard.press('Shift+Tab');
    assert.equal(await chat.page.evaluate(() => document.activeElement?.textContent), 'Start the Agent Again');
    await chat.page.keyboard.press('Enter');
    await chat.request('agent/start');
    await chat.events(script.add({ type: 'agent.changed', phase: 'starting' }));
    assert.equal(await banner.count(), 0);
    assert.match((await chat.page.locator('[data-part=working]').textContent()) ?? '', /The agent is starting/);
    assert.equal(await chat.page.evaluate(() => document.activeElement?.tagName), 'TEXTAREA');
    await chat.events(script.add(...readyAgent));
    assert.equal(await chat.page.locator('[data-part=working]').count(), 0);
    assert.equal(await chat.page.getByRole('combobox', { name: 'Mode', exact: true }).count(), 1);
  });

  it('can be given to another agent, there and at the agent’s name', async () => {
    const chat = await open(failedScript().state);
    await chat.page.getByRole('button', { name: 'Switch Agent…' }).click();
    assert.deepEqual((await chat.request('ui/command')).params, { command: 'switchAgent' });
    const name = chat.page.locator('button.agent');
    assert.match((await name.getAttribute('title')) ?? '', /a click gives the session to another agent/);
    await name.click();
    assert.deepEqual((await chat.request('ui/command')).params, { command: 'switchAgent' });
  });

  it('leaves it to the failed turn where there is one, and takes a message all the same', async () => {
    const script = failedScript();
    const chat = await open(script.state);
    await chat.page.locator('textarea').fill('try');
    await chat.page.locator('textarea').press('Enter');
    await chat.request('session/prompt');
    await chat.events([...script.prompt('t0', 'try'), ...script.add({ type: 'turn.ended', turn: 't0', reason: 'failed', error: 'No.' })]);
    assert.equal(await chat.page.locator('[data-part=agent]').count(), 0);
    assert.equal(await chat.page.getByRole('button', { name: 'Retry' }).count(), 1);
  });
});

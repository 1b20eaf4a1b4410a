import assert from 'node:assert/strict';
import { Script, readyAgent } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { useChat } from '../harness/suite.ts';

function forkedScript(): Script {
  const script = new Script();
  script.add({
    type: 'session.created',
    id: 's2',
    title: 'Fork of Fix the login',
    agent: 'built-in',
    folder: '/home/ada/shop',
    cwd: '/home/ada/shop',
    parent: 's1',
    parentTitle: 'Fix the login',
  });
  script.add(...readyAgent);
  script.add({
    type: 'turn.copied',
    turn: 't0',
    prompt: [{ type: 'text', text: 'First question' }],
    entries: [{ id: 't0-1', at: '2026-11-20T10:00:01.000Z', kind: 'message', text: 'First answer' }],
    startedAt: '2026-11-20T10:00:00.000Z',
    endedAt: '2026-11-20T10:00:04.000Z',
    reason: 'finished',
  });
  script.turn('t1', 'Second question', 'Second answer');
  return script;
}

describe('R3.4 R0.2 a forked session in its panel', function () {
  this.timeout(60_000);
  const open = useChat();

  it('begins with what was said, and leads to the session that it comes from', async () => {
    const chat = await open(forkedScript().state);
    const shown = (await chat.page.locator('[data-part=transcript]').textContent()) ?? '';
    assert.match(shown, /First question.*First answer.*Second question.*Second answer/s);
    assert.deepEqual(await findings(chat), []);
    await chat.page.getByRole('button', { name: 'Comes from “Fix the login”' }).click();
    await chat.request('ui/openParent');
  });

  it('of a sub-agent says who leads it instead of taking messages, and leads there', async () => {
    const script = new Script();
    script.add({
      type: 'session.created',
      id: 's3',
      title: 'Looks for tests',
      agent: 'built-in',
      folder: '/home/ada/shop',
      cwd: '/home/ada/shop',
      parent: 's1',
      parentTitle: 'Fix the login',
      isSubAgent: true,
    });
    script.turn('t0', '', 'Three of them fail');
    const chat = await open(script.state);
    const bar = chat.page.locator('[data-part=sub-agent]');
    await bar.waitFor();
    assert.equal(await chat.page.locator('[data-part=composer]').count(), 0);
    assert.deepEqual(await findings(chat), []);
    await bar.getByRole('button', { name: 'Open Parent Session' }).click();
    await chat.request('ui/openParent');
    await bar.getByRole('button', { name: 'Fork to Go On Here' }).click();
    assert.deepEqual((await chat.request('ui/fork')).params, {});
  });

  it('can be forked again below each turn', async () => {
    const chat = await open(forkedScript().state);
    await chat.page.getByRole('button', { name: 'Fork from Here' }).first().click();
    assert.deepEqual((await chat.request('ui/fork')).params, { turn: 't0' });
  });

  it('has no such link where it was made from nothing', async () => {
    const script = new Script();
    script.turn('t0', 'Question', 'Answer');
    const chat = await open(script.state);
    assert.equal(await chat.page.locator('.parent').count(), 0);
  });
});

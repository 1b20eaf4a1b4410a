import assert from 'node:assert/strict';
import type { QuestionField } from '../../../src/model/questions.ts';
import { Script } from '../harness/conversation.ts';
import { useChat } from '../harness/suite.ts';

const fields: readonly QuestionField[] = [
  { type: 'text', name: 'name', label: 'Name', required: true, maxLength: 20 },
  { type: 'choice', name: 'colour', label: 'Colour', required: false, options: [{ id: 'r', label: 'Red' }], default: 'r' },
  { type: 'switch', name: 'bold', label: 'Bold', required: false },
  { type: 'choices', name: 'sides', label: 'Sides', required: false, options: ['Left', 'Right'].map((label) => ({ id: label, label })) },
  { type: 'number', name: 'size', label: 'Size', required: false, isWhole: true },
];

function asking(more: object = {}): Script {
  const script = new Script();
  script.prompt('t1', 'Go');
  script.add({
    type: 'entry.added',
    turn: 't1',
    added: { id: 'q1', at: '', kind: 'question', title: 'What shall it be?', fields: [...fields], ...more },
  });
  return script;
}

const answer = { outcome: 'answered', by: 'Window 1', at: '2026-11-21T10:01:00.000Z' } as const;

describe('R6.8 a form of the agent', function () {
  this.timeout(60_000);
  const open = useChat();

  it('says what is missing before anything is sent, and then sends what was put in', async () => {
    const chat = await open(asking().state);
    chat.on('question/answer', () => ({ answer }));
    const { page } = chat;
    const send = page.getByRole('button', { name: 'Answer', exact: true });
    await send.click();
    await page.getByText('This is needed.').waitFor();
    assert.equal(chat.count('question/answer'), 0);
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'INPUT', 'the first field that is wrong has the keyboard');
    await page.keyboard.type('Ada');
    await page.getByLabel('Bold').check();
    await page.getByLabel('Right').check();
    await page.getByLabel('Size').fill('3');
    await send.click();
    assert.deepEqual((await chat.request('question/answer')).params, {
      entry: 'q1',
      reply: { action: 'answer', values: { name: 'Ada', colour: 'r', bold: true, sides: ['Right'], size: 3 } },
    });
  });

  it('shows an address in full, and the editor is asked to open it', async () => {
    const chat = await open(asking({ fields: [], url: 'https://example.org/sign?in=1' }).state);
    chat.on('ui/openExternal', () => ({}));
    chat.on('question/answer', () => ({ answer }));
    await chat.page.getByText('https://example.org/sign?in=1').waitFor();
    await chat.page.getByRole('button', { name: 'Open in the Browser' }).click();
    assert.deepEqual((await chat.request('ui/openExternal')).params, { url: 'https://example.org/sign?in=1' });
    await chat.page.getByRole('button', { name: 'Decline' }).click();
    assert.deepEqual((await chat.request('question/answer')).params, { entry: 'q1', reply: { action: 'decline' } });
  });
});

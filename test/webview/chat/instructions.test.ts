import assert from 'node:assert/strict';
import { Script } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { useChat } from '../harness/suite.ts';

describe('R1.9 R0.2 the instructions for agents that apply to a session', function () {
  this.timeout(60_000);
  const open = useChat();
  const conversation = new Script();
  conversation.turn('t0', 'Question', 'Answer');

  it('are named in the head of the panel, and lead to their files', async () => {
    const chat = await open(conversation.state, { late: true });
    chat.on('ui/instructions', () => ({
      files: [
        { path: '/home/ada/shop/AGENTS.md', name: 'AGENTS.md' },
        { path: '/home/ada/shop/.github/copilot-instructions.md', name: '.github/copilot-instructions.md' },
      ],
    }));
    await chat.begin(conversation.state);
    const button = chat.page.getByRole('button', { name: '2 instructions' });
    await button.waitFor();
    assert.match((await button.getAttribute('title')) ?? '', /AGENTS\.md\n\.github\/copilot-instructions\.md$/);
    assert.deepEqual(await findings(chat), []);
    await button.click();
    await chat.request('ui/openInstructions');
  });

  it('take no room where there are none', async () => {
    const chat = await open(conversation.state);
    await chat.request('ui/instructions');
    assert.equal(await chat.page.locator('.instructions').count(), 0);
  });
});

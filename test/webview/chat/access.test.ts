import assert from 'node:assert/strict';
import { Script } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { runningScript, sampleScript } from '../harness/sample.ts';
import { useChat } from '../harness/suite.ts';
import { themes } from '../harness/themes.ts';

describe('R0.2 everyone can use the chat', function () {
  this.timeout(120_000);
  const open = useChat();

  for (const theme of themes) {
    it(`axe finds nothing in ${theme}`, async () => {
      const chat = await open(runningScript().state, { theme, height: 2400 });
      await chat.page.waitForFunction(() => document.querySelector('[data-part=permission-card] button.primary:not(:disabled)') !== null);
      for (const entry of ['th1', 'to1', 'to2']) await chat.page.locator(`article[data-entry=${entry}] .tool-head`).click();
      await chat.page.locator('textarea').fill('/r');
      await chat.page.keyboard.press('Control+f');
      await chat.settled();
      assert.deepEqual(await findings(chat), []);
      await chat.page.locator('textarea').fill('');
      await chat.page.locator('textarea').pressSequentially('/r');
      await chat.page.locator('[role=listbox]').waitFor();
      assert.deepEqual(await findings(chat), []);
    });
  }

  it('axe finds nothing in an empty session and in one without a connection', async () => {
    const chat = await open(new Script().state);
    assert.deepEqual(await findings(chat), []);
    await chat.notify('panel/connection', { state: 'lost' });
    assert.deepEqual(await findings(chat), []);
  });

  it('says that a part of the session is damaged, until that is dismissed, and axe finds nothing in it', async () => {
    const flaws = { damaged: 2, damagedBlobs: 0, mergedEpochs: [3, 4] };
    const chat = await open({ ...new Script().state, flaws });
    const banner = chat.page.locator('[data-part=flaws]');
    assert.match((await banner.textContent()) ?? '', /damaged on the disk.*quarantine.*Two session hosts/);
    assert.deepEqual(await findings(chat), []);
    await banner.getByRole('button', { name: 'Dismiss' }).click();
    assert.equal(await banner.count(), 0);
  });

  it('has one polite live region', async () => {
    const script = sampleScript();
    const chat = await open(script.state);
    assert.equal(await chat.page.locator('[aria-live]').count(), 1);
    await chat.events([...script.prompt('t9', 'x'), ...script.finish('t9')]);
    assert.equal(await chat.page.locator('[data-part=announcer]').textContent(), 'The answer is complete.');
  });

  it('reaches everything with Tab', async () => {
    const chat = await open(runningScript().state);
    await chat.page.waitForFunction(() => document.querySelector('[data-part=permission-card] button.primary:not(:disabled)') !== null);
    await chat.page.locator('.title button').focus();
    const seen = new Set<string>();
    for (let step = 0; step < 80; step++) {
      await chat.page.keyboard.press('Tab');
      seen.add(
        await chat.page.evaluate(() => {
          const element = document.activeElement;
          return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
        }),
      );
    }
    for (const name of ['Conversation', 'Message', 'Stop', 'Mode', 'Find in this Session', 'Later', 'Drop', 'Mention a File'])
      assert.ok(seen.has(name), `${name} in ${[...seen].join(' | ')}`);
  });

  it('fits into 300 pixels', async () => {
    const chat = await open(runningScript().state, { width: 300 });
    assert.ok(await chat.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  });

  it('renames the session in its title', async () => {
    const chat = await open(sampleScript().state);
    await chat.page.locator('.title button').click();
    await chat.page.getByRole('textbox', { name: 'Title of the session' }).fill('A better name');
    await chat.page.keyboard.press('Enter');
    assert.deepEqual((await chat.request('session/rename')).params, { title: 'A better name' });
  });

  it('changes what the agent offers, and opens all changes', async () => {
    const chat = await open(sampleScript().state);
    assert.equal(await chat.page.locator('optgroup[label="Slower ones"] option').textContent(), 'Large');
    await chat.page.getByRole('combobox', { name: 'Model' }).selectOption('m2');
    assert.deepEqual((await chat.request('session/pick')).params, { picker: 'model', value: 'm2' });
    await chat.page.locator('.changes').click();
    await chat.request('ui/openChanges');
  });

  it('says so when the editor is silent for 15 seconds, and forgets it when it speaks again', async () => {
    const chat = await open(sampleScript().state, { ownPage: true });
    await chat.page.clock.install();
    await chat.page.reload();
    await chat.page.locator('[data-part=transcript]').waitFor();
    await chat.page.clock.fastForward(17_000);
    await chat.page.locator('[data-part=connection]', { hasText: 'has not answered' }).waitFor();
    await chat.notify('panel/heartbeat', {}).catch(() => undefined);
    await chat.page.clock.fastForward(1100);
    assert.equal(await chat.page.locator('[data-part=connection]').count(), 0);
  });
});

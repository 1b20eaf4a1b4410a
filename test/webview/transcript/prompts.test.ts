import assert from 'node:assert/strict';
import { Script, readyAgent } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { useChat } from '../harness/suite.ts';

function longScript(turns: number): Script {
  const script = new Script();
  script.add(...readyAgent);
  for (let turn = 0; turn < turns; turn++)
    script.turn(`t${turn}`, `Question ${turn}`, Array.from({ length: 40 }, (_, line) => `Line ${line} of the answer.`).join('\n\n'));
  return script;
}

describe('R0.2 R1.11 the messages of a person in the conversation', function () {
  this.timeout(60_000);
  const open = useChat();

  it('are gone through with two buttons, which are idle where they lead nowhere and keep the keyboard', async () => {
    const chat = await open(longScript(4).state);
    const up = chat.page.getByRole('button', { name: 'Previous Message of Yours' });
    const down = chat.page.getByRole('button', { name: 'Next Message of Yours' });
    const idle = async (): Promise<readonly boolean[]> => {
      await chat.settled();
      return Promise.all([up, down].map(async (button) => (await button.getAttribute('aria-disabled')) === 'true'));
    };
    assert.deepEqual(await idle(), [false, true], 'at the end there is nothing below');
    assert.deepEqual(await findings(chat), []);
    await up.focus();
    for (let step = 0; step < 12 && !(await idle())[0]; step++) await chat.page.keyboard.press('Enter');
    assert.deepEqual(await idle(), [true, false], 'at the first one there is nothing above');
    assert.equal(await chat.page.locator('[data-part=transcript]').evaluate((scroller) => scroller.scrollTop < 40), true);
    await chat.page.keyboard.press('Enter');
    assert.equal(await chat.page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Previous Message of Yours');
    await down.click();
    await down.click();
    assert.deepEqual(await idle(), [false, false]);
    await chat.page.getByRole('button', { name: 'Go to the end' }).click();
    assert.deepEqual(await idle(), [false, true]);
  });

  it('lead nowhere in a session that is on screen as a whole', async () => {
    const script = new Script();
    script.turn('t0', 'Short', 'Answer');
    const chat = await open(script.state);
    for (const name of ['Previous Message of Yours', 'Next Message of Yours'])
      assert.equal(await chat.page.getByRole('button', { name }).getAttribute('aria-disabled'), 'true');
  });

  for (const width of [300, 700])
    it(`are not covered by the buttons that come with the pointer, ${width} pixels wide`, async () => {
      const script = longScript(1);
      script.turn('t7', 'Fix the login form, which takes no password that holds a percent sign, and add a test for it please', 'Done.');
      script.turn('t8', 'Yes', 'Fine.');
      const chat = await open(script.state, { width });
      for (const [index, prompt] of (await chat.page.locator('.prompt').all()).entries()) {
        // At the top edge, where what stands out above would be cut.
        await prompt.evaluate((element) => element.scrollIntoView({ block: 'start' }));
        await chat.settled();
        await prompt.hover();
        const [covered, cut] = await prompt.evaluate((element) => {
          const bar = element.querySelector('.row-actions')?.getBoundingClientRect();
          const text = element.querySelector('.prompt-text');
          const scroller = document.querySelector('[data-part=transcript]')?.getBoundingClientRect();
          if (bar === undefined || text === null || scroller === undefined) throw new Error('Something is missing.');
          const range = document.createRange();
          range.selectNodeContents(text);
          const lines = [...range.getClientRects()];
          const meets = (line: DOMRect): boolean =>
            line.left < bar.right && line.right > bar.left && line.top < bar.bottom && line.bottom > bar.top;
          return [lines.some(meets), bar.top < scroller.top || bar.left < scroller.left];
        });
        assert.equal(covered, false, `the words of prompt ${index}`);
        assert.equal(cut, false, `the buttons of prompt ${index}`);
      }
    });
});

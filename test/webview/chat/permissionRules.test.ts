import assert from 'node:assert/strict';
import type { PermissionEntry } from '../../../src/model/entries.ts';
import { Script } from '../harness/conversation.ts';
import { findings } from '../harness/findings.ts';
import { commandQuestion } from '../harness/sample.ts';
import { useChat } from '../harness/suite.ts';

const answer = {
  outcome: 'chosen',
  optionId: 'once',
  label: 'Allow once',
  role: 'allow-once',
  by: 'host',
  at: '2026-11-21T10:01:00.000Z',
} as const;
const rule = { decision: 'allow', command: 'git status' } as const;

/** A session with questions, each changed as the host would after it has asked the rules. */
function asking(...changes: readonly Partial<PermissionEntry>[]): Script {
  const script = new Script();
  script.prompt('t1', 'Look');
  changes.forEach((change, index) => {
    const fact = commandQuestion('t1', `p${index + 1}`, 'git status');
    if (fact.type === 'entry.added') script.add({ ...fact, added: { ...(fact.added as PermissionEntry), ...change } });
  });
  return script;
}

describe('R6.8 what a card says of rules', function () {
  this.timeout(60_000);
  const open = useChat();
  const card = '[data-part=permission-card]';
  const ready = `${card} button.primary:not(:disabled)`;

  it('is a choice of ours beside the agent’s own, by click or by key; the editor asks where and what is always allowed', async () => {
    const chat = await open(asking({ offers: [[rule]] }).state);
    chat.on('permission/answer', () => ({ answer }));
    chat.on('ui/allowAlways', () => ({ answered: false }));
    await chat.page.locator(ready).waitFor();
    await chat.page.getByRole('button', { name: 'Always Allow…', exact: true }).click();
    assert.deepEqual((await chat.request('ui/allowAlways')).params, { entry: 'p1' });
    assert.equal(chat.count('permission/answer'), 0);
    await chat.page.locator(card).focus();
    await chat.page.waitForTimeout(550);
    await chat.page.keyboard.press('4');
    assert.deepEqual((await chat.request('permission/answer')).params, { entry: 'p1', optionId: 'once', rules: [rule] });
  });

  it('is why it asks, with the part, and what lies outside; nothing in it is markup, and axe finds nothing', async () => {
    const reasons = [{ text: 'What this command puts out becomes a part of the line.', part: '$(<b>id</b>\u202e)' }];
    const options = [{ id: 'x', label: '<img src=x onerror=alert(1)>\u0007 yes', role: 'allow-once' }] as const;
    const chat = await open(asking({ reasons, outside: ['/etc/<i>passwd</i>'], options }).state);
    await chat.page.locator(ready).waitFor();
    const list = chat.page.getByRole('list', { name: 'Why you are asked' });
    assert.match(
      (await list.textContent()) ?? '',
      /Outside of the folder of this session: \/etc\/<i>passwd<\/i>.*becomes a part of the line\. \$\(<b>id<\/b>\[U\+202E\]\)/,
    );
    assert.match((await chat.page.locator(`${card} .permission-options`).textContent()) ?? '', /<img src=x onerror=alert\(1\)>/);
    assert.equal(await chat.page.locator(`${card} img, ${card} b, ${card} i`).count(), 0);
    assert.equal(
      await chat.page.getByRole('button', { name: 'Allow in This Session' }).count(),
      0,
      'without an offer there is no such choice',
    );
    assert.deepEqual(await findings(chat), []);
  });

  it('is the rule that answered, in the line that is left', async () => {
    const chat = await open(asking({ answer: { ...answer, rule: { text: 'git status', origin: 'session' } } }).state);
    assert.match((await chat.page.locator('.permission-line').textContent()) ?? '', /Allow once · rule of this session: git status · \d/);
  });

  it('a question that was asked for from the inbox stands in front of older ones and has the keyboard', async () => {
    const chat = await open(asking({ title: 'The older one' }, { title: 'The newer one' }).state);
    await chat.page.locator(card, { hasText: 'The older one' }).waitFor();
    await chat.page.getByRole('button', { name: 'Later' }).click();
    await chat.notify('panel/focus', { target: 'question', entry: 'p2' });
    await chat.page.locator(card, { hasText: 'The newer one' }).waitFor();
    await chat.page.waitForFunction(() => document.activeElement?.getAttribute('data-part') === 'permission-card');
  });
});

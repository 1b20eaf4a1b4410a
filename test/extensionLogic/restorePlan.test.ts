import assert from 'node:assert/strict';
import { restorePlanText, restoreQuestion } from '../../src/extension/documents/restorePlanText.ts';
import { english } from '../../src/extension/translate.ts';

describe('R0.2 R1.12 Before files are put back', () => {
  it('the question names the message that files go back to, or the session all of whose changes are undone', () => {
    assert.equal(restoreQuestion(1, 'a.ts', undefined, english), 'Put a.ts back to before this message?');
    assert.equal(restoreQuestion(2, 'a.ts', undefined, english), 'Put 2 files back to before this message?');
    assert.equal(restoreQuestion(1, 'a.ts', 'Login', english), 'Undo what “Login” did to a.ts?');
    assert.equal(restoreQuestion(3, 'a.ts', 'Login', english), 'Undo what “Login” did to 3 files?');
  });

  it('a person reads which files, what happens to each, and what is left alone and why', () => {
    const text = restorePlanText(
      {
        files: [
          { path: '/home/ada/shop/src/a.ts', does: 'write', isMerged: false },
          { path: '/home/ada/shop/src/b.ts', does: 'write', isMerged: true },
          { path: '/home/ada/shop/new.ts', does: 'delete', isMerged: false },
          { path: '/home/ada/shop/old.ts', does: 'create', isMerged: false },
        ],
        left: [{ path: '/home/ada/other/c.ts', reason: 'It lies outside of the folder of this session.' }],
      },
      '/home/ada/shop',
      english,
    );
    assert.equal(
      text,
      [
        'Get their text of before:\nsrc/a.ts\nsrc/b.ts (what was written there since is kept)',
        'Created since, and deleted now:\nnew.ts',
        'Deleted since, and brought back:\nold.ts',
        'Left alone:\n/home/ada/other/c.ts: It lies outside of the folder of this session.',
      ].join('\n\n'),
    );
  });

  it('R6.7 a person reads which other sessions changed the same files, and which are at work there', () => {
    const path = '/home/ada/shop/src/a.ts';
    const plan = {
      files: [{ path, does: 'write' as const, isMerged: true }],
      left: [],
      shared: [{ path, titles: ['Cart', 'Login'] }],
      working: ['Cart'],
    };
    assert.equal(
      restorePlanText(plan, '/home/ada/shop', english).split('\n\n').slice(1).join('|'),
      'Other sessions changed these too, and what they did is kept:\nsrc/a.ts: “Cart”, “Login”|At work in the same folder now:\n“Cart”',
    );
  });

  it('of very many files the first are named and the others counted', () => {
    const files = Array.from({ length: 40 }, (_, at) => ({ path: `/f/${String(at)}.ts`, does: 'write' as const, isMerged: false }));
    const lines = restorePlanText({ files, left: [] }, '/f', english).split('\n');
    assert.deepEqual([lines.length, lines[1], lines.at(-1)], [17, '0.ts', 'and 25 more']);
  });
});

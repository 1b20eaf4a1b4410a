import assert from 'node:assert/strict';
import type { Chip } from '../../../src/webview/composer/draft.ts';
import { chipsInUse, draftOf, isLongPaste, partsOf, withoutMention } from '../../../src/webview/composer/draft.ts';
import { replaceToken, tokenAt } from '../../../src/webview/composer/token.ts';

const mention = (label: string): Chip => ({ kind: 'mention', id: label, label, path: `/w/${label}` });

describe('R0.2 what a draft is sent as', () => {
  it('is text with the mentioned files where they stand', () => {
    assert.deepEqual(partsOf(' look at @a.ts and @b.ts ', [mention('b.ts'), mention('a.ts')]), [
      { type: 'text', text: 'look at ' },
      { type: 'file', path: '/w/a.ts', name: 'a.ts' },
      { type: 'text', text: ' and ' },
      { type: 'file', path: '/w/b.ts', name: 'b.ts' },
    ]);
  });

  it('takes the longer of two names that begin alike', () => {
    assert.deepEqual(partsOf('@a.ts/b', [mention('a.ts'), mention('a.ts/b')]), [{ type: 'file', path: '/w/a.ts/b', name: 'a.ts/b' }]);
  });

  it('leaves out a mention that was deleted from the text', () => {
    assert.deepEqual(partsOf('nothing', [mention('a.ts')]), [{ type: 'text', text: 'nothing' }]);
    assert.deepEqual(chipsInUse('nothing', [mention('a.ts')]), []);
    assert.equal(withoutMention('see @a.ts now', 'a.ts'), 'see now');
  });

  it('adds images and long pastes after the words', () => {
    assert.deepEqual(
      partsOf('x', [
        { kind: 'image', id: '1', name: 'i.png', mimeType: 'image/png', data: 'AA==' },
        { kind: 'attachment', id: '2', name: 'Pasted', text: 'long' },
      ]).map((part) => part.type),
      ['text', 'image', 'attachment'],
    );
  });

  it('comes back as it was sent when it is edited', () => {
    let ids = 0;
    const draft = draftOf(
      [
        { type: 'text', text: 'see ' },
        { type: 'file', path: '/w/a.ts', name: 'a.ts' },
        { type: 'text', text: ' now' },
      ],
      () => String(++ids),
    );
    assert.equal(draft.text, 'see @a.ts now');
    assert.deepEqual(partsOf(draft.text, draft.chips)[1], { type: 'file', path: '/w/a.ts', name: 'a.ts' });
  });
});

describe('R0.2 the words that open a list', () => {
  it('are a command at the very beginning', () => {
    assert.deepEqual(tokenAt('/he', 3), { kind: 'command', query: 'he', from: 0, to: 3 });
    assert.equal(tokenAt('a /he', 5), undefined);
    assert.equal(tokenAt('/he x', 5), undefined);
  });

  it('are a mention anywhere, but no address of mail', () => {
    assert.deepEqual(tokenAt('see @src/a', 10), { kind: 'mention', query: 'src/a', from: 4, to: 10 });
    assert.equal(tokenAt('me@home', 7), undefined);
    assert.equal(tokenAt(`@${'x'.repeat(500)}`, 501), undefined);
  });

  it('are replaced with a space behind them', () => {
    assert.deepEqual(replaceToken('see @s now', { kind: 'mention', query: 's', from: 4, to: 6 }, '@src/a.ts'), {
      text: 'see @src/a.ts now',
      caret: 14,
    });
    assert.deepEqual(replaceToken('/he', { kind: 'command', query: 'he', from: 0, to: 3 }, '/help'), { text: '/help ', caret: 6 });
  });
});

describe('R0.2 a long paste', () => {
  it('is more than 4,000 letters or 50 lines', () => {
    assert.equal(isLongPaste('x'.repeat(4000)), false);
    assert.equal(isLongPaste('x'.repeat(4001)), true);
    assert.equal(isLongPaste('\n'.repeat(49)), false);
    assert.equal(isLongPaste('\n'.repeat(50)), true);
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foundDeadMarks, leaveMark } from '../../src/extension/panel/crashMark.ts';
import { connectionOf } from '../../src/extension/panel/connectionText.ts';
import { pageHtml, sayingHtml } from '../../src/extension/panel/pageHtml.ts';
import { readMemory, sessionOfState, sessionOfTab } from '../../src/extension/panel/panelMemory.ts';
import { english } from '../../src/extension/translate.ts';

describe('R1.14 The shell of a chat page', () => {
  const html = pageHtml({
    script: 'vscode-resource://dist/chat.js',
    styles: ['vscode-resource://dist/chat.css'],
    source: 'https://*.example',
    nonce: 'N0NCE',
    sessionId: 'a"><script>',
    title: '<img src=x onerror=alert(1)>',
    language: 'en',
  });

  it('its policy allows our own files and the one script, and no network', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    assert.match(policy, /default-src &#39;none&#39;; script-src &#39;nonce-N0NCE&#39;;/);
    assert.doesNotMatch(policy, /connect-src|unsafe|\*;|http:|frame-src/);
    assert.equal(html.match(/<script/g)?.length, 1);
  });

  it('a title or an id cannot become markup', () => {
    assert.doesNotMatch(html, /<img|a"><script>/);
    assert.match(html, /data-session="a&quot;&gt;&lt;script&gt;"/);
    assert.doesNotMatch(sayingHtml('<b>', 'en'), /<b>/);
  });
});

describe('R1.8 A chat page in another language', () => {
  it('gets the sentences of the extension as data that cannot end its element', () => {
    const html = pageHtml({
      script: 's.js',
      styles: [],
      source: 'x',
      nonce: 'n',
      sessionId: 'a',
      title: 'T',
      language: 'de',
      sentences: { Send: 'Senden', '</script><img>': '</script>' },
    });
    const data = /<script type="application\/json" id="l10n">(.*?)<\/script>/.exec(html)?.[1] ?? '';
    assert.deepEqual(JSON.parse(data), { Send: 'Senden', '</script><img>': '</script>' });
    assert.doesNotMatch(html, /<img/);
  });
});

describe('R1.3 Panels after a reload and after a crash', () => {
  const remembered = [
    { sessionId: 'a', title: 'Same', column: 1 },
    { sessionId: 'b', title: 'Same', column: 2 },
    { sessionId: 'c', title: 'Other' },
  ];

  it('a page that knows its session gets it back', () => {
    assert.equal(sessionOfState({ sessionId: 'a', more: 1 }), 'a');
    assert.equal(sessionOfState(undefined), undefined);
    assert.equal(sessionOfState({ sessionId: '' }), undefined);
  });

  it('a page that knows nothing gets the session of its title and column, each session once', () => {
    assert.equal(sessionOfTab({ label: 'Same', column: 2 }, remembered, new Set()), 'b');
    assert.equal(sessionOfTab({ label: 'Same', column: 2 }, remembered, new Set(['b'])), 'a');
    assert.equal(sessionOfTab({ label: 'Same', column: 2 }, remembered, new Set(['a', 'b'])), undefined);
    assert.equal(sessionOfTab({ label: 'Unknown', column: 1 }, remembered, new Set()), undefined);
  });

  it('a memory that is not understood is no memory', () => {
    assert.deepEqual(readMemory('nonsense'), []);
    assert.deepEqual(readMemory(remembered), remembered);
  });

  it('a mark that its process took away means nothing; one whose process is gone means a crash, once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'loom-marks-'));
    try {
      const storage = join(folder, 'storage');
      assert.equal(
        foundDeadMarks(storage, () => false),
        false,
      );
      leaveMark(storage, 4711).dispose();
      assert.equal(
        foundDeadMarks(storage, () => false),
        false,
      );
      leaveMark(storage, 4712);
      await writeFile(join(storage, 'panels-x'), '');
      assert.equal(
        foundDeadMarks(storage, (pid) => pid === 4712),
        false,
      );
      assert.equal(
        foundDeadMarks(storage, () => false),
        true,
      );
      assert.equal(
        foundDeadMarks(storage, () => false),
        false,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('a page is told of every state of the link, with words where something is wrong', () => {
    assert.deepEqual(connectionOf({ state: 'connected' }, english), { state: 'connected' });
    assert.deepEqual(connectionOf({ state: 'other-version', text: 'Older.' }, english), { state: 'other-version', text: 'Older.' });
    assert.equal(connectionOf({ state: 'elsewhere' }, english).state, 'lost');
    for (const state of ['idle', 'connecting', 'lost', 'elsewhere'] as const) assert.ok(connectionOf({ state }, english).text);
  });
});

import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { browserCommand, readStartRequest } from '../../scripts/startRequest.ts';

describe('R6.14 What npm start is asked for', () => {
  it('nothing said: a sample, opened, until Ctrl+C', () => {
    assert.deepEqual(readStartRequest([], '/here'), { folder: undefined, open: true, stay: true, forced: undefined });
  });

  it('a folder is taken from where the person stands', () => {
    assert.equal(readStartRequest(['some/folder'], '/here').folder, resolve('/here', 'some/folder'));
  });

  it('options say what a test needs', () => {
    const request = readStartRequest(['--no-open', '--exit-when-ready', '--server'], '/here');
    assert.deepEqual(request, { folder: undefined, open: false, stay: false, forced: 'server' });
    assert.equal(readStartRequest(['--download'], '/here').forced, 'download');
  });

  it('what makes no sense is answered with the usage', () => {
    assert.throws(() => readStartRequest(['--nope'], '/here'), /Unknown option --nope\. Usage: npm start/);
    assert.throws(() => readStartRequest(['a', 'b'], '/here'), /One folder at a time/);
  });
});

describe('R6.14 How the page is shown', () => {
  const address = 'http://127.0.0.1:1/?a=1&b=2';
  const shown = { hasScreen: true, hasOpener: true };

  it('with the opener of each platform', () => {
    assert.deepEqual(browserCommand(address, 'darwin', shown), ['open', address]);
    assert.deepEqual(browserCommand(address, 'linux', shown), ['xdg-open', address]);
    assert.equal(browserCommand(address, 'win32', shown)?.at(-1), 'http://127.0.0.1:1/?a=1^&b=2');
  });

  it('not at all on a Linux without a screen or an opener', () => {
    assert.equal(browserCommand(address, 'linux', { hasScreen: false, hasOpener: true }), undefined);
    assert.equal(browserCommand(address, 'linux', { hasScreen: true, hasOpener: false }), undefined);
  });
});

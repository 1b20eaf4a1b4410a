import assert from 'node:assert/strict';
import { pageAddress } from './address.ts';

const server = { port: 4321, connectionToken: 'secret' };

describe('R6.14 The address of a page of the VS Code server', () => {
  it('names the folder, whatever letters are in it, and asks with the server’s secret', () => {
    const url = new URL(pageAddress(server, { workspace: '/tmp/a “b” & 100 % 日本' }));
    assert.equal(url.searchParams.get('folder'), '/tmp/a “b” & 100 % 日本');
    assert.equal(url.searchParams.get('tkn'), 'secret');
    assert.equal(url.searchParams.has('payload'), false);
  });

  it('carries the extension under development and the tests as the server sees them', () => {
    const url = new URL(pageAddress(server, { workspace: '/w', developmentFolder: '/my ext', testsFile: '/t/index.cjs' }));
    assert.deepEqual(JSON.parse(url.searchParams.get('payload') ?? ''), [
      ['extensionDevelopmentPath', 'vscode-remote://127.0.0.1:4321/my%20ext'],
      ['extensionTestsPath', 'vscode-remote://127.0.0.1:4321/t/index.cjs'],
      ['skipWelcome', 'true'],
    ]);
  });

  it('opens a workspace file as such, and a Windows path with forward slashes', () => {
    assert.equal(
      new URL(pageAddress(server, { workspace: '/w/two.code-workspace' })).searchParams.get('workspace'),
      '/w/two.code-workspace',
    );
    assert.equal(new URL(pageAddress(server, { workspace: 'C:\\work' })).searchParams.get('folder'), '/C:/work');
  });
});

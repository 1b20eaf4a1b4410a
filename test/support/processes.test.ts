import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { execPath } from 'node:process';
import { newToken, processesLeft, processesWithToken, tokenVariable } from './processes.ts';
import { openScratch, plainEnvironment } from './scratch.ts';

const sleep = ['--eval', 'process.stdout.write("up"); setInterval(() => undefined, 1000)'];

describe('A scratch place leaves nothing behind', () => {
  before(function () {
    // The environment of another process cannot be read there.
    if (process.platform === 'win32') this.skip();
  });

  it('a process that was detached from it is found, ended and reported, and its folder is gone', async () => {
    const scratch = await openScratch();
    const child = spawn(execPath, sleep, { env: scratch.env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    assert.deepEqual(
      processesWithToken(scratch.token).map(({ pid }) => pid),
      [child.pid],
    );
    const gone = once(child, 'exit');
    assert.deepEqual(
      (await scratch.close()).map(({ pid }) => pid),
      [child.pid],
    );
    await gone;
    assert.deepEqual(await processesLeft(scratch.token, 0), []);
    assert.equal(existsSync(scratch.folder), false);
  });

  it('an outer place finds what an inner one has lost, and not the other way round', async () => {
    const outer = await openScratch();
    const inner = newToken(outer.token);
    const child = spawn(execPath, sleep, { env: { ...outer.env, [tokenVariable]: inner }, stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    assert.equal(processesWithToken(inner).length, 1);
    assert.equal(processesWithToken(newToken(outer.token)).length, 0);
    assert.equal(processesWithToken(outer.token.slice(0, -1)).length, 0);
    assert.equal((await outer.close()).length, 1);
  });

  it('where it was started from does not leak into it', () => {
    const env = plainEnvironment({
      PATH: '/bin',
      VSCODE_CWD: '/x',
      ELECTRON_RUN_AS_NODE: '1',
      npm_config_x: 'y',
      GIT_DIR: '/g',
      HOME: '/h',
    });
    assert.deepEqual(env, { PATH: '/bin', HOME: '/h' });
  });
});

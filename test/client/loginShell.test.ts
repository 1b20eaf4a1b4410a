import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../src/base/log.ts';
import { silentLog } from '../../src/base/log.ts';
import { environmentIn, loginEnvironment, needsShell, shellArguments } from '../../src/client/loginShell.ts';
import { temporaryFolders } from '../registry/temporary.ts';

const node = process.execPath;

describe('R5.4 The environment of the login shell', function () {
  this.timeout(60_000);
  const folder = temporaryFolders();
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => warnings.push(message) };

  /** A home whose start-up file says this, for bash. */
  const home = (startUp: string): Record<string, string> => {
    const top = folder();
    writeFileSync(join(top, '.bash_profile'), startUp);
    writeFileSync(join(top, '.bashrc'), startUp);
    return { HOME: top, SHELL: '/bin/bash', PATH: '/usr/bin:/bin' };
  };

  it('is asked for where the editor was never in a shell, unless a person wants it otherwise; never on Windows', () => {
    assert.equal(needsShell({ SHLVL: '1' }, 'linux', 'auto'), false);
    assert.equal(needsShell({}, 'linux', 'auto'), true);
    assert.equal(needsShell({}, 'darwin', 'never'), false);
    assert.equal(needsShell({ SHLVL: '1' }, 'darwin', 'always'), true);
    assert.equal(needsShell({}, 'win32', 'always'), false);
  });

  it('has what the start-up files set, values of several lines included, whatever they print', async () => {
    const own = home(`echo welcome; echo '{"no":1}'\nexport PATH="/opt/node/bin:$PATH"\nexport LINES2=$'one\\ntwo = "3"'\necho bye`);
    const found = await loginEnvironment({ own: { ...own, KEPT: 'yes' }, node, log });
    assert.match(found['PATH'] ?? '', /^\/opt\/node\/bin:/);
    assert.equal(found['LINES2'], 'one\ntwo = "3"');
    assert.equal(found['KEPT'], 'yes');
    assert.equal(found['ELECTRON_RUN_AS_NODE'], undefined);
    assert.equal(found['PWD'], undefined);
    assert.deepEqual(warnings, []);
  });

  it('is that of the editor when the shell waits for ever, fails, or is none, and the log says so', async () => {
    const own = home('sleep 600');
    assert.deepEqual(await loginEnvironment({ own, node, log, limitMs: 300 }), own);
    assert.match(warnings.at(-1) ?? '', /did not answer within 0\.3 seconds/);
    const exits = home('exit 3');
    assert.deepEqual(await loginEnvironment({ own: exits, node, log }), exits);
    assert.match(warnings.at(-1) ?? '', /did not say its environment/);
    const none = { ...own, SHELL: join(own['HOME'] ?? '', 'nothing') };
    assert.deepEqual(await loginEnvironment({ own: none, node, log }), none);
    assert.match(warnings.at(-1) ?? '', /ENOENT/);
  });

  it('is asked for in the words of each shell', () => {
    const command = (shell: string, path = "/o'node/bin"): string => shellArguments(shell, path, 'MARK').at(-1) ?? '';
    assert.match(command('/bin/zsh'), /^'\/o'\\''node\/bin' -e 'process\.stdout/);
    assert.match(command('/usr/bin/fish'), /^'\/o\\'node\/bin' -e /);
    assert.match(command('/usr/bin/nu'), /^\^r#'\/o'node\/bin'# -e '/);
    assert.match(command('/usr/bin/pwsh'), /^& '\/o''node\/bin' -e '/);
    assert.deepEqual(shellArguments('/bin/tcsh', '/n', 'MARK')[0], '-ic');
    for (const shell of ['bash', 'fish', 'nu', 'pwsh', 'tcsh']) assert.match(command(`/bin/${shell}`, '/n'), / MARK$/);
  });

  it('works with a shell that is a plain sh', async () => {
    const top = folder();
    mkdirSync(join(top, 'bin'));
    const shell = join(top, 'bin', 'mine');
    writeFileSync(shell, '#!/bin/sh\nexport FROM_SHELL=1\nshift 2\nexec /bin/sh "$@"\n');
    chmodSync(shell, 0o755);
    const found = await loginEnvironment({ own: { PATH: '/usr/bin:/bin', SHELL: shell, HOME: top }, node, log });
    assert.equal(found['FROM_SHELL'], '1');
  });

  it('is read from between the marks only', () => {
    assert.deepEqual(environmentIn('noise M{"A":"1"}M{"A":"2"}', 'M'), { A: '1' });
    assert.equal(environmentIn('noise M{"A":"1"', 'M'), undefined);
    assert.equal(environmentIn('nothing', 'M'), undefined);
    assert.equal(environmentIn('M{broken}M', 'M'), undefined);
  });
});

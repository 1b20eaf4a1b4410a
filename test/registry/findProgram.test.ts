import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { candidates, commandProblem, findProgram, programAt } from '../../src/registry/findProgram.ts';
import { temporaryFolders } from './temporary.ts';

const windows = (files: readonly string[]) => (path: string) =>
  Promise.resolve(files.includes(path.toLowerCase()) ? ('program' as const) : ('missing' as const));

describe('R5.4 A command on Windows', () => {
  const environment = { Path: 'C:\\nodejs;"C:\\with space";relative', PATHEXT: '.COM;.EXE;.BAT;.CMD;.JS' };

  it('is looked for with the endings of PATHEXT, in the order of the path, and never without one', () => {
    assert.deepEqual(candidates('npx', { Path: 'C:\\a', PATHEXT: '.EXE;.CMD' }, 'win32'), [
      'C:\\a\\npx.exe',
      'C:\\a\\npx.cmd',
      'C:\\a\\npx.ps1',
    ]);
    assert.deepEqual(candidates('tool.cmd', { PATH: 'C:\\a' }, 'win32'), ['C:\\a\\tool.cmd']);
    assert.deepEqual(candidates('C:\\b\\tool', { PATHEXT: '.EXE' }, 'win32'), ['C:\\b\\tool.exe', 'C:\\b\\tool.ps1']);
  });

  it('is the shim that npm made, and not the script for other shells beside it', async () => {
    const files = ['c:\\with space\\gemini', 'c:\\with space\\gemini.cmd', 'c:\\with space\\gemini.ps1'];
    assert.equal(await findProgram('gemini', environment, 'win32', windows(files)), 'C:\\with space\\gemini.cmd');
    assert.equal(await findProgram('gemini', environment, 'win32', windows(files.slice(0, 1))), undefined);
  });

  it('is started by PowerShell where only a PowerShell script is there', async () => {
    const found = await findProgram('gemini', environment, 'win32', windows(['c:\\nodejs\\gemini.ps1']));
    assert.equal(found, 'C:\\nodejs\\gemini.ps1');
    assert.deepEqual(programAt('C:\\nodejs\\gemini.ps1', 'win32'), {
      command: 'powershell.exe',
      args: ['-NoLogo', '-NoProfile', '-File', 'C:\\nodejs\\gemini.ps1'],
    });
    assert.deepEqual(programAt('C:\\nodejs\\gemini.cmd', 'win32'), { command: 'C:\\nodejs\\gemini.cmd', args: [] });
  });
});

describe('R5.4 A command of the settings', () => {
  const folder = temporaryFolders();

  it('that cannot be started is named with the reason: missing, a folder, not executable', async () => {
    const top = folder();
    const environment = { PATH: `${join(top, 'bin')}:relative:` };
    mkdirSync(join(top, 'bin', 'directory'), { recursive: true });
    writeFileSync(join(top, 'bin', 'plain'), '');
    writeFileSync(join(top, 'bin', 'works'), '#!/bin/sh\n');
    chmodSync(join(top, 'bin', 'plain'), 0o644);
    chmodSync(join(top, 'bin', 'works'), 0o755);
    const problem = (command: string): Promise<string | undefined> => commandProblem(command, environment, 'linux');
    assert.equal(await problem('works'), undefined);
    assert.equal(await problem(join(top, 'bin/works')), undefined);
    assert.match((await problem('nothing')) ?? '', /"nothing" was not found on the path\. Install it/);
    assert.match((await problem('works --acp')) ?? '', /arguments belong into "args"/);
    assert.match((await problem('directory')) ?? '', /not found on the path/);
    assert.match((await problem(join(top, 'bin/directory'))) ?? '', /is a folder/);
    assert.match((await problem(join(top, 'bin/plain'))) ?? '', /may not be executed/);
    assert.match((await problem(join(top, 'bin/gone'))) ?? '', /There is no program/);
    assert.equal(await problem('./in-the-folder-of-the-session'), undefined);
  });
});

import assert from 'node:assert/strict';
import { spawn, execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clashingBranch, freeName, worktreeName } from '../../../src/host/worktrees/names.ts';
import { claimPorts, isPortFree, portVariables, releasePorts } from '../../../src/host/worktrees/ports.ts';
import { findSetup, runSetup, setupCommand, setupPaths } from '../../../src/host/worktrees/setup.ts';
import { Place } from './place.ts';

describe('R3.3 A worktree where there is no room', function () {
  this.timeout(60_000);
  let place: Place;
  before(function () {
    place = new Place();
    // A mount of its own needs Linux and the right to make one; everywhere else the injected disk of the other tests stands for it.
    if (process.platform !== 'linux' || spawnSync('unshare', ['-rm', 'true']).status !== 0) this.skip();
    place.write('large.bin', 'x'.repeat(6 * 1024 * 1024));
    place.git('add', '.');
    place.git('commit', '-qm', 'large');
    mkdirSync(`${place.folder}.worktrees`);
  });
  after(() => place.dispose());

  const on = async (disk: string): Promise<{ readonly told: readonly string[]; readonly left: unknown }> => {
    const command = `mount -t tmpfs -o ${disk} tmpfs "$1.worktrees" && exec "$2" "$3" "$1" "$4"`;
    const program = join(import.meta.dirname, '../../support/worktreeOnDisk.ts');
    const parameters = ['-rm', 'sh', '-c', command, 'sh', place.folder, process.execPath, program, place.ports];
    const { stdout } = await promisify(execFile)('unshare', parameters, { env: place.sandbox.environment });
    return JSON.parse(stdout) as { readonly told: readonly string[]; readonly left: unknown };
  };

  it('is refused before anything is begun, and undone where the disk gets full in the middle', async () => {
    const { told, left } = await on('size=4m');
    assert.match(told[0] ?? '', /needs about 6 MB, and the disk of .* has 4 MB free.*Nothing had been made yet/);
    assert.match(told[1] ?? '', /could not be checked out\. git said: .*large\.bin.*Undone: .*the branch loom\/large/);
    assert.deepEqual(left, [1, 'refs/heads/main', '']);
  });

  it('is refused where the place cannot be written', async () => {
    const { told, left } = await on('size=64m,ro');
    for (const text of told) assert.match(text, /could not be made|cannot be written/);
    assert.deepEqual(left, [1, 'refs/heads/main', '']);
  });
});

describe('R3.3 The ports of worktrees', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'loom-ports-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const record = (id: string): string => {
    writeFileSync(join(folder, id), '');
    return join(folder, id);
  };
  const free = (): Promise<boolean> => Promise.resolve(true);

  it('never overlap, however many hosts ask at once; what is busy is left out, and what is gone can be had again', async () => {
    const claim = (id: string, count = 10) =>
      claimPorts(folder, { id, record: record(id), count }, (port) => Promise.resolve(port !== 20_015));
    const ranges = await Promise.all(['a', 'b', 'c'].map((id) => claim(id)));
    assert.deepEqual(ranges.map(({ first }) => first).sort(), [20_000, 20_020, 20_030]);
    assert.equal((await claim('d', 7)).first, 20_042);
    await releasePorts(folder, 'd');
    rmSync(join(folder, 'a'));
    const again = await claimPorts(folder, { id: 'e', record: record('e'), count: 10 }, free);
    assert.ok([20_010, ranges[0]?.first].includes(again.first), String(again.first));
    assert.deepEqual(portVariables({ first: 20_000, count: 3 }), { LOOM_PORT: '20000', LOOM_PORT_1: '20001', LOOM_PORT_2: '20002' });
    await assert.rejects(
      claimPorts(folder, { id: 'f', record: record('f'), count: 10 }, () => Promise.resolve(false)),
      { code: 'unavailable' },
    );
  });

  it('a port on which somebody listens is not free', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    assert.equal(await isPortFree(port), false);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await isPortFree(port), true);
  });
});

describe('R3.3 The set-up script of a repository', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'loom-setup-'));
    mkdirSync(join(root, '.session-loom'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const mark = { variable: 'LOOM_SETUP_TEST', value: String(process.pid) };
  async function run(text: string, limitMs = 20_000, signal = new AbortController().signal): Promise<void> {
    writeFileSync(join(root, '.session-loom/setup'), text, { mode: 0o755 });
    const script = await findSetup(root);
    assert.ok(script !== undefined);
    const environment = { PATH: process.env['PATH'] ?? '', LOOM_PORT: '20000' };
    return runSetup({ root, script, environment, mark, logFile: join(root, 'log'), limitMs }, signal);
  }

  it('runs in the worktree with its variables, also without the first line that names a shell; what it prints is kept', async () => {
    await run('echo "port $LOOM_PORT in $PWD"; echo oops >&2\n');
    assert.equal(readFileSync(join(root, 'log'), 'utf8'), `port 20000 in ${root}\noops\n`);
  });

  it('ends with all that it has started at its time limit, and when it is cancelled', async () => {
    const lingers = '#!/bin/sh\n(while :; do date > alive; sleep 0.05; done) &\nwait\n';
    await assert.rejects(run(lingers, 200), { code: 'timeout' });
    rmSync(join(root, 'alive'), { force: true });
    const stop = new AbortController();
    const running = run(lingers, 20_000, stop.signal);
    const end = performance.now() + 10_000;
    while (!existsSync(join(root, 'alive')) && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort();
    await assert.rejects(running, { code: 'cancelled' });
    const left = spawnSync('sh', ['-c', `grep -lz "^${mark.variable}=${mark.value}$" /proc/[0-9]*/environ 2>/dev/null`], {
      encoding: 'utf8',
    });
    if (process.platform === 'linux') assert.equal(left.stdout, '');
  });

  it('leaves alone what else the host has started when it ends, such as agents', async () => {
    const agent = spawn('sleep', ['60'], { env: { PATH: process.env['PATH'], [mark.variable]: mark.value }, detached: true });
    const ended = once(agent, 'exit');
    await run('#!/bin/sh\ntrue\n').finally(() => agent.kill('SIGKILL'));
    assert.deepEqual(await ended, [null, 'SIGKILL']);
  });

  it('is only an ordinary file of the repository, and only the one that was approved', async () => {
    symlinkSync('/bin/true', join(root, '.session-loom/setup'));
    await assert.rejects(findSetup(root), { code: 'not-allowed' });
    rmSync(join(root, '.session-loom/setup'));
    assert.equal(await findSetup(root), undefined);
    writeFileSync(join(root, '.session-loom/setup'), 'true\n');
    const script = await findSetup(root);
    assert.ok(script !== undefined);
    writeFileSync(join(root, '.session-loom/setup'), 'false\n');
    const asked = { root, script, environment: {}, mark, logFile: join(root, 'log'), limitMs: 1000 };
    await assert.rejects(runSetup(asked, new AbortController().signal), { code: 'conflict' });
  });

  it('is looked for and started as the system needs it (Windows is decided here, and was not run)', () => {
    assert.deepEqual(setupPaths('win32'), ['.session-loom/setup.cmd', '.session-loom/setup.ps1']);
    assert.deepEqual(setupCommand('linux', '/w/setup', '#!/usr/bin/env node\n'), ['/w/setup']);
    assert.deepEqual(setupCommand('darwin', '/w/setup', 'make\n'), ['/bin/sh', '/w/setup']);
    assert.match(setupCommand('win32', 'C:\\w\\setup.cmd', '').join(' '), /System32\\cmd\.exe \/d \/c C:\\w\\setup\.cmd$/);
    assert.equal(setupCommand('win32', 'C:\\w\\setup.ps1', '')[0], 'powershell.exe');
  });
});

describe('R3.3 The names of worktrees', () => {
  it('are short, plain, and no name of a device; twins by case or accent get numbers', () => {
    assert.deepEqual(['Fix the Lögin!', 'CON', '///', 'a'.repeat(50)].map(worktreeName), [
      'fix-the-login',
      'con-session',
      'session',
      'a'.repeat(32),
    ]);
    assert.equal(freeName('fix', ['FIX', 'fix-2']), 'fix-3');
    assert.equal(clashingBranch('loom/x', ['main', 'LOOM']), 'LOOM');
    assert.equal(clashingBranch('loom', ['loom/x']), 'loom/x');
    assert.equal(clashingBranch('loom/x', ['loom/xy', 'loo']), undefined);
  });
});

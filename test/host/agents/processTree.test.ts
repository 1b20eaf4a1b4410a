import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { findProcesses } from '../../../src/host/agents/processList.ts';
import { endingSteps, sweepProcesses } from '../../../src/host/agents/processTree.ts';
import { Heard, agents, inlineAgent, testAgent } from './heard.ts';
import { isAlive, untilGone } from './processes.ts';
import { until } from '../../support/hostRig.ts';

const go = [{ type: 'text' as const, text: 'go' }];

describe('R6.14 the end of an agent', function () {
  this.timeout(60_000);
  const test = agents();
  before(function () {
    // Process groups and environments of others are looked at through /proc.
    if (process.platform !== 'linux') this.skip();
  });

  /** A program that shakes hands, starts a child in the way that is given, and writes the child's id to a file. */
  const parent = (detached: boolean, file: string, stubborn = false) =>
    inlineAgent(
      `
      const { spawn } = require('child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(
        `${stubborn ? "process.on('SIGTERM', () => {});" : ''} require('fs').writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1000)`,
      )}], { detached: ${String(detached)}, stdio: 'ignore' });
      require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const wait = setInterval(() => {
          if (!require('fs').existsSync(${JSON.stringify(file)})) return;
          clearInterval(wait);
          console.log(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(line).id, result: { protocolVersion: 1 } }));
        }, 5);
      }).on('close', () => process.exit(0));
    `,
      { LOOM_TEST_MARK: test.folder },
    );

  it('by itself at the end of its input is waited for', async () => {
    const instance = await test.start(testAgent('no-load'));
    const { pid } = instance;
    assert.ok(pid !== undefined && isAlive(pid));
    await instance.close();
    assert.ok(!isAlive(pid));
  });

  it('takes the children in its process group along, though the agent itself has left', async () => {
    const file = path.join(test.folder, 'child');
    const instance = await test.start(parent(false, file));
    const child = Number(fs.readFileSync(file, 'utf8'));
    assert.ok(isAlive(child));
    await instance.close();
    assert.ok(!(await hasProcess(child)));
  });

  it('takes children along that left its process group', async () => {
    const file = path.join(test.folder, 'child');
    const instance = await test.start(parent(true, file));
    const child = Number(fs.readFileSync(file, 'utf8'));
    await instance.close();
    assert.ok(!(await hasProcess(child)));
  });

  it('takes children along that ignore SIGTERM', async () => {
    const file = path.join(test.folder, 'child');
    const instance = await test.start(parent(true, file, true));
    const child = Number(fs.readFileSync(file, 'utf8'));
    await instance.close();
    assert.ok(!(await hasProcess(child)));
  });

  it('comes for one that survives the end of its input and SIGTERM', async () => {
    const instance = await test.start(testAgent('never-ends', { LOOM_STUBBORN: '1', LOOM_TEST_MARK: test.folder }));
    const { pid } = instance;
    await instance.close();
    assert.ok(pid !== undefined && !(await hasProcess(pid)));
    await untilGone('LOOM_TEST_MARK', test.folder);
  });

  it('comes for one that is stopped', async () => {
    const instance = await test.start(testAgent('no-load', { LOOM_TEST_MARK: test.folder }));
    process.kill(instance.pid ?? assert.fail(), 'SIGSTOP');
    await instance.close();
    await untilGone('LOOM_TEST_MARK', test.folder);
  });

  it('by a crash takes its children along as well', async () => {
    const file = path.join(test.folder, 'child');
    const instance = await test.start(parent(true, file));
    process.kill(instance.pid ?? assert.fail(), 'SIGKILL');
    await untilGone('LOOM_TEST_MARK', test.folder);
    // The orphan is dead by now, but stays in the table until the system's first process has asked for it.
    const child = Number(fs.readFileSync(file, 'utf8'));
    await until(async () => !(await hasProcess(child)));
  });

  it('leaves other agents of the same host alone', async () => {
    const [one, other] = [await test.start(testAgent('no-load')), await test.start(testAgent('no-load'))];
    await one.close();
    const heard = new Heard();
    const session = await other.open({ cwd: test.folder, listener: heard });
    assert.equal((await session.prompt(go)).reason, 'finished');
  });

  it('is brought by a sweep for what a dead host left behind: every process with its token, and no other', async () => {
    const token = path.basename(test.folder);
    const mine = await test.start(testAgent('never-ends', { LOOM_STUBBORN: '1' }), { token });
    const others = await test.start(testAgent('no-load'), { token: 'another' });
    assert.equal(await sweepProcesses({ variable: 'SESSION_LOOM_TOKEN', value: token }), 1);
    await untilGone('SESSION_LOOM_TOKEN', token);
    assert.ok(others.pid !== undefined && isAlive(others.pid));
    await mine.close();
  });

  /** A killed process whose parent has gone may stay as a zombie for a while, so its group is looked at, not its id. */
  async function hasProcess(pid: number): Promise<boolean> {
    const stat = await fs.promises.readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    await delay(0);
    return stat !== '' && !/\) [ZX] /.test(stat);
  }
});

describe('R6.14 the way in which a process tree is ended', () => {
  it('is polite first, then sure: on POSIX by signals to the group', () => {
    assert.deepEqual(endingSteps('linux', 7), [
      { do: 'close-input', wait: 1500 },
      { do: 'signal', signal: 'SIGTERM', wait: 2000 },
      { do: 'signal', signal: 'SIGKILL', wait: 2000 },
    ]);
    assert.deepEqual(endingSteps('darwin', 7), endingSteps('linux', 7));
  });

  it('is polite first, then sure: on Windows by taskkill, from where Windows is installed', () => {
    assert.deepEqual(endingSteps('win32', 7, 'D:\\Windows'), [
      { do: 'close-input', wait: 1500 },
      { do: 'run', command: 'D:\\Windows\\System32\\taskkill.exe', args: ['/PID', '7', '/T', '/F'], wait: 2000 },
    ]);
  });

  it('never finds the process that looks', async () => {
    const own = process.env['PATH'] ?? '';
    const { strays } = await findProcesses(undefined, { variable: 'PATH', value: own });
    assert.ok(!strays.includes(process.pid));
  });
});

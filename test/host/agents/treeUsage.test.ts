import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { measureCommand, measureTree, usageFromPowerShell, usageFromPs } from '../../../src/host/agents/treeUsage.ts';

const megabyte = 1024 * 1024;

describe('R5.4 R3.7 What an agent uses with all that it started', () => {
  it('is read from ps: the processes of its group', () => {
    const output = [
      '  10    10  2048 00:01.50',
      '  11    10  1024 01:02:03',
      '  12    12 99999 00:00',
      '  13    10   0 1-00:00:01',
      '',
    ].join('\n');
    assert.deepEqual(usageFromPs(output, 10), {
      processes: 3,
      memoryBytes: 3 * megabyte,
      cpuMs: (1.5 + 3723 + 86_401) * 1000,
    });
    assert.equal(usageFromPs(output, 99), undefined);
    assert.equal(measureCommand('darwin', 10).command, 'ps');
  });

  it('is read from PowerShell: a process with all that descend from it, in whatever order', () => {
    const row = (pid: number, parent: number): object => ({
      ProcessId: pid,
      ParentProcessId: parent,
      WorkingSetSize: megabyte,
      UserModeTime: 10_000_000,
      KernelModeTime: 5_000_000,
      ThreadCount: 4,
      HandleCount: 100,
    });
    const output = JSON.stringify([row(30, 20), row(20, 10), row(10, 1), row(40, 1)]);
    assert.deepEqual(usageFromPowerShell(output, 10), { processes: 3, memoryBytes: 3 * megabyte, cpuMs: 4500, threads: 12, files: 300 });
    assert.equal(usageFromPowerShell('no json', 10), undefined);
    const { command, args } = measureCommand('win32', 10, 'D:\\Win');
    assert.match(`${command} ${args.join(' ')}`, /powershell\.exe -NoProfile -NonInteractive -Command Get-CimInstance/);
  });

  (process.platform === 'linux' ? it : it.skip)('is measured from /proc, with a child that has left its group', async () => {
    const mark = { variable: 'LOOM_TEST_MARK', value: `m${String(process.pid)}` };
    // The child says so once it leads a session of its own.
    const child = spawn(
      process.execPath,
      [
        '-e',
        "const c=require('child_process').spawn(process.execPath,['-e','console.log(1);setInterval(()=>{},1e6)'],{detached:true,stdio:['ignore','pipe','ignore']});c.stdout.pipe(process.stdout);setInterval(()=>{},1e6)",
      ],
      {
        detached: true,
        env: { ...process.env, [mark.variable]: mark.value },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const pid = child.pid ?? 0;
    try {
      await once(child.stdout, 'data');
      const usage = await measureTree(pid, mark);
      assert.ok(usage !== undefined);
      assert.equal(usage.processes, 2);
      assert.ok(usage.memoryBytes > 20 * megabyte && usage.cpuMs >= 0, JSON.stringify(usage));
      assert.ok((usage.threads ?? 0) >= 2 && (usage.files ?? 0) >= 6, JSON.stringify(usage));
      assert.equal((await measureTree(pid, undefined))?.processes, 1);
    } finally {
      const { endProcessTree } = await import('../../../src/host/agents/processTree.ts');
      await endProcessTree({ pid, exited: once(child, 'exit'), mark, closeInput: () => void child.kill() });
    }
    assert.equal(await measureTree(pid, mark), undefined);
  });
});

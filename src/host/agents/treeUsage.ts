import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TreeUsage } from './agentPort.ts';
import type { Fields } from './fields.ts';
import { fieldsOf, listOf } from './fields.ts';
import type { Mark } from './processList.ts';
import { findProcesses } from './processList.ts';

/** Milliseconds in a tick of the kernel's clock, which is 100 a second on every Linux that we know of. */
const tickMs = 10;
const measureLimitMs = 5000;

/** What is asked of a system that has no `/proc`. */
export interface MeasureCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Reads its output; undefined where the tree is not in it. */
  readonly read: (output: string) => TreeUsage | undefined;
}

/** How the tree of a process that leads its own group is measured on a system without `/proc`. */
export function measureCommand(platform: NodeJS.Platform, pid: number, systemRoot = 'C:\\Windows'): MeasureCommand {
  if (platform !== 'win32')
    return { command: 'ps', args: ['-A', '-o', 'pid=,pgid=,rss=,time='], read: (output) => usageFromPs(output, pid) };
  const query =
    'Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,WorkingSetSize,UserModeTime,KernelModeTime,ThreadCount,HandleCount | ConvertTo-Json -Compress';
  return {
    command: join(systemRoot, 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe'),
    args: ['-NoProfile', '-NonInteractive', '-Command', query],
    read: (output) => usageFromPowerShell(output, pid),
  };
}

/** What a process uses with all that it started; undefined where the system does not tell. Children that left the group are found by the mark, on Linux. */
export async function measureTree(pid: number, mark: Mark | undefined): Promise<TreeUsage | undefined> {
  if (process.platform === 'linux') {
    const { members, strays } = await findProcesses(pid, mark);
    return sum(await Promise.all([...members, ...strays].map(measureOne)));
  }
  const { command, args, read } = measureCommand(process.platform, pid, process.env['SystemRoot']);
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: measureLimitMs, windowsHide: true, maxBuffer: 64 * 1024 * 1024 }, (error, output) =>
      resolve(error === null ? read(output) : undefined),
    );
  });
}

/** Lines of `ps -o pid=,pgid=,rss=,time=`: the processes of a group, memory in kilobytes, time as `[[dd-]hh:]mm:ss[.ss]`. */
export function usageFromPs(output: string, group: number): TreeUsage | undefined {
  const rows = output.split('\n').map((line) => line.trim().split(/\s+/));
  return sum(
    rows
      .filter(([, ofGroup]) => Number(ofGroup) === group)
      .map(([, , memory, time = '']) => ({ processes: 1, memoryBytes: Number(memory) * 1024, cpuMs: msOf(time) })),
  );
}

/** The JSON that PowerShell prints: a process with all that descend from it. Times are in 100 ns. */
export function usageFromPowerShell(output: string, pid: number): TreeUsage | undefined {
  const rows = parsed(output)
    .map(fieldsOf)
    .filter((row): row is Fields => row !== undefined);
  const members = new Set([pid]);
  // Parents come before their children in no particular order, so one looks until nothing is found any more.
  for (let size = 0; size !== members.size;) {
    size = members.size;
    for (const row of rows) if (members.has(Number(row['ParentProcessId']))) members.add(Number(row['ProcessId']));
  }
  return sum(
    rows
      .filter((row) => members.has(Number(row['ProcessId'])))
      .map((row) => ({
        processes: 1,
        memoryBytes: Number(row['WorkingSetSize']),
        cpuMs: (Number(row['UserModeTime']) + Number(row['KernelModeTime'])) / 10_000,
        threads: Number(row['ThreadCount']),
        files: Number(row['HandleCount']),
      })),
  );
}

/** One process on Linux; one that has ended meanwhile counts as nothing. */
async function measureOne(pid: number): Promise<TreeUsage | undefined> {
  try {
    const [stat, status, shares] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => ''),
    ]);
    // The name of a program can contain blanks; behind its last bracket come state, parent, and so on: 11 and 12 are the times in ticks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const files = await readdir(`/proc/${pid}/fd`).then(
      (names) => names.length,
      () => 0,
    );
    return {
      processes: 1,
      cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
      // Pages that several processes share count once among them, where the system tells: six agents of one program share most of it.
      memoryBytes: Number((/^Pss:\s+(\d+) kB/m.exec(shares) ?? /^VmRSS:\s+(\d+) kB/m.exec(status))?.[1] ?? 0) * 1024,
      threads: Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0),
      files,
    };
  } catch {
    return undefined;
  }
}

function sum(all: readonly (TreeUsage | undefined)[]): TreeUsage | undefined {
  return all.reduce<TreeUsage | undefined>((total, one) => {
    if (total === undefined || one === undefined) return total ?? one;
    return {
      processes: total.processes + one.processes,
      cpuMs: total.cpuMs + one.cpuMs,
      memoryBytes: total.memoryBytes + one.memoryBytes,
      ...(total.threads === undefined ? {} : { threads: total.threads + (one.threads ?? 0) }),
      ...(total.files === undefined ? {} : { files: total.files + (one.files ?? 0) }),
    };
  }, undefined);
}

function msOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').toReversed();
  const parts = clock.split(':').map(Number);
  return (parts.reduce((total, part) => total * 60 + part, 0) + Number(days) * 86_400) * 1000;
}

function parsed(output: string): readonly unknown[] {
  try {
    return listOf(JSON.parse(output));
  } catch {
    return [];
  }
}

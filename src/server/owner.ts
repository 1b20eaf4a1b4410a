import { readFile, readlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../base/log.ts';
import { sweepProcesses } from '../host/agents/processTree.ts';
import { OwnerFile } from '../protocol/endpoint.ts';

/** The variable that marks every agent of one host. Its value is drawn anew by each host, so that a later one ends only what that one left. */
export const hostVariable = 'SESSION_LOOM_HOST';

const fileName = 'host.json';

/** Says who serves a data folder now. */
export async function writeOwner(dataFolder: string, owner: Pick<OwnerFile, 'version' | 'startedAt' | 'mark'>): Promise<void> {
  const pidNamespace = await readlink('/proc/self/ns/pid').catch(() => undefined);
  const file: OwnerFile = { ...owner, pid: process.pid, machine: hostname(), ...(pidNamespace === undefined ? {} : { pidNamespace }) };
  await writeFile(join(dataFolder, fileName), JSON.stringify(file), { mode: 0o600 });
}

/** Says that this host has left and has saved everything. */
export async function noteLeft(dataFolder: string): Promise<void> {
  const owner = await readOwner(dataFolder);
  if (owner?.pid === process.pid) await writeFile(join(dataFolder, fileName), JSON.stringify({ ...owner, hasLeft: true }), { mode: 0o600 });
}

/** Whether the host before this one had time to save everything; also where there was none. */
export async function hasLeftInOrder(dataFolder: string): Promise<boolean> {
  const text = await readFile(join(dataFolder, fileName), 'utf8').catch(() => undefined);
  return text === undefined || (await readOwner(dataFolder))?.hasLeft === true;
}

/**
 * Ends the agents that an earlier host of this data folder left behind when it was killed. The caller holds the lock, so that host is gone;
 * on another machine or in another container its processes cannot be seen, and nothing is ended.
 */
export async function endLeftAgents(dataFolder: string, log: Log): Promise<void> {
  const owner = await readOwner(dataFolder);
  if (owner?.mark === undefined) return;
  const ended = await sweepProcesses({ variable: hostVariable, value: owner.mark });
  if (ended > 0) log.warn('Agents of a host that was killed were still running and were ended.', { ended });
}

async function readOwner(dataFolder: string): Promise<OwnerFile | undefined> {
  const text = await readFile(join(dataFolder, fileName), 'utf8').catch(() => undefined);
  const parsed = OwnerFile.safeParse(text === undefined ? undefined : parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A host that was killed while it wrote: it had started no agent yet.
    return undefined;
  }
}

/** What is said where a second host writes in the same folder. */
export const twoHosts =
  'A second session host, most likely of another machine, writes in this folder as well. Nothing is overwritten, but each shows only what it knows until its next start. Close one of them.';

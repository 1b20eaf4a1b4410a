import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as z from 'zod';
import { LoomError, messageOf } from '../../base/errors.ts';
import { diskFiles, errnoOf } from '../journal/files.ts';
import { listSegments } from '../journal/segments.ts';

/** A claim is cleaned up when one that is this much later exists. */
const keptClaims = 32;

async function claimedEpochs(folder: string): Promise<number[]> {
  const names = await diskFiles.list(folder);
  return names.filter((name) => /^[0-9]+$/.test(name)).map(Number);
}

/** Who has claimed an epoch, as far as the system says so. */
const Claim = z.object({
  pid: z.number().int(),
  machine: z.string().optional(),
  /** Identity of this start of the kernel. */
  boot: z.string().optional(),
  pidNamespace: z.string().optional(),
});

async function thisProcess(): Promise<z.infer<typeof Claim>> {
  const boot = await fs.promises.readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
  const pidNamespace = await fs.promises.readlink('/proc/self/ns/pid').catch(() => undefined);
  return { pid: process.pid, machine: os.hostname(), boot: boot?.trim(), pidNamespace };
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

/**
 * Whether the host that claimed an epoch is gone for certain: it ran on this machine, where its process is no more. False whenever that cannot
 * be told, as for a claim of another machine or container, or one that was cleaned up.
 */
export async function isEpochOver(dataFolder: string, epoch: number): Promise<boolean> {
  const text = await fs.promises.readFile(path.join(dataFolder, 'epochs', String(epoch)), 'utf8').catch(() => '');
  const claim = Claim.safeParse(parseJson(text)).data;
  const here = await thisProcess();
  if (claim?.machine === undefined || claim.machine !== here.machine) return false;
  if (claim.boot !== here.boot) return true;
  return claim.pidNamespace === here.pidNamespace && !runs(claim.pid);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A host that was killed before its claim was whole.
    return undefined;
  }
}

/** The newest epoch that any host has claimed; 0 when none can be seen. */
export async function newestEpoch(dataFolder: string): Promise<number> {
  return Math.max(0, ...(await claimedEpochs(path.join(dataFolder, 'epochs')).catch(() => [])));
}

/** The newest epoch that the segments of any session are named after. */
async function newestStored(dataFolder: string): Promise<number> {
  const sessions = path.join(dataFolder, 'sessions');
  const found = (await diskFiles.list(sessions)).map(async (id) => {
    const segments = await listSegments(diskFiles, path.join(sessions, id)).catch(() => []);
    return segments.at(-1)?.epoch ?? 0;
  });
  return (await Promise.all(found)).reduce((newest, epoch) => Math.max(newest, epoch), 0);
}

/** True when this call has claimed the epoch, and nobody before it. */
async function tryClaim(folder: string, epoch: number): Promise<boolean> {
  const file = path.join(folder, String(epoch));
  try {
    const handle = await fs.promises.open(file, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify(await thisProcess())}\n`);
    await handle.sync();
    await handle.close();
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
  // A claim that lost its power would be claimed again, and two epochs would write under one number.
  await diskFiles.syncFolder(folder);
  // Whoever listed long ago can create a number that was claimed and cleaned up since: then a claim this much later exists.
  if (Math.max(...(await claimedEpochs(folder))) < epoch + keptClaims) return true;
  await fs.promises.rm(file, { force: true });
  return false;
}

/**
 * Claims the next epoch of a data folder, which must exist: a number greater than every one claimed before, by exclusive creation of
 * `epochs/<number>`. Two hosts never get the same, even when both should not run. Where no claim is left, because the folder of claims was lost,
 * the number is greater than that of every stored segment: what is written now must not come before what was written then. Rejects with `storage`.
 */
export async function claimEpoch(dataFolder: string): Promise<number> {
  const folder = path.join(dataFolder, 'epochs');
  try {
    if (diskFiles.makeFolder(folder)) await diskFiles.syncFolder(dataFolder);
    for (;;) {
      const claimed = await claimedEpochs(folder);
      const newest = claimed.length === 0 ? await newestStored(dataFolder) : Math.max(...claimed);
      if (!(await tryClaim(folder, newest + 1))) continue;
      const outdated = claimed.filter((each) => each <= newest + 1 - keptClaims);
      await Promise.all(outdated.map((each) => fs.promises.rm(path.join(folder, String(each)), { force: true })));
      return newest + 1;
    }
  } catch (error) {
    throw new LoomError('storage', `No epoch can be claimed in ${folder}: ${messageOf(error)}. Check that the folder can be written.`, {
      cause: error,
    });
  }
}

/** Makes every epoch that is claimed from now on greater than `epoch`, for journals that come from elsewhere. Rejects with Node's own errors. */
export async function claimAbove(dataFolder: string, epoch: number): Promise<void> {
  const folder = path.join(dataFolder, 'epochs');
  if (diskFiles.makeFolder(folder)) await diskFiles.syncFolder(dataFolder);
  if ((await newestEpoch(dataFolder)) < epoch) await tryClaim(folder, epoch);
}

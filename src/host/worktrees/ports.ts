import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { LoomError } from '../../base/errors.ts';
import { acquireHostLock } from '../lock.ts';

/** Ports that belong to one worktree: `count` of them from `first`. */
export interface PortRange {
  readonly first: number;
  readonly count: number;
}

const Claims = z.object({
  claims: z.array(z.object({ first: z.number().int(), count: z.number().int(), id: z.string(), record: z.string() })),
});
type Claim = z.infer<typeof Claims>['claims'][number];

/** Where ranges begin and end: below what systems give to outgoing connections by themselves. */
const lowest = 20_000;
const highest = 29_999;
const lockTries = 200;
const lockPauseMs = 25;

/** Whether nobody listens on a port of this machine; a test says what it likes. */
export type IsFree = (port: number) => Promise<boolean>;

/** Tries to listen on the port, on the machine's own address and on all. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::']) {
    const isTaken = await new Promise<boolean>((resolve) => {
      const server = createServer();
      // A machine without the newer protocol is no sign of a taken port.
      server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE' || error.code === 'EACCES'));
      server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(false)));
    });
    if (isTaken) return false;
  }
  return true;
}

/**
 * Takes a range of ports that no other worktree of this user has, in whatever repository, and on which nobody listens now. A claim lasts as long
 * as the file `record` is there. Rejects with `unavailable` when no range is left.
 */
export async function claimPorts(
  folder: string,
  claim: { readonly id: string; readonly record: string; readonly count: number },
  isFree: IsFree = isPortFree,
): Promise<PortRange> {
  return withClaims(folder, async (before) => {
    const claims = before.filter(({ id, record }) => id !== claim.id && existsSync(record));
    const { count } = claim;
    for (let first = lowest; first + count - 1 <= highest; first += count) {
      if (claims.some((each) => each.first < first + count && first < each.first + each.count)) continue;
      const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
      if (!free.every(Boolean)) continue;
      return { claims: [...claims, { first, count, id: claim.id, record: claim.record }], result: { first, count } };
    }
    throw new LoomError(
      'unavailable',
      `No ${String(count)} ports in a row are free between ${String(lowest)} and ${String(highest)}. Remove worktrees that are no longer needed.`,
    );
  });
}

/** Gives the ports of a worktree back. */
export async function releasePorts(folder: string, id: string): Promise<void> {
  await withClaims(folder, (before) => Promise.resolve({ claims: before.filter((each) => each.id !== id), result: undefined }));
}

/** The variables that tell a range: `LOOM_PORT` is the first port, `LOOM_PORT_1` the one after it, and so on. */
export function portVariables({ first, count }: PortRange): Readonly<Record<string, string>> {
  const more = Array.from({ length: count - 1 }, (_, index) => [`LOOM_PORT_${String(index + 1)}`, String(first + index + 1)] as const);
  return { LOOM_PORT: String(first), ...Object.fromEntries(more) };
}

/** Hosts of several repositories share the file, so it is only read and written under a lock of the kernel. */
async function withClaims<T>(
  folder: string,
  change: (claims: readonly Claim[]) => Promise<{ readonly claims: readonly Claim[]; readonly result: T }>,
): Promise<T> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt++) {
    const lock = await acquireHostLock(folder);
    if (lock === undefined) {
      if (attempt === lockTries) throw new LoomError('timeout', `Another session host holds the list of ports in ${folder}. Try again.`);
      await pause(lockPauseMs);
      continue;
    }
    try {
      const file = join(folder, 'ports.json');
      const { claims, result } = await change(await readClaims(file));
      const draft = `${file}.${randomBytes(4).toString('hex')}.tmp`;
      await writeFile(draft, JSON.stringify({ claims }), { mode: 0o600 });
      await rename(draft, file);
      return result;
    } finally {
      lock.dispose();
    }
  }
}

async function readClaims(file: string): Promise<readonly Claim[]> {
  try {
    return Claims.parse(JSON.parse(await readFile(file, 'utf8'))).claims;
  } catch {
    // Missing or damaged: ports that are in use are seen to be, and the others are free.
    return [];
  }
}

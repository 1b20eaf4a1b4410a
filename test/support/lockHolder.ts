// A process of the lock's tests: says `ready`, waits for a line, then says `won` or `lost` with its epoch, and stays until its input ends.
import { once } from 'node:events';
import { claimEpoch } from '../../src/host/stored/epochs.ts';
import { acquireHostLock } from '../../src/host/lock.ts';

const folder = process.argv[2] ?? '';
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const lock = await acquireHostLock(folder);
const epoch = await claimEpoch(folder);
process.stdout.write(`${lock === undefined ? 'lost' : 'won'} ${epoch}\n`);
await once(process.stdin, 'end');
lock?.dispose();

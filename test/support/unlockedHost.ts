// A host of the tests that takes no lock, as on a file system whose locks do nothing: a second one can serve the same folder beside it. All but
// the lock is the real host.
import { join } from 'node:path';
import process from 'node:process';
import { prepareDataFolder } from '../../src/host/stored/dataFolder.ts';
import { claimEpoch } from '../../src/host/stored/epochs.ts';
import { HostArguments } from '../../src/protocol/location.ts';
import { openLog } from '../../src/server/hostLog.ts';
import { openHostProcess } from '../../src/server/hostProcess.ts';

const args = HostArguments.parse(JSON.parse(process.argv[2] ?? ''));
const { dataFolder } = args.location;
await prepareDataFolder(args.location);
const logFile = join(dataFolder, 'logs', 'host.log');
const { log, close } = openLog(logFile, 'info');
const host = await openHostProcess({ args, epoch: await claimEpoch(dataFolder), log, logFile, graceMs: 5000, quietMs: 200 });
process.on('SIGTERM', () => void host.leave('SIGTERM'));
await host.left;
close();
process.exit(0);

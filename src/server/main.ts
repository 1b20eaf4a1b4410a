/** The session host as a process: one argument, `HostArguments` as JSON. It answers nothing on its standard streams; errors before the log is open go there. */
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { LoomError, messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { prepareDataFolder } from '../host/stored/dataFolder.ts';
import { claimEpoch } from '../host/stored/epochs.ts';
import { Repository } from '../host/git/repository.ts';
import { takeHistory } from '../host/history/takeHistory.ts';
import { diskFiles } from '../host/journal/files.ts';
import { acquireHostLock } from '../host/lock.ts';
import { finishMove, moveData } from '../host/recovery/moveData.ts';
import { hostExitCodes } from '../protocol/endpoint.ts';
import type { WorkspaceLocation } from '../protocol/location.ts';
import { HostArguments } from '../protocol/location.ts';
import { openLog } from './hostLog.ts';
import { openHostProcess } from './hostProcess.ts';

/** Milliseconds that an idle host waits for a window that reloads. */
const graceMs = Number(process.env['SESSION_LOOM_GRACE_MS'] ?? 3000);
/** Milliseconds without work after which what is stored is checked. */
const quietMs = Number(process.env['SESSION_LOOM_QUIET_MS'] ?? 5000);
/** Milliseconds after which what was compiled is kept for the next start; at its end a host may have no time for that. */
const compiledMs = 10_000;
/** Milliseconds after which a shutdown is cut off. */
const shutdownMs = 5000;

async function main(): Promise<number> {
  const args = HostArguments.parse(JSON.parse(process.argv[2] ?? ''));
  const { dataFolder } = args.location;
  await prepareDataFolder(args.location);
  const lock = await acquireHostLock(dataFolder);
  if (lock === undefined) return hostExitCodes.notOwner;
  const logFile = join(dataFolder, 'logs', 'host.log');
  const { log, close } = openLog(logFile, 'info');
  process.on('uncaughtException', (error) => log.error('An error was not handled.', { error: error.stack ?? error.message }));
  process.on('unhandledRejection', (reason) => log.error('A promise was not handled.', { error: messageOf(reason) }));
  try {
    const moveFailed = await moveIn(args.location, log);
    const host = await openHostProcess({ args, epoch: await claimEpoch(dataFolder), log, logFile, graceMs, quietMs, moveFailed });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        setTimeout(() => process.exit(hostExitCodes.done), shutdownMs).unref();
        void host.leave(signal);
      });
    }
    setTimeout(flushCompileCache, compiledMs).unref();
    await host.left;
    return hostExitCodes.done;
  } catch (error) {
    log.error('The session host could not start.', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    throw error;
  } finally {
    close();
    lock.dispose();
  }
}

/** Data that is to be moved here comes before the epoch of this start. Gives why it could not, as a sentence. */
async function moveIn(location: WorkspaceLocation, log: Log): Promise<string | undefined> {
  const { dataFolder } = location;
  const takeOver = async (bare: string): Promise<void> => {
    const repository = await Repository.open(location.folder);
    if (repository !== undefined) await takeHistory(repository, bare);
  };
  try {
    if ((await moveData({ dataFolder, files: diskFiles, log, takeHistory: takeOver })) !== undefined) await finishMove(dataFolder);
    return undefined;
  } catch (error) {
    log.error('Data that was to be moved here could not be.', { error: messageOf(error) });
    return messageOf(error);
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(error instanceof LoomError && error.code === 'version' ? hostExitCodes.unfit : hostExitCodes.failed);
  },
);

import { renameSync, rmSync, statSync } from 'node:fs';
import { pino } from 'pino';
import type { Log, LogLevel } from '../base/log.ts';

/** Bytes after which a log file is put aside at the next start; one older file is kept. */
const largestLog = 4 * 1024 * 1024;

/** The host's log file: JSON lines, written synchronously, so that the last line before a crash is there. Secrets never go in by path. */
export function openLog(file: string, level: LogLevel): { readonly log: Log; readonly close: () => void } {
  rotate(file);
  const destination = pino.destination({ dest: file, sync: true, mkdir: true, mode: 0o600 });
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['token', '*.token', 'environment', '*.environment'],
    },
    destination,
  );
  // A disk that takes no log line must not stop what the line is about.
  destination.on('error', () => undefined);
  const write =
    (level: LogLevel): Log[LogLevel] =>
    (message, data) => {
      try {
        logger[level](data ?? {}, message);
      } catch {
        // There is nobody left who could be told.
      }
    };
  const log: Log = { trace: write('trace'), debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  return { log, close: () => destination.end() };
}

function rotate(file: string): void {
  try {
    if (statSync(file).size < largestLog) return;
    rmSync(`${file}.1`, { force: true });
    renameSync(file, `${file}.1`);
  } catch {
    // No log yet: there is nothing to put aside.
  }
}

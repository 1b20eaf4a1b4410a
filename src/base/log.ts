/** How urgent a log line is. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** Where log lines go. `data` is JSON beside the message; nothing secret belongs in either. */
export interface Log {
  trace(message: string, data?: Record<string, unknown>): void;
  debug(message: string, data?: Record<string, unknown>): void;
  info(message: string, data?: Record<string, unknown>): void;
  warn(message: string, data?: Record<string, unknown>): void;
  error(message: string, data?: Record<string, unknown>): void;
}

const nothing = (): void => undefined;

/** A log that keeps nothing. */
export const silentLog: Log = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

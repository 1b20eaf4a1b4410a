/**
 * The language features as a process of their own, for windows that are not trusted: a language server over stdin and stdout that knows the
 * spec documents only. It must not know the host, agents, git or sessions, and starts nothing. It ends when its stdin closes.
 */
import process from 'node:process';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import type { Log } from '../base/log.ts';
import { serveLanguage } from './language/serveLanguage.ts';

// Registered before the library's own listeners, which would call a closed stdin a failure.
process.stdin.on('end', () => process.exit(0));
process.stdin.on('close', () => process.exit(0));

const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
const line = (message: string, data: Record<string, unknown> | undefined): string =>
  data === undefined ? message : `${message} ${JSON.stringify(data)}`;
const log: Log = {
  trace: () => undefined,
  debug: () => undefined,
  info: (message, data) => connection.console.info(line(message, data)),
  warn: (message, data) => connection.console.warn(line(message, data)),
  error: (message, data) => connection.console.error(line(message, data)),
};
serveLanguage(connection, { log });
connection.listen();

/**
 * The built-in agent: a program of its own that speaks ACP on stdin and stdout, works without a network and without a model, and says so.
 * The folder `agent` must not know the host, its journals, the extension or VS Code: it is a client's agent like any other.
 *
 * Environment: `SESSION_LOOM_AGENT_STATE` names a folder for the conversations; without it they are in memory only.
 */
import { Readable, Writable } from 'node:stream';
import process from 'node:process';
import { ndJsonStream } from '@agentclientprotocol/sdk';
import { agentApp } from './app.ts';
import { Children } from './children.ts';
import { Sessions } from './sessions.ts';
import { folderStore, memoryStore } from './store.ts';

const folder = process.env['SESSION_LOOM_AGENT_STATE'];
const children = new Children();
const sessions = new Sessions(folder === undefined || folder === '' ? memoryStore() : folderStore(folder));

const output = Writable.toWeb(process.stdout);
const input = Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>;
const connection = agentApp(sessions, children).connect(ndJsonStream(output, input));

/** Stops every turn, waits until what was said is stored, and leaves. Commands that still run die with the `exit` event at the latest. */
async function leave(): Promise<void> {
  setTimeout(() => process.exit(1), 2000).unref();
  await sessions.close();
  process.exit(0);
}

process.once('exit', () => children.dispose());
// A reader that goes away breaks the pipe; the closed stdin that follows ends the program in order.
process.stdout.on('error', () => connection.close());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => connection.close());
void connection.closed.then(leave);

import { RequestError, client } from '@agentclientprotocol/sdk';
import type { ClientApp } from '@agentclientprotocol/sdk';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { AgentDeed } from './agentPort.ts';
import type { Fields } from './fields.ts';
import { countOf, fieldsOf, listOf, textOf, wordsOf } from './fields.ts';
import { elicit } from './elicit.ts';
import { readTextFile, writeTextFile } from './fileAccess.ts';
import { OutsideReads } from './outsideReads.ts';
import type { OpenSessions } from './openSessions.ts';
import { absolutePath } from './parseContent.ts';
import type { AcpSession } from './session.ts';

/** What this client says it can do: what is not said here is not asked by an agent that keeps to the protocol. */
export const clientCapabilities = {
  fs: { readTextFile: true, writeTextFile: true },
  terminal: true,
  auth: { terminal: true },
  subagents: {},
  plan: {},
  elicitation: { form: {}, url: {} },
  session: { configOptions: { boolean: {} }, notices: {}, compaction: {} },
};

/** Answers the requests of an agent. The parsers let everything through, because those of the SDK refuse what they do not know. */
export function clientApp(sessions: OpenSessions): ClientApp {
  const outside = new OutsideReads();
  const raw = (params: unknown): Fields => fieldsOf(params) ?? {};
  return client({ name: 'Session Loom' })
    .onRequest('session/request_permission', raw, async ({ params, signal }) => ({
      outcome: (await sessions.find(params['sessionId'])?.ask(params, signal)) ?? { outcome: 'cancelled' },
    }))
    .onRequest('elicitation/create', raw, async ({ params, signal }) => elicit(sessions, params, signal))
    .onNotification('elicitation/complete', raw, ({ params }) => sessions.elicitations.complete(params['elicitationId']))
    .onRequest('fs/read_text_file', raw, ({ params, signal }) => answer(() => read(sessionOf(sessions, params), params, outside, signal)))
    .onRequest('fs/write_text_file', raw, ({ params }) => answer(() => write(sessionOf(sessions, params), params)))
    .onRequest('terminal/create', raw, ({ params }) => answer(() => run(sessionOf(sessions, params), params)))
    .onRequest('terminal/output', raw, ({ params }) => answer(() => sessionOf(sessions, params).terminals.output(params)))
    .onRequest('terminal/wait_for_exit', raw, ({ params }) => answer(() => sessionOf(sessions, params).terminals.waitForExit(params)))
    .onRequest('terminal/kill', raw, ({ params }) => answer(() => sessionOf(sessions, params).terminals.kill(params)))
    .onRequest('terminal/release', raw, ({ params }) => answer(() => sessionOf(sessions, params).terminals.release(params)));
}

async function run(session: AcpSession, params: Fields): Promise<Fields> {
  const words = [params['command'], ...listOf(params['args'])].filter((each) => typeof each === 'string');
  await assertAllowed(session, { kind: 'execute', words, paths: [] });
  return session.terminals.create(params);
}

async function read(session: AcpSession, params: Fields, outside: OutsideReads, signal: AbortSignal): Promise<{ content: string }> {
  const file = pathOf(session, params);
  await assertAllowed(session, { kind: 'read', paths: [file] });
  await outside.assert(session, file, signal);
  return { content: await readTextFile(file, countOf(params['line']), countOf(params['limit']), session.editor) };
}

async function write(session: AcpSession, params: Fields): Promise<Record<string, never>> {
  const file = pathOf(session, params);
  const content = textOf(params['content']);
  if (content === undefined) throw RequestError.invalidParams(undefined, 'content is no text');
  await assertAllowed(session, { kind: 'edit', paths: [file] });
  const { over, after } = await writeTextFile(session.cwd, file, content, session.editor);
  // Of what was no text there is nothing to show or to put back.
  if (over.kind !== 'other') session.wrote({ path: file, before: over.kind === 'text' ? over.text : undefined, after });
  return {};
}

/** What is denied is denied also where the agent asks nobody. Throws `not-allowed` with the reason. */
async function assertAllowed(session: AcpSession, deed: AgentDeed): Promise<void> {
  const reason = await session.refusal(deed);
  if (reason !== undefined) throw new LoomError('not-allowed', reason);
}

function sessionOf(sessions: OpenSessions, params: Fields): AcpSession {
  const session = sessions.find(params['sessionId']);
  if (session === undefined) throw RequestError.sessionNotFound(wordsOf(params['sessionId']) ?? '');
  return session;
}

function pathOf(session: AcpSession, params: Fields): string {
  const file = absolutePath(params['path'], session.cwd);
  if (file === undefined) throw RequestError.invalidParams(undefined, 'path is no path');
  return file;
}

/** Lets an agent read why its request failed: the SDK would hide the message of an ordinary error. */
async function answer<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof RequestError ? error : RequestError.internalError(undefined, messageOf(error));
  }
}

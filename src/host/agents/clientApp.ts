import { RequestError, client } from '@agentclientprotocol/sdk';
import type { ClientApp } from '@agentclientprotocol/sdk';
import { messageOf } from '../../base/errors.ts';
import type { Fields } from './fields.ts';
import { countOf, fieldsOf, textOf, wordsOf } from './fields.ts';
import { elicit } from './elicit.ts';
import { readTextFile, writeTextFile } from './fileAccess.ts';
import type { OpenSessions } from './openSessions.ts';
import { absolutePath } from './parseContent.ts';
import type { AcpSession } from './session.ts';

/** What this client says it can do: what is not said here is not asked by an agent that keeps to the protocol. */
export const clientCapabilities = {
  fs: { readTextFile: true, writeTextFile: true },
  terminal: true,
  auth: { terminal: true },
  subagents: {},
  elicitation: { form: {}, url: {} },
  session: { configOptions: { boolean: {} }, notices: {}, compaction: {} },
};

/** Answers the requests of an agent. The parsers let everything through, because those of the SDK refuse what they do not know. */
export function clientApp(sessions: OpenSessions): ClientApp {
  const raw = (params: unknown): Fields => fieldsOf(params) ?? {};
  return client({ name: 'Session Loom' })
    .onRequest('session/request_permission', raw, async ({ params, signal }) => ({
      outcome: (await sessions.find(params['sessionId'])?.ask(params, signal)) ?? { outcome: 'cancelled' },
    }))
    .onRequest('elicitation/create', raw, async ({ params, signal }) => elicit(sessions, params, signal))
    .onNotification('elicitation/complete', raw, ({ params }) => sessions.elicitations.complete(params['elicitationId']))
    .onRequest('fs/read_text_file', raw, ({ params }) => answer(() => read(sessionOf(sessions, params), params)))
    .onRequest('fs/write_text_file', raw, ({ params }) => answer(() => write(sessionOf(sessions, params), params)))
    .onRequest('terminal/create', raw, ({ params }) => answer(() => sessionOf(sessions, params).terminals.create(params)))
    .onRequest('terminal/output', raw, ({ params }) => answer(() => sessionOf(sessions, params).terminals.output(params)))
    .onRequest('terminal/wait_for_exit', raw, ({ params }) => answer(() => sessionOf(sessions, params).terminals.waitForExit(params)))
    .onRequest('terminal/kill', raw, ({ params }) => answer(() => sessionOf(sessions, params).terminals.kill(params)))
    .onRequest('terminal/release', raw, ({ params }) => answer(() => sessionOf(sessions, params).terminals.release(params)));
}

async function read(session: AcpSession, params: Fields): Promise<{ content: string }> {
  return { content: await readTextFile(pathOf(session, params), countOf(params['line']), countOf(params['limit']), session.editor) };
}

async function write(session: AcpSession, params: Fields): Promise<Record<string, never>> {
  const file = pathOf(session, params);
  const content = textOf(params['content']);
  if (content === undefined) throw RequestError.invalidParams(undefined, 'content is no text');
  const { over, after } = await writeTextFile(session.cwd, file, content, session.editor);
  // Of what was no text there is nothing to show or to put back.
  if (over.kind !== 'other') session.wrote({ path: file, before: over.kind === 'text' ? over.text : undefined, after });
  return {};
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

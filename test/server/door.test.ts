import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { HostLink } from '../../src/client/hostLink.ts';
import { sayHello } from '../../src/client/helloSocket.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';

const megabyte = 1024 * 1024;
const framed = (value: unknown): string => {
  const body = JSON.stringify(value);
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

describe('R6.15 The door of a host', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  before(async () => {
    rig = new HostRig();
    const settings = settingsWith(
      testAgent('huge-line', { LOOM_BYTES: String(4 * megabyte) }),
      testAgent('floods', { LOOM_COUNT: '300', LOOM_RATE: '600' }),
    );
    link = await rig.attached({ settings });
  });
  after(() => rig.close());

  const hello = (): Parameters<typeof sayHello>[1] => ({
    control: 1,
    token: rig.endpoint().token,
    version: '1.0.0',
    client: 'test',
    name: 'by hand',
  });
  const connected = async (): Promise<MessageConnection> => {
    const { socket } = await sayHello(rig.paths.socket, hello(), 5000);
    const connection = createMessageConnection(socket.reader, socket.writer);
    connection.listen();
    return connection;
  };
  /** A connection that has greeted, as bytes. */
  const raw = async (): Promise<Socket> => {
    const socket = connect(rig.paths.socket);
    socket.on('error', () => undefined);
    socket.write(framed({ jsonrpc: '2.0', id: 1, method: 'hello', params: hello() }));
    await once(socket, 'data');
    return socket;
  };
  const clients = async (): Promise<number> => (await link.call('host/status', {})).clients;

  for (const [what, bytes] of [
    ['a message of more than 64 MiB', 'Content-Length: 68000000\r\n\r\n{"jsonrpc"'],
    ['a header that does not end', 'x'.repeat(10_000)],
    ['a header without a length', 'Content-Type: text/plain\r\n\r\n'],
    ['what is no JSON', 'Content-Length: 4\r\n\r\n{"a]'],
    ['JSON that is no message', 'Content-Length: 4\r\n\r\n"hi"'],
  ] as const) {
    it(`closes a connection that sends ${what}, and serves all others`, async () => {
      const before = await clients();
      const socket = await raw();
      assert.equal(await clients(), before + 1);
      const closed = once(socket, 'close');
      socket.write(bytes);
      await closed;
      await until(async () => (await clients()) === before);
    });
  }

  it('understands messages however they are cut, and several at once', async () => {
    const socket = await raw();
    const bytes = Buffer.from([2, 3, 4].map((id) => framed({ jsonrpc: '2.0', id, method: 'host/heartbeat', params: {} })).join(''));
    let answers = '';
    socket.on('data', (chunk: Buffer) => (answers += chunk.toString()));
    for (const byte of bytes.subarray(0, 120)) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write(bytes.subarray(120));
    await until(() => [2, 3, 4].every((id) => answers.includes(`"id":${id}`)));
    socket.destroy();
  });

  it('lets go of a client that does not read, before it fills the memory, and the session goes on for the others', async () => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'huge-line' });
    const follower = await Follower.of(link, session.id);
    const deaf = await raw();
    deaf.write(framed({ jsonrpc: '2.0', id: 2, method: 'session/follow', params: { sessionId: session.id } }));
    await once(deaf, 'data');
    const before = await clients();
    deaf.pause();
    // Each turn sends its text twice, streamed and sealed.
    for (let turn = 0; turn < 6; turn++) {
      await follower.prompt('go');
      await follower.ended(turn, 25_000);
    }
    await until(async () => (await clients()) === before - 1);
    assert.equal(follower.text.length, 6 * (4 * megabyte + ' and more'.length));
    const { memoryBytes } = await link.call('host/status', {});
    assert.ok(memoryBytes < 1024 * megabyte, `${memoryBytes} bytes`);
    deaf.destroy();
  });

  it('is not held up by a client that leaves in the middle of a stream', async () => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'floods' });
    const follower = await Follower.of(link, session.id);
    const leaver = await rig.attached({ settings: settingsWith(testAgent('floods', { LOOM_COUNT: '300', LOOM_RATE: '600' })) });
    const leaving = await Follower.of(leaver, session.id);
    await follower.prompt('go');
    await leaving.says('20 ');
    leaver.dispose();
    assert.equal((await follower.ended(0)).reason, 'finished');
    assert.ok(follower.text.endsWith('300 '));
  });

  it('serves the spec documents to a client that initializes after the greeting, and ends only that connection on exit', async () => {
    const folder = join(rig.folder, 'specs', 'login');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'requirements.md'),
      '# Requirements\n\n### Requirement 1: Log in\n\n1. WHEN a user logs in THEN the system SHALL greet\n',
    );
    const tasks = '# Implementation Plan\n\n- [ ] 1. Greet the user\n  - _Requirements: 1.1, 9.9_\n';
    writeFileSync(join(folder, 'tasks.md'), tasks);
    const uri = pathToFileURL(join(folder, 'tasks.md')).href;

    const before = await clients();
    const connection = await connected();
    const diagnosed = new Promise<string>((resolve) => {
      connection.onNotification('textDocument/publishDiagnostics', (params: { uri: string; diagnostics: { message: string }[] }) => {
        if (params.uri === uri && params.diagnostics.length > 0) resolve(params.diagnostics.map(({ message }) => message).join());
      });
    });
    connection.onRequest('client/registerCapability', () => null);
    const { capabilities } = await connection.sendRequest<{ capabilities: { documentSymbolProvider?: unknown } }>('initialize', {
      processId: 1,
      rootUri: pathToFileURL(rig.folder).href,
      capabilities: {},
    });
    assert.ok(capabilities.documentSymbolProvider);
    await connection.sendNotification('initialized', {});
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'markdown', version: 1, text: tasks } });
    assert.match(await diagnosed, /9\.9/);
    const symbols = await connection.sendRequest<{ name: string }[]>('textDocument/documentSymbol', { textDocument: { uri } });
    assert.match(JSON.stringify(symbols), /Greet the user/);
    // The session requests go over the same connection.
    const { pid } = await connection.sendRequest<{ pid: number }>('host/status', {});
    assert.equal(pid, link.host?.pid);

    const closed = new Promise((resolve) => connection.onClose(() => resolve(undefined)));
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    await closed;
    await until(async () => (await clients()) === before);
    assert.equal((await link.call('host/status', {})).pid, pid);
    assert.equal(readFileSync(join(folder, 'tasks.md'), 'utf8'), tasks);
  });
});

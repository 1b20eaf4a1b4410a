import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { sayHello } from '../../src/client/helloSocket.ts';
import type { Hello } from '../../src/client/helloSocket.ts';
import { HostRig, until } from '../support/hostRig.ts';

const code = (wanted: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === wanted;

describe('R0.1 R6.15 A client and its host', function () {
  this.timeout(60_000);
  let rig: HostRig;
  beforeEach(() => (rig = new HostRig()));
  afterEach(() => rig.close());

  it('two windows racing to start the host, or twelve of them: one host serves them all', async () => {
    const links = Array.from({ length: 12 }, (_, index) => rig.link({ name: `window ${index}` }));
    await Promise.all(links.map((link) => link.attach('start')));
    assert.equal(new Set(links.map((link) => link.host?.pid)).size, 1);
    const [link] = links;
    assert.equal((await link?.call('host/status', {}))?.clients, 12);
    await until(() => rig.processes().length === 1);
  });

  it('writes and starts nothing when a folder is only opened', async () => {
    const before = readdirSync(rig.folder, { recursive: true }).sort();
    const around = readdirSync(rig.paths.folder.slice(0, rig.paths.folder.lastIndexOf('/'))).sort();
    const link = rig.link();
    assert.equal(await link.attach('if-running'), false);
    assert.equal(link.state.state, 'idle');
    assert.deepEqual(readdirSync(rig.folder, { recursive: true }).sort(), before);
    assert.deepEqual(readdirSync(rig.paths.folder.slice(0, rig.paths.folder.lastIndexOf('/'))).sort(), around);
    assert.equal(rig.started, 0);
  });

  it('starts the host to list what is stored, and none where nothing is', async () => {
    const fresh = rig.link();
    assert.equal(await fresh.attach('if-stored'), false);
    assert.equal(rig.started, 0);
    const link = await rig.attached();
    await link.call('session/create', { folder: rig.folder });
    const { pid } = rig.endpoint();
    link.dispose();
    await until(() => !rig.processes().includes(pid));
    const next = rig.link();
    assert.equal(await next.attach('if-running'), false);
    assert.equal(await next.attach('if-stored'), true);
    assert.equal((await next.call('sessions/list', {})).sessions.length, 1);
  });

  it('starts the host for whoever needs it, while another part of the window only looks for one', async () => {
    const link = rig.link();
    const looking = link.attach('if-running');
    const starting = link.attach('start');
    assert.equal(await starting, true);
    assert.equal(typeof (await looking), 'boolean');
    assert.equal(rig.started, 1);
  });

  it('leaves by itself when nobody is attached and nothing runs, and takes its endpoint with it', async () => {
    const link = await rig.attached();
    const { pid } = rig.endpoint();
    link.dispose();
    await until(() => !rig.processes().includes(pid));
    assert.equal(existsSync(rig.paths.file), false);
    assert.equal(existsSync(rig.paths.socket), false);
  });

  it('stays while a turn runs with nobody attached, and leaves when the turn has ended by itself', async () => {
    writeFileSync(`${rig.folder}/turn.jsonl`, '{"say":"word ","repeat":40,"delay":25}\n');
    const link = await rig.attached();
    const { session } = await link.call('session/create', { folder: rig.folder, prompt: [{ type: 'text', text: '/play turn.jsonl' }] });
    const { pid } = rig.endpoint();
    link.dispose();
    await until(() => !rig.processes().includes(pid));
    const again = await rig.attached();
    assert.notEqual(again.host?.pid, pid);
    const { checkpoint } = await again.call('session/follow', { sessionId: session.id });
    assert.equal(checkpoint?.turns[0]?.reason, 'finished');
    assert.match(JSON.stringify(checkpoint.turns[0].entries), /(word ){40}/);
  });

  it('keeps the endpoint file and its folder from other users', async () => {
    await rig.attached();
    assert.equal(statSync(rig.paths.file).mode & 0o777, 0o600);
    assert.equal(statSync(rig.paths.socket).mode & 0o777, 0o600);
    assert.equal(statSync(rig.paths.folder).mode & 0o777, 0o700);
    assert.equal(statSync(rig.location.dataFolder).mode & 0o777, 0o700);
  });

  it('is not hindered by what a killed host has left', async () => {
    await rig.attached();
    const killed = rig.kill();
    await until(() => !rig.processes().includes(killed));
    assert.equal(existsSync(rig.paths.file), true);
    const other = await rig.attached();
    assert.notEqual(other.host?.pid, killed);
    assert.equal(rig.endpoint().pid, other.host?.pid);
  });

  it('is not hindered by an endpoint file that is damaged, or that leads to nobody', async () => {
    await rig.attached().then((link) => link.dispose());
    await until(() => rig.processes().length === 0);
    for (const left of [
      '{"contr',
      JSON.stringify({ control: 1, version: '1.0.0', pid: 1, socket: '/nowhere', token: 'x', startedAt: '' }),
    ]) {
      writeFileSync(rig.paths.file, left);
      const link = await rig.attached();
      assert.equal(link.state.state, 'connected');
      link.dispose();
      await until(() => rig.processes().length === 0);
    }
  });

  it('gives up at once, and starts nothing, when it is closed while it connects', async () => {
    const link = rig.link();
    const attaching = link.attach('start');
    link.dispose();
    await assert.rejects(attaching, code('cancelled'));
    await assert.rejects(link.attach('start'), code('cancelled'));
    await until(() => rig.processes().length === 0);
  });
});

describe('R0.1 The greeting of a connection', () => {
  let rig: HostRig;
  before(async () => {
    rig = new HostRig();
    await rig.attached();
  });
  after(() => rig.close());

  const hello = (more: Partial<Hello> = {}): Hello => ({
    control: 1,
    token: rig.endpoint().token,
    version: '1.0.0',
    client: 'test',
    name: 'test',
    ...more,
  });

  it('is refused with a wrong token', async () => {
    await assert.rejects(sayHello(rig.paths.socket, hello({ token: 'guessed' }), 2000), code('not-allowed'));
  });

  it('is refused when it is malformed, naming the field', async () => {
    await assert.rejects(
      sayHello(rig.paths.socket, { ...hello(), name: 7 as unknown as string }, 2000),
      (error: unknown) => code('invalid-input')(error) && error instanceof Error && error.message.includes('"name"'),
    );
  });

  for (const method of ['sessions/list', 'session/create', 'initialize', 'textDocument/hover']) {
    it(`has to come before ${method}`, async () => {
      const socket = connect(rig.paths.socket);
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { folder: rig.folder } });
      socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      const chunks: Buffer[] = [];
      for await (const chunk of socket) chunks.push(chunk as Buffer);
      const answer = Buffer.concat(chunks).toString();
      assert.match(answer, /"code":"not-allowed"/);
      assert.doesNotMatch(answer, /"result"/);
    });
  }

  it('can be said once on a connection only', async () => {
    const link = rig.link();
    await link.attach('start');
    const before = (await link.call('host/status', {})).clients;
    await assert.rejects(link.call('hello', hello()), code('conflict'));
    assert.equal((await link.call('host/status', {})).clients, before);
  });

  it('does not have to be clean for the requests after it to be checked: a malformed one changes nothing and is told why', async () => {
    const link = await rig.attached();
    const { session } = await link.call('session/create', { folder: rig.folder });
    const journal = (): string => readFileSync(rig.sessionPath(session.id, readdirSync(rig.sessionPath(session.id))[0] ?? ''), 'utf8');
    // The agent of a new session starts by itself, and says so in the journal.
    while (!journal().includes('"name":"play"')) await new Promise((resolve) => setTimeout(resolve, 20));
    const written = journal();
    const wrong = [
      ['session/rename', { sessionId: session.id, title: '' }],
      ['session/rename', { sessionId: '../../etc', title: 'x' }],
      ['session/move', { sessionId: session.id, to: 'the moon' }],
      ['session/prompt', { sessionId: session.id, parts: [] }],
      ['session/queue', { sessionId: session.id, prompt: 'p', change: { type: 'explode' } }],
      ['session/blob', { sessionId: session.id, blob: '../journal' }],
    ] as const;
    for (const [method, params] of wrong) {
      await assert.rejects(link.call(method as 'session/rename', params as never), code('invalid-input'), method);
    }
    await assert.rejects(link.call('session/create', { folder: 'relative' }), code('invalid-input'));
    await assert.rejects(link.call('session/rename', { sessionId: 'nobody', title: 'x' }), code('not-found'));
    assert.equal(journal(), written);
  });
});

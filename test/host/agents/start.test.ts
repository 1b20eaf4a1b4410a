import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { LoomError } from '../../../src/base/errors.ts';
import type { AgentProgram } from '../../../src/host/agents/agentPort.ts';
import type { StartOptions } from '../../../src/host/agents/startAgent.ts';
import { Heard, agents, inlineAgent, scripted, testAgent } from './heard.ts';
import { isAlive, untilGone } from './processes.ts';

describe('R6.14 R5.1 starting an agent', function () {
  this.timeout(60_000);
  const test = agents();

  async function failure(program: AgentProgram, options: Partial<StartOptions> = {}, signal?: AbortSignal): Promise<LoomError> {
    const error = await test.start(program, options, signal).then(
      () => assert.fail('The agent has started.'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof LoomError, String(error));
    return error;
  }

  const missing = (more: Partial<AgentProgram>): AgentProgram => ({ ...testAgent('no-load'), name: 'Missing', ...more });

  it('says which command was not found and where to correct it', async () => {
    const error = await failure(missing({ command: 'no-such-agent', args: [] }));
    assert.equal(error.code, 'agent');
    assert.deepEqual(error.data, { agent: 'no-load', kind: 'not-found' });
    assert.equal(
      error.message,
      'The agent “Missing” could not be started: the command “no-such-agent” was not found. Install it, or correct it in the setting sessionLoom.agents.',
    );
  });

  it('says that arguments do not belong into the command', async () => {
    const error = await failure(missing({ command: 'no-such-agent --acp', args: [] }));
    assert.match(error.message, /Its arguments belong into “args”/);
  });

  it('tells a folder that is not there from a command that is not there', async () => {
    const error = await failure(missing({ cwd: path.join(test.folder, 'nowhere') }));
    assert.deepEqual(error.data, { agent: 'no-load', kind: 'no-folder' });
    assert.match(error.message, /there is no folder .*nowhere/);
  });

  it('says that a file may not be executed', async function () {
    if (process.platform === 'win32') this.skip();
    const file = path.join(test.folder, 'agent.sh');
    fs.writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 });
    const error = await failure(missing({ command: file, args: [] }));
    assert.match(error.message, /may not be executed/);
  });

  it('finds the command on the path that the window sent, not on that of the host', async function () {
    if (process.platform === 'win32') this.skip();
    const file = path.join(test.folder, 'only-here');
    fs.writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${testAgent('no-load').args[0] ?? ''}"\n`, { mode: 0o755 });
    const environment = { ...process.env, PATH: `${test.folder}${path.delimiter}${process.env['PATH'] ?? ''}` };
    const instance = await test.start(missing({ command: 'only-here', args: [] }), { environment });
    assert.equal(instance.identity.name, 'test-agent');
  });

  it('of a program that exits at once says its exit code and its last words', async () => {
    const error = await failure(testAgent('exits-at-once'));
    assert.deepEqual(error.data, { agent: 'exits-at-once', kind: 'ended' });
    assert.match(error.message, /ended while it was starting \(exit code 3\)/);
    assert.match(error.message, /the configuration cannot be found/);
  });

  it('of a program that is killed says by which signal', async function () {
    if (process.platform === 'win32') this.skip();
    const error = await failure(inlineAgent(`process.kill(process.pid, 'SIGKILL')`));
    assert.match(error.message, /ended while it was starting \(signal SIGKILL\)/);
  });

  it('of a program that says nothing gives up after a limit, and leaves none of it behind', async () => {
    const error = await failure(testAgent('hangs-at-initialize', { LOOM_TEST_MARK: test.folder }), { initializeTimeoutMs: 300 });
    assert.deepEqual(error.data, { agent: 'hangs-at-initialize', kind: 'silent' });
    assert.match(error.message, /did not answer within 300 milliseconds/);
    assert.match(error.message, /sessionLoom\.agents/);
    await untilGone('LOOM_TEST_MARK', test.folder);
  });

  it('of a program that prints only noise says so, with the first line', async () => {
    const error = await failure(inlineAgent(`setInterval(() => console.log('Welcome to the shell!'), 20)`), { initializeTimeoutMs: 500 });
    assert.deepEqual(error.data, { agent: 'inline', kind: 'silent' });
    assert.match(error.message, /It printed \d+ lines that are no messages, first: “Welcome to the shell!”/);
  });

  it('of a program that repeats what it is told fails instead of hanging', async () => {
    const error = await failure(inlineAgent(`process.stdin.pipe(process.stdout)`), { initializeTimeoutMs: 2000 });
    assert.equal(error.code, 'agent');
  });

  it('of a program that closes its output and stays fails, and ends it', async function () {
    if (process.platform === 'win32') this.skip();
    const error = await failure(inlineAgent(`require('fs').closeSync(1); setInterval(() => {}, 1000)`, { LOOM_TEST_MARK: test.folder }));
    assert.match(error.message, /ended while it was starting: it closed its output/);
    await untilGone('LOOM_TEST_MARK', test.folder);
  });

  for (const version of [2, 0, '1', undefined]) {
    it(`refuses an agent of protocol version ${JSON.stringify(version ?? null)}`, async () => {
      const error = await failure(
        inlineAgent(`
          process.stdin.once('data', (line) => console.log(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(line).id, result: ${JSON.stringify({ protocolVersion: version })} })));
          process.stdin.resume();
        `),
      );
      assert.deepEqual(error.data, { agent: 'inline', kind: 'version' });
      assert.match(error.message, /this program speaks version 1/);
    });
  }

  it('shows what an agent said when it refused', async () => {
    const error = await failure(
      inlineAgent(`
        process.stdin.once('data', (line) => console.log(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(line).id, error: { code: -32603, message: 'Internal error', data: { details: 'no API key' } } })));
      `),
    );
    assert.match(error.message, /refused to start: Internal error: no API key\./);
  });

  it('can be cancelled, and then leaves none of it behind', async () => {
    const stop = new AbortController();
    const starting = failure(testAgent('hangs-at-initialize', { LOOM_TEST_MARK: test.folder }), {}, stop.signal);
    stop.abort();
    assert.equal((await starting).code, 'cancelled');
    await untilGone('LOOM_TEST_MARK', test.folder);
    assert.equal((await failure(testAgent('no-load'), {}, AbortSignal.abort())).code, 'cancelled');
  });

  it('forgives an agent that greets late and between lines of noise', async () => {
    const late = await test.start(testAgent('answers-late'), { initializeTimeoutMs: 10_000 });
    const noisy = await test.start(testAgent('noisy'));
    assert.equal(late.identity.name, 'Test');
    assert.ok(noisy.pid !== undefined && isAlive(noisy.pid));
  });

  it('sends version 1, a name, and what it can do, and reads what the agent can do', async () => {
    const instance = await test.start(
      scripted({
        initialize: {
          agentInfo: { name: 'x', title: 'The X', version: '2.5' },
          agentCapabilities: { loadSession: true, promptCapabilities: { image: true }, sessionCapabilities: { resume: {}, fork: {} } },
        },
        turns: [[]],
      }),
    );
    assert.deepEqual(instance.identity, {
      name: 'The X',
      version: '2.5',
      accepts: { image: true, embedded: false },
      canLoad: true,
      canResume: true,
      canFork: true,
      canForget: false,
    });
    const echo = await test.start(
      inlineAgent(`
        require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
          const { id, method, params } = JSON.parse(line);
          if (method === 'initialize') globalThis.hello = params;
          const result = method === 'initialize' ? { protocolVersion: 1 } : { sessionId: 's', modes: { currentModeId: 'm', availableModes: [{ id: 'm', name: JSON.stringify(globalThis.hello) }] } };
          console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
        }).on('close', () => process.exit(0));
      `),
      { clientVersion: '9.8.7' },
    );
    const session = await echo.open({ cwd: test.folder, listener: new Heard() });
    const hello = session.controls.pickers[0]?.options[0]?.label ?? '';
    assert.match(hello, /^{"protocolVersion":1,"clientInfo":{"name":"session-loom","title":"Session Loom","version":"9\.8\.7"}/);
  });

  describe('R6.14 a login', () => {
    const initialize = { authMethods: [{ id: 'browser', name: 'Sign in with a browser', type: 'agent' }, { id: 'key' }, 'nonsense'] };

    it('that an agent wants before a session is said, with the ways it offers', async () => {
      const instance = await test.start(
        inlineAgent(`
          require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
            const { id, method } = JSON.parse(line);
            const answer = method === 'initialize' ? { result: { protocolVersion: 1, ...${JSON.stringify(initialize)} } } : { error: { code: -32000, message: 'Authentication required' } };
            console.log(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
          }).on('close', () => process.exit(0));
        `),
      );
      await assert.rejects(instance.open({ cwd: test.folder, listener: new Heard() }), (error) => {
        assert.ok(error instanceof LoomError);
        assert.equal(error.code, 'agent');
        assert.match(error.message, /“Inline” wants a login first .*It offers: Sign in with a browser, key\./);
        assert.deepEqual(error.data, {
          agent: 'inline',
          kind: 'login',
          methods: [
            { id: 'browser', name: 'Sign in with a browser', type: 'agent' },
            { id: 'key', name: 'key', type: 'agent' },
          ],
        });
        return true;
      });
    });

    it('that an agent wants in the middle of a session ends the turn with the same words', async () => {
      const instance = await test.start(scripted({ initialize, turns: [[{ fail: { code: -32000, message: 'Token expired' } }]] }));
      const session = await instance.open({ cwd: test.folder, listener: new Heard() });
      const stop = await session.prompt([{ type: 'text', text: 'a' }]);
      assert.equal(stop.reason, 'failed');
      assert.match(stop.error ?? '', /wants a login first \(it says: Token expired\.\) It offers: Sign in with a browser, key\./);
    });
  });
});

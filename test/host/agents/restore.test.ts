import assert from 'node:assert/strict';
import * as path from 'node:path';
import { builtInAgent } from '../../../src/host/agents/builtInAgent.ts';
import { Heard, agents, playing, scripted, testAgent } from './heard.ts';

const go = [{ type: 'text' as const, text: 'go' }];
const chunk = (text: string) => ({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });

describe('R6.13 an earlier session', function () {
  this.timeout(60_000);
  const test = agents();

  it('is loaded, and what the agent repeats of it is not heard, except for what it offers', async () => {
    const commands = { sessionUpdate: 'available_commands_update', availableCommands: [{ name: 'test', description: 'Runs tests' }] };
    const load = [{ sessionUpdate: 'user_message_chunk', content: { type: 'text', text: 'old' } }, chunk('old answer'), commands];
    const instance = await test.start(scripted({ load, turns: [[{ say: 'new' }]] }));
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, acpSessionId: 'earlier', listener: heard });
    assert.equal(session.remembers, true);
    assert.equal(session.acpSessionId, 'earlier');
    assert.deepEqual(session.controls.commands, [{ name: 'test', description: 'Runs tests' }]);
    assert.deepEqual(heard.updates, []);
    await session.prompt(go);
    assert.equal(heard.text, 'new');
  });

  it('is resumed where the agent can do that, because nothing is repeated then', async () => {
    const instance = await test.start(testAgent('test/host/agents/fixtures/remembers.ts'));
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, acpSessionId: 'earlier', listener: heard });
    assert.equal(session.remembers, true);
    await session.prompt(go);
    assert.equal(heard.text, 'session/resume');
  });

  it('that cannot be resumed is loaded, and one that cannot be loaded either begins anew, which is said', async () => {
    const instance = await test.start(testAgent('test/host/agents/fixtures/remembers.ts', { LOOM_REFUSE: 'session/resume' }));
    const heard = new Heard();
    const loaded = await instance.open({ cwd: test.folder, acpSessionId: 'earlier', listener: heard });
    await loaded.prompt(go);
    assert.equal(heard.text, 'session/load');
    assert.equal(loaded.remembers, true);

    const other = await test.start(testAgent('test/host/agents/fixtures/remembers.ts', { LOOM_REFUSE: 'session/resume session/load' }));
    const fresh = await other.open({ cwd: test.folder, acpSessionId: 'earlier', listener: new Heard() });
    assert.equal(fresh.remembers, false);
    assert.equal(fresh.acpSessionId, 'new-1');
    assert.equal(other.sessionCount, 1);
  });

  it('begins anew with an agent that can neither load nor resume', async () => {
    const instance = await test.start(testAgent('no-load'));
    const session = await instance.open({ cwd: test.folder, acpSessionId: 'earlier', listener: new Heard() });
    assert.equal(session.remembers, false);
    assert.notEqual(session.acpSessionId, 'earlier');
  });

  it('is not opened twice', async () => {
    const instance = await test.start(testAgent('test/host/agents/fixtures/remembers.ts'));
    await instance.open({ cwd: test.folder, acpSessionId: 'earlier', listener: new Heard() });
    await assert.rejects(instance.open({ cwd: test.folder, acpSessionId: 'earlier', listener: new Heard() }), { code: 'conflict' });
  });

  it('is known to the built-in agent after it was started again', async () => {
    const bundle = path.resolve(import.meta.dirname, '../../../src/agent/main.ts');
    const program = builtInAgent(bundle, path.join(test.folder, 'state'));
    const before = await test.start(program);
    const first = await before.open({ cwd: test.folder, listener: new Heard() });
    const said = new Heard();
    const again = await before.open({ cwd: test.folder, listener: said });
    assert.equal((await again.prompt([{ type: 'text', text: '/help' }])).reason, 'finished');
    assert.match(said.text, /\/run/);
    await before.close();

    const after = await test.start(program);
    const heard = new Heard();
    const session = await after.open({ cwd: test.folder, acpSessionId: again.acpSessionId, listener: heard });
    assert.notEqual(first.acpSessionId, again.acpSessionId);
    assert.equal(session.remembers, true);
    assert.equal((await session.prompt([{ type: 'text', text: '/help' }])).reason, 'finished');
    assert.match(heard.text, /\/run/);
    assert.ok(session.controls.commands.some((command) => command.name === 'run'));
    assert.ok(session.controls.pickers.some((picker) => picker.role === 'mode'));
  });
});

describe('R5.1 closing a session', function () {
  this.timeout(60_000);
  const test = agents();

  it('tells the agent where it wants to know, ends a running turn, and nothing more is heard', async () => {
    const instance = await test.start(testAgent('test/host/agents/fixtures/remembers.ts'));
    const [heard, observer] = [new Heard(), new Heard()];
    const session = await instance.open({ cwd: test.folder, listener: heard });
    const other = await instance.open({ cwd: test.folder, listener: observer });
    const turn = session.prompt([{ type: 'text', text: 'wait' }]);
    await heard.until(() => heard.text === 'waiting');
    await session.close();
    await session.close();
    assert.deepEqual(await turn, { reason: 'cancelled' });
    assert.equal(instance.sessionCount, 1);
    await other.prompt([{ type: 'text', text: 'log' }]);
    assert.match(observer.text, /session\/close new-1/);
    await assert.rejects(session.prompt(go), { code: 'disconnected' });
    await instance.close();
    assert.equal(heard.text, 'waiting');
    assert.deepEqual(heard.closings, []);
    assert.equal(observer.closings.length, 1);
  });

  it('cancels the running turn of an agent that cannot close sessions', async () => {
    const instance = await test.start(playing({ say: 'a' }, { waitForCancel: true }, { say: 'b' }));
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, listener: heard });
    const turn = session.prompt(go);
    await heard.until(() => heard.text === 'a');
    await session.close();
    assert.deepEqual(await turn, { reason: 'cancelled' });
    assert.equal(instance.sessionCount, 0);
  });
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RunningAgent, temporaryFolder } from './runningAgent.ts';
import type { ClientOptions } from './runningAgent.ts';

describe('R1.2 R1.3 R6.14 the built-in agent holds several sessions, ends what it started and remembers', () => {
  const agents: RunningAgent[] = [];
  let folder = temporaryFolder();
  let state = temporaryFolder();

  beforeEach(() => {
    folder = temporaryFolder();
    state = temporaryFolder();
  });

  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.close()));
    folder.remove();
    state.remove();
  });

  async function start(options: ClientOptions = {}): Promise<RunningAgent> {
    const agent = await RunningAgent.start({ ...options, environment: { SESSION_LOOM_AGENT_STATE: state.path, ...options.environment } });
    agents.push(agent);
    return agent;
  }

  /** A command that leaves the process ids of a grandchild and its own in files, ignores polite requests, and never ends by itself. */
  const stubborn = "trap '' TERM; (trap '' TERM; while :; do sleep 0.1; done) & echo $! > grandchild; echo $$ > child; wait";

  async function idIn(name: string): Promise<number> {
    const path = join(folder.path, name);
    const isWritten = (): boolean => existsSync(path) && readFileSync(path, 'utf8').endsWith('\n');
    const watcher = watch(folder.path);
    try {
      while (!isWritten()) await Promise.race([new Promise((resolve) => watcher.once('change', resolve)), delay(50)]);
    } finally {
      watcher.close();
    }
    return Number(readFileSync(path, 'utf8'));
  }

  it('ends a cancelled command with all that it started, however stubborn, and says so', async () => {
    const agent = await start();
    const id = await agent.open(folder.path);
    const turn = agent.prompt(id, `/run ${stubborn}`);
    const [grandchild, child] = [await idIn('grandchild'), await idIn('child')];
    assert.ok(isRunning(grandchild) && isRunning(child));
    await agent.context.notify('session/cancel', { sessionId: id });
    assert.equal(await turn, 'cancelled');
    assert.deepEqual([isRunning(grandchild), isRunning(child)], [false, false]);
    const last = agent.updates(id).findLast((update) => update.sessionUpdate === 'tool_call_update');
    assert.equal(last?.status, 'failed');
    assert.match(JSON.stringify(last.content), /\[cancelled\]/);
    assert.equal(await agent.prompt(id, '/run echo still here'), 'end_turn');
  });

  it('ends what a command left in the background, and says so', async () => {
    const agent = await start();
    const id = await agent.open(folder.path);
    await agent.prompt(id, '/run sleep 1000 & echo $! > left');
    assert.equal(isRunning(await idIn('left')), false);
    assert.match(JSON.stringify(agent.updates(id)), /what it left running in the background was ended/);
  });

  it('takes no answer to a question for a cancel, and stops waiting for it', async () => {
    const agent = await start({ decide: () => undefined });
    const id = await agent.open(folder.path);
    const turn = agent.prompt(id, '/run touch ran');
    await agent.until(() => agent.questions.length === 1);
    await agent.context.notify('session/cancel', { sessionId: id });
    assert.equal(await turn, 'cancelled');
    assert.ok(!existsSync(join(folder.path, 'ran')));
  });

  it('leaves when its stdin closes, with the commands that ran, and keeps what was said', async () => {
    const agent = await start();
    const id = await agent.open(folder.path);
    const turn = agent.prompt(id, `/run ${stubborn}`);
    const broken = assert.rejects(turn);
    const grandchild = await idIn('grandchild');
    assert.equal(await agent.close(), 0);
    await broken;
    assert.equal(isRunning(grandchild), false);
    assert.match(readFileSync(join(state.path, `${id}.jsonl`), 'utf8'), /"status":"failed"/);
  });

  it('leaves on SIGTERM with the commands that ran', async () => {
    const agent = await start();
    const id = await agent.open(folder.path);
    const broken = assert.rejects(agent.prompt(id, `/run ${stubborn}`));
    const grandchild = await idIn('grandchild');
    agent.process.kill('SIGTERM');
    await broken;
    await agent.close();
    assert.equal(isRunning(grandchild), false);
  });

  it('answers two sessions at once without mixing them', async () => {
    const agent = await start();
    const [one, other] = [await agent.open(folder.path), await agent.open(folder.path)];
    const numbers = 'for i in 1 2 3 4 5 6; do echo NAME$i; sleep 0.06; done';
    await Promise.all([
      agent.prompt(one, `/run ${numbers.replace('NAME', 'one')}`),
      agent.prompt(other, `/run ${numbers.replace('NAME', 'other')}`),
    ]);
    const order = agent.notifications.filter(({ update }) => update.sessionUpdate === 'tool_call_update').map(({ sessionId }) => sessionId);
    const changes = order.filter((id, index) => index > 0 && id !== order[index - 1]).length;
    assert.ok(changes > 1, `The sessions took turns ${changes} times.`);
    assert.doesNotMatch(JSON.stringify(agent.updates(one)), /other\d/);
    assert.doesNotMatch(JSON.stringify(agent.updates(other)), /one\d/);
    assert.match(JSON.stringify(agent.updates(one)), /one6/);
    assert.match(JSON.stringify(agent.updates(other)), /other6/);
  });

  it('refuses a second prompt of a session whose turn still runs, and the turn goes on', async () => {
    const agent = await start({ decide: () => undefined });
    const id = await agent.open(folder.path);
    const first = agent.prompt(id, '/run echo one');
    await agent.until(() => agent.questions.length === 1);
    await assert.rejects(agent.prompt(id, '/help'), /still running/);
    await agent.context.notify('session/cancel', { sessionId: id });
    assert.equal(await first, 'cancelled');
  });

  it('replays a stored conversation when it is loaded, merged, before it answers', async () => {
    const before = await start();
    const id = await before.open(folder.path);
    await before.context.request('session/set_mode', { sessionId: id, modeId: 'read-only' });
    await before.prompt(id, '/read .');
    await before.prompt(id, '/plan tidy up');
    await before.close();

    const after = await start();
    const answer = await after.context.request('session/load', { sessionId: id, cwd: folder.path, mcpServers: [] });
    const replayed = after.updates(id);
    assert.equal(answer.modes?.currentModeId, 'read-only');
    assert.deepEqual(
      replayed.map((update) => update.sessionUpdate),
      [
        'current_mode_update',
        'user_message_chunk',
        'session_info_update',
        'agent_message_chunk',
        'tool_call',
        'agent_message_chunk',
        'usage_update',
        'user_message_chunk',
        'agent_message_chunk',
        'plan',
        'agent_message_chunk',
        'usage_update',
      ],
    );
    const call = replayed.find((update) => update.sessionUpdate === 'tool_call');
    assert.equal(call?.status, 'completed');
    await after.prompt(id, '/read .');
    const ids = after.updates(id).flatMap((update) => (update.sessionUpdate === 'tool_call' ? [update.toolCallId] : []));
    assert.equal(new Set(ids).size, 2, 'A loaded session gives new ids.');
    assert.equal(after.said(id).match(/no language model/g)?.length, 1, 'A loaded session does not introduce itself again.');
  });

  it('resumes without a replay, lists by folder, closes and deletes', async () => {
    const other = temporaryFolder();
    try {
      const agent = await start();
      const id = await agent.open(folder.path);
      await agent.open(other.path);
      await agent.prompt(id, '/help me');
      const { sessions } = await agent.context.request('session/list', { cwd: folder.path });
      assert.deepEqual(
        sessions.map(({ sessionId, cwd, title }) => ({ sessionId, cwd, title })),
        [{ sessionId: id, cwd: folder.path, title: '/help me' }],
      );
      assert.equal((await agent.context.request('session/list', {})).sessions.length, 2);

      await agent.context.request('session/close', { sessionId: id });
      await assert.rejects(agent.prompt(id, '/help'), /not found/i);
      const count = agent.updates(id).length;
      await agent.context.request('session/resume', { sessionId: id, cwd: folder.path });
      await agent.prompt(id, '/help');
      assert.ok(
        agent
          .updates(id)
          .slice(count)
          .every((update) => update.sessionUpdate !== 'user_message_chunk'),
      );

      await agent.context.request('session/delete', { sessionId: id });
      assert.deepEqual(
        readdirSync(state.path).filter((name) => name.startsWith(id)),
        [],
      );
      await assert.rejects(agent.context.request('session/load', { sessionId: id, cwd: folder.path, mcpServers: [] }), /not found/i);
      await assert.rejects(agent.context.request('session/load', { sessionId: '../x', cwd: folder.path, mcpServers: [] }), /not found/i);
    } finally {
      other.remove();
    }
  });

  it('remembers nothing beyond its own life without a folder to store in', async () => {
    const options = { environment: { SESSION_LOOM_AGENT_STATE: '' } };
    const before = await start(options);
    const id = await before.open(folder.path);
    await before.prompt(id, '/help');
    assert.equal((await before.context.request('session/list', {})).sessions.length, 1);
    await before.close();
    const after = await start(options);
    await assert.rejects(after.context.request('session/load', { sessionId: id, cwd: folder.path, mcpServers: [] }), /not found/i);
    assert.deepEqual(readdirSync(state.path), []);
  });

  it('caps what a command prints and says how much is missing', async () => {
    const agent = await start();
    const id = await agent.open(folder.path);
    await agent.prompt(id, '/run seq 1 200000');
    const last = agent.updates(id).findLast((update) => update.sessionUpdate === 'tool_call_update');
    const text = JSON.stringify(last?.content);
    assert.ok(text.length < 50_000, `${text.length} characters`);
    assert.match(text, /\[… [\d,]+ characters left out …\]/);
    assert.match(text, /199999\\n200000/);
  });
});

/** Whether a process runs. One that has ended and that nobody has collected yet does not. */
function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
  } catch {
    return false;
  }
  if (!existsSync(`/proc/${id}/stat`)) return process.platform !== 'linux';
  return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${id}/stat`, 'utf8'));
}

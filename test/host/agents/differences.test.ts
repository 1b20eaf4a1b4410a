import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { AgentRecorder } from '../../../src/host/session/agentRecorder.ts';
import type { AgentInstance, AgentListener, AgentQuestion, AgentReply, AgentSession } from '../../../src/host/agents/agentPort.ts';
import { longestLine } from '../../../src/host/agents/stream.ts';
import { startAgent } from '../../../src/host/agents/startAgent.ts';
import { endingSteps } from '../../../src/host/agents/processTree.ts';
import { diskFiles } from '../../../src/host/journal/files.ts';
import { Session } from '../../../src/host/session/session.ts';
import { Heard, testAgent } from './heard.ts';

/** A listener that can also be asked with forms, and that has sub-agents. */
class Asked extends Heard {
  readonly forms: AgentQuestion[] = [];
  readonly closedForms: AgentQuestion[] = [];
  readonly below = new Heard();
  reply: () => Promise<AgentReply | undefined> = () => Promise.resolve({ action: 'accept', values: { name: 'Ada', deep: true } });

  question(question: AgentQuestion, signal: AbortSignal): Promise<AgentReply | undefined> {
    this.forms.push(question);
    signal.addEventListener('abort', () => this.closedForms.push(question));
    return this.reply();
  }

  spawned(): Promise<AgentListener> {
    return Promise.resolve(this.below);
  }
}

const say = (text: string) => [{ type: 'text' as const, text }];
const never = <T>(): Promise<T> => new Promise(() => undefined);

/** One agent that is different in every way, and one session for each. The order counts only for the first two. */
describe('R6.14 R3.4 What real agents do differently is absorbed', function () {
  this.timeout(60_000);
  let folder: string;
  let instance: AgentInstance;
  before(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'loom-differs-')));
    const options = { environment: process.env, log: silentLog, clientVersion: '0.0.0', token: 'test', cancelTimeoutMs: 5000 };
    instance = await startAgent(testAgent('differs'), options);
  });
  after(async () => {
    await instance.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (heard = new Asked()): Promise<{ readonly heard: Asked; readonly session: AgentSession }> => {
    const session = await instance.open({ cwd: folder, listener: heard });
    return { heard, session };
  };
  const said = async (way: string, heard = new Asked()): Promise<Asked> => {
    const { session } = await open(heard);
    assert.deepEqual(await session.prompt(say(way)), { reason: 'finished' });
    return heard;
  };
  /** What the agent says that it was told, after what it says early. */
  const answer = ({ text }: Heard): unknown => JSON.parse(text.replace(/^early\. /, ''));

  it('modes, models and config options: config options count alone where there are some', async () => {
    const { session } = await open();
    assert.deepEqual(
      session.controls.pickers.map(({ id, source, value }) => [id, source, value]),
      [['model', 'config', 's']],
    );
  });

  it('modes and models of older agents fill the same pickers', async () => {
    const { session } = await open();
    assert.deepEqual(
      session.controls.pickers.map(({ id, source, value }) => [id, source, value]),
      [
        ['mode', 'mode', 'ask'],
        ['model', 'model', 'small'],
      ],
    );
  });

  it('the version of the protocol that it is told is 1, as a number, and no other', async () => {
    const { protocolVersion } = answer(await said('version')) as { protocolVersion: unknown };
    assert.equal(protocolVersion, 1);
  });

  it('two prompts at once: the second never reaches an agent that might queue, cancel or refuse it', async () => {
    const { heard, session } = await open();
    const first = session.prompt(say('slow'));
    await heard.until(() => heard.text.includes('1 at work'));
    await assert.rejects(session.prompt(say('slow')), { code: 'conflict' });
    session.cancel();
    assert.deepEqual(await first, { reason: 'cancelled' });
    assert.ok(!heard.text.includes('2 at work'));
  });

  it('updates before the answer to session/new belong to the session that opens', async () => {
    const { heard, session } = await open();
    assert.equal(heard.text, 'early. ');
    assert.deepEqual(
      session.controls.commands.map(({ name }) => name),
      ['early'],
    );
  });

  it('updates outside of turns are heard', async () => {
    const heard = await said('late');
    await heard.until(() => heard.text.endsWith('in it, after the turn'));
  });

  it('an update of a call that was never announced makes the call', async () => {
    const [call] = (await said('orphan')).of('tool');
    assert.equal(call?.callId, 'never-announced');
    assert.equal(call.fields.state, 'running');
  });

  it('a refused call of which nothing more is said, and one that is left open, end with their turn', async () => {
    const { session: record } = await Session.open('s1', {
      folder: join(folder, 'sessions', 's1'),
      epoch: 1,
      files: diskFiles,
      quarantineFolder: join(folder, 'quarantine'),
      now: () => '2026-11-01T10:00:00.000Z',
      log: silentLog,
    });
    record.record(
      { type: 'session.created', id: 's1', title: 'One', agent: 'a', folder, cwd: folder },
      { type: 'turn.started', turn: 't0', prompt: [] },
    );
    const recorder = new AgentRecorder(record);
    recorder.begin('t0');
    const heard = new Asked();
    heard.update = (update) => recorder.update(update);
    heard.answer = (permission) => {
      const question = recorder.permission(permission);
      recorder.ask(question, 't0', { outcome: 'chosen', optionId: '2', label: 'No', role: 'reject-once', by: 'me', at: '' });
      return Promise.resolve('2');
    };
    await said('refused call', heard);
    recorder.settle();
    record.record({ type: 'turn.ended', turn: 't0', reason: 'finished' });
    const calls = record.state.turns.at(-1)?.entries.flatMap((entry) => (entry.kind === 'tool' ? [[entry.title, entry.state]] : []));
    assert.deepEqual(calls, [
      ['Delete', 'cancelled'],
      ['Left open', 'completed'],
    ]);
    await record.close();
  });

  it('a missing file is read as an empty one', async () => {
    assert.deepEqual((answer(await said('missing file')) as { result: unknown }).result, { content: '' });
  });

  it('ids and labels of permissions are the agent’s own words, and a kind that nobody knows is one more choice', async () => {
    const heard = await said('permission', Object.assign(new Asked(), { answer: () => Promise.resolve('perhaps') }));
    assert.deepEqual(heard.questions[0]?.options, [
      { id: 'proceed_always_and_save', label: 'Yes, and do not ask again in /w', role: 'allow-always' },
      { id: '2', label: '**No** <b>thanks</b>', role: 'reject-once' },
      { id: 'perhaps', label: 'Tell it what to do instead', role: 'other' },
    ]);
    assert.deepEqual((answer(heard) as { result: unknown }).result, { outcome: { outcome: 'selected', optionId: 'perhaps' } });
  });

  it('a question with a form is put, and answered with what was filled in', async () => {
    const heard = await said('form');
    assert.deepEqual(
      heard.forms[0]?.fields.map(({ name, type, required }) => [name, type, required]),
      [
        ['name', 'text', true],
        ['deep', 'switch', false],
      ],
    );
    assert.deepEqual((answer(heard) as { result: unknown }).result, { action: 'accept', content: { name: 'Ada', deep: true } });
  });

  it('a sub-agent that speaks under an id of its own is heard by itself, and its questions reach whoever it works for', async () => {
    const heard = await said('sub-agent');
    await heard.below.until(() => heard.below.text === 'from below');
    assert.ok(!heard.text.includes('from below'));
    const asked = [...heard.questions, ...heard.below.questions];
    assert.deepEqual(
      asked.map(({ title }) => title),
      ['Below'],
    );
  });

  it('dialogs are closed by us when a turn is cancelled, and a permission request after cancel is not put at all', async () => {
    const { heard, session } = await open();
    heard.answer = never;
    heard.reply = never;
    const turn = session.prompt(say('dialogs'));
    await heard.until(() => heard.questions.length === 1 && heard.forms.length === 1);
    session.cancel();
    assert.deepEqual(await turn, { reason: 'cancelled' });
    assert.equal(heard.withdrawn.length, 1);
    assert.equal(heard.closedForms.length, 1);
    assert.equal(heard.questions.length, 1, 'the one that came too late was not put');
    const results = heard.text.match(/"result":\{[^}]*\}+?/g) ?? [];
    assert.equal(results.filter((each) => each.includes('cancel')).length, 3, heard.text);
  });

  it('duplicate ids: calls are one call, choices are one choice, and an answer that came before is left out', async () => {
    const heard = await said('duplicates');
    assert.deepEqual(
      heard.of('tool').map(({ callId, fields }) => [callId, fields.title]),
      [
        ['same', 'First'],
        ['same', 'Second'],
      ],
    );
    assert.equal(heard.questions[0]?.title, 'Second');
    assert.deepEqual(
      heard.questions[0].options.map(({ label }) => label),
      ['Yes, and do not ask again in /w', '**No** <b>thanks</b>', 'Tell it what to do instead'],
    );
  });

  it('commands in terminals run, rarely as they are asked for', async () => {
    const { result } = answer(await said('terminal')) as { result: { output: string; exitStatus: { exitCode: number } } };
    assert.equal(result.output.trim(), 'in a terminal');
    assert.equal(result.exitStatus.exitCode, 0);
  });

  it('updates of a kind that nobody knows are told once', async () => {
    assert.equal((await said('telepathy')).of('notice').length, 1);
  });

  it('lines that are no messages harm nothing', async () => {
    assert.equal((await said('noise')).text, 'early. heard');
  });

  it('a list of commands of 560 kB is not passed on as it came', async () => {
    const { heard, session } = await open();
    await session.prompt(say('commands'));
    assert.equal(session.controls.commands.length, 560);
    assert.ok(JSON.stringify(heard.of('controls')).length < 100_000);
  });

  it('long messages are read, up to 32 MiB', async () => {
    assert.equal((await said('large')).text.length, 5 * 1024 * 1024 + 'early. '.length);
    assert.equal(longestLine, 32 * 1024 * 1024);
  });

  it('updates for unknown sessions and of every odd shape are left out, and the agent goes on', async () => {
    const heard = await said('shapes');
    assert.deepEqual((JSON.parse(heard.text.slice(heard.text.indexOf('{'))) as { result: unknown }).result, {
      outcome: { outcome: 'cancelled' },
    });
    assert.equal((await said('noise')).text, 'early. heard');
  });

  it('an instance ends by the end of its input, then by SIGTERM, then by SIGKILL on all that it started', () => {
    const steps = endingSteps('linux', 1).map((step) => (step.do === 'signal' ? step.signal : step.do));
    assert.deepEqual(steps, ['close-input', 'SIGTERM', 'SIGKILL']);
  });
});

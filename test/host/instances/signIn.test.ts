import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../../support/hostRig.ts';

const secret = 'a-key-that-nobody-may-find';

describe('R5.2 Signing in to an agent', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  const stored: Record<string, string> = {};
  const ran: string[][] = [];
  before(async () => {
    rig = new HostRig();
    const agent = (id: string, env: Record<string, string> = {}): ReturnType<typeof testAgent> => ({
      ...testAgent('wants-login', env),
      id,
      name: id,
    });
    const settings = settingsWith(
      agent('by-account'),
      agent('late-account', { LOOM_LATE: '1' }),
      agent('late-terminal', { LOOM_LATE: '1', LOOM_LOGIN_FILE: join(rig.folder, 'late-login') }),
      agent('by-form'),
      agent('by-key'),
      agent('broken'),
      agent('by-typed'),
      agent('by-terminal', { LOOM_LOGIN_FILE: join(rig.folder, 'login') }),
    );
    link = await rig.attached({
      settings,
      window: {
        'window/secrets': ({ agent: of }) => ({ values: ['by-key', 'by-typed', 'broken'].includes(of) ? stored : {} }),
        'window/askSecret': ({ variable }) => {
          stored[variable] = secret;
          return { stored: true };
        },
        'window/forgetSecrets': () => {
          Reflect.deleteProperty(stored, 'LOOM_KEY');
          return {};
        },
        'window/runLogin': ({ command, args, env }) => {
          ran.push([...args.slice(-1)]);
          assert.equal(command, process.execPath);
          // What the program of the agent does in the terminal.
          writeFileSync(env['LOOM_LOGIN_FILE'] ?? '', 'in');
          return { exitCode: 0 };
        },
      },
    });
  });
  after(() => rig.close());

  const make = async (agent: string): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    const follower = await Follower.of(link, session.id);
    await follower.until((state) => state.agentPhase === 'failed');
    return follower;
  };
  const ready = (follower: Follower): Promise<unknown> => follower.until((state) => state.agentPhase === 'ready');

  it('is wanted before a session is ready; until then the session says how, and no process of the agent is left', async () => {
    const follower = await make('by-account');
    assert.deepEqual(
      follower.state.logins?.map(({ id, type }) => [id, type]),
      [
        ['account', 'agent'],
        ['form', 'agent'],
        ['broken', 'agent'],
        ['terminal', 'terminal'],
        ['key', 'variables'],
        ['typed', 'variables'],
      ],
    );
    const { agents } = await link.call('agents/list', {});
    assert.equal(agents.find(({ id }) => id === 'by-account')?.state, 'needs-login');
    await until(async () => (await link.call('host/status', {})).agents.length === 0);
    const { sessionId } = follower;
    await link.call('agent/login', { agent: 'by-account', method: 'account', sessionId });
    await ready(follower);
    assert.equal(follower.state.logins, undefined);
    // The next session needs nobody: the way of the last time is taken again, in a process that has never heard of it.
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'by-account' });
    await ready(await Follower.of(link, session.id));
  });

  it('by the agent itself can ask with a form, in the session that wanted the login', async () => {
    const follower = await make('by-form');
    const { sessionId } = follower;
    const login = link.call('agent/login', { agent: 'by-form', method: 'form', sessionId });
    await follower.until((state) => state.counts.waiting === 1);
    const entry = follower.entries.find(({ kind }) => kind === 'question');
    await link.call('question/answer', { sessionId, entry: entry?.id ?? '', reply: { action: 'answer', values: { name: 'Ada' } } });
    await login;
    await ready(follower);
    assert.equal(follower.entries.filter(({ kind }) => kind === 'question').length, 1);
  });

  it('that is refused for good is not tried again, and ends the process', async () => {
    const follower = await make('broken');
    await assert.rejects(link.call('agent/login', { agent: 'broken', method: 'broken', sessionId: follower.sessionId }), { code: 'agent' });
    assert.equal(follower.state.agentPhase, 'failed');
    assert.match(follower.state.agentReason ?? '', /No such account/);
    // The other ways are still offered.
    assert.equal(follower.state.logins?.length, 6);
    await assert.rejects(link.call('agent/login', { agent: 'broken', method: 'no-such' }), { code: 'not-found' });
  });

  it('by a variable asks the window, and the value is in no journal, no log and no other file', async () => {
    const follower = await make('by-key');
    const { sessionId } = follower;
    await link.call('agent/login', { agent: 'by-key', method: 'key', sessionId });
    // The agent does not take this key, and says so with the key in its words.
    await follower.until((state) => state.agentReason?.includes('not as •••') === true);
    const files = filesIn(rig.location.dataFolder);
    assert.ok(files.length > 3);
    for (const file of files.filter(existsSync)) assert.ok(!readFileSync(file).includes(secret), `${file} has the secret`);
    await link.call('agent/logout', { agent: 'by-key' });
    assert.deepEqual(stored, {});
  });

  it('by a key that the agent only takes when it is asked to let one in asks for the key once, and the agent each time', async () => {
    const follower = await make('by-typed');
    await link.call('agent/login', { agent: 'by-typed', method: 'typed', sessionId: follower.sessionId });
    await ready(follower);
    assert.deepEqual(stored, { LOOM_TYPED_KEY: secret });
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'by-typed' });
    await ready(await Follower.of(link, session.id));
    await link.call('agent/logout', { agent: 'by-typed' });
  });

  it('in a terminal runs the agent’s own program in the window', async () => {
    const follower = await make('by-terminal');
    await link.call('agent/login', { agent: 'by-terminal', method: 'terminal', sessionId: follower.sessionId });
    await ready(follower);
    assert.deepEqual(ran, [['--login']]);
    assert.deepEqual(await link.call('agent/logout', { agent: 'by-terminal' }), { asked: true });
    assert.equal(existsSync(join(rig.folder, 'login')), false);
  });

  describe('that it wants in the middle of its work', () => {
    const work = async (agent: string): Promise<Follower> => {
      const { session } = await link.call('session/create', { folder: rig.folder, agent });
      return Follower.of(link, session.id);
    };
    const isWaiting = (state: Follower['state'], turn: number): boolean =>
      state.turns[turn]?.wantsLogin === true && state.queue.length > 0 && state.agentPhase === 'failed';

    it('keeps what was sent, in its order, and sends it by itself once somebody has signed in', async () => {
      const follower = await work('late-account');
      await follower.prompt('one');
      await follower.until((state) => isWaiting(state, 0));
      assert.equal(follower.state.turns[0]?.reason, 'failed');
      assert.ok((follower.state.logins?.length ?? 0) > 0, 'the session says how one signs in');
      const { queued } = await link.call('session/prompt', { sessionId: follower.sessionId, parts: [{ type: 'text', text: 'two' }] });
      assert.equal(queued, true, 'what comes now waits behind it');
      await link.call('agent/login', { agent: 'late-account', method: 'account', sessionId: follower.sessionId });
      await follower.ended(2);
      assert.deepEqual(
        follower.state.turns.map(({ prompt, reason }) => [prompt.map((part) => (part.type === 'text' ? part.text : '')).join(), reason]),
        [
          ['one', 'failed'],
          ['one', 'finished'],
          ['two', 'finished'],
        ],
      );
      assert.match(follower.text, /one\].*two\]$/s);
      assert.equal(follower.state.queue.length, 0);
      assert.equal(follower.state.logins, undefined);
    });

    it('has an agent that had begun go on, and reaches a new process of it', async () => {
      const follower = await work('late-terminal');
      await follower.prompt('begin');
      await follower.until((state) => isWaiting(state, 0));
      await link.call('agent/login', { agent: 'late-terminal', method: 'terminal', sessionId: follower.sessionId });
      await follower.ended(1);
      const [part] = follower.state.turns[1]?.prompt ?? [];
      assert.match(part?.type === 'text' ? part.text : '', /continue where you left off/);
      assert.equal(follower.lastTurn?.reason, 'finished');
    });
  });
});

function filesIn(folder: string): readonly string[] {
  return (
    readdirSync(folder, { recursive: true })
      // What is written anew is in its place in a moment.
      .filter((name) => !String(name).endsWith('.new'))
      .map((name) => join(folder, String(name)))
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
  );
}

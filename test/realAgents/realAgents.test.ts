import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostLink } from '../../src/client/hostLink.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, until } from '../support/hostRig.ts';
import { geminiCli, openCode } from './install.ts';
import type { ModelEndpoint } from './modelEndpoint.ts';
import { startModelEndpoint } from './modelEndpoint.ts';
import { answer, asked, ended, wordsIn } from './talk.ts';

for (const [name, launch] of [
  ['OpenCode', openCode],
  ['Gemini CLI', geminiCli],
] as const) {
  describe(`R6.14 R5.4 ${name}, as it comes from npm`, function () {
    this.timeout(120_000);
    let home: string;
    let model: ModelEndpoint;
    let rig: HostRig;
    let link: HostLink;
    let agent: string;

    before(async () => {
      home = mkdtempSync(join(tmpdir(), 'loom-real-'));
      model = await startModelEndpoint();
      rig = new HostRig();
      execFileSync('git', ['-C', rig.folder, 'commit', '-q', '--allow-empty', '-m', 'the first']);
      const program = await launch(home, model.url);
      agent = program.id;
      link = await rig.attached({ settings: { agents: [program], defaultAgent: agent, history: 'off', redactionPatterns: [] } });
    });
    after(async () => {
      await rig.close();
      await model.close();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    });

    const newSession = async (): Promise<Follower> => {
      const { session } = await link.call('session/create', { folder: rig.folder });
      return Follower.of(link, session.id);
    };
    it('answers, and says what it is', async () => {
      const follower = await newSession();
      await follower.prompt('%say Good morning');
      assert.equal((await ended(follower, 0)).reason, 'finished');
      assert.match(follower.text, /Good morning/);
      assert.equal(follower.state.agentPhase, 'ready');
      assert.equal(follower.state.agentName, name);
    });

    it('asks before it runs a command, and runs it only when it may', async () => {
      const follower = await newSession();
      await follower.prompt('%run touch allowed.txt');
      await answer(follower, await asked(follower), 'allow-once');
      assert.equal((await ended(follower, 0)).reason, 'finished');
      assert.ok(existsSync(join(rig.folder, 'allowed.txt')));
      await follower.prompt('%run touch refused.txt');
      await answer(follower, await asked(follower), 'reject-once');
      await ended(follower, 1);
      assert.ok(!existsSync(join(rig.folder, 'refused.txt')));
    });

    it('writes a file, and the change is one of the session', async () => {
      const follower = await newSession();
      await follower.prompt('%write note.txt some text');
      await answer(follower, await asked(follower), 'allow-once');
      await ended(follower, 0);
      assert.equal(readFileSync(join(rig.folder, 'note.txt'), 'utf8'), 'some text\n');
      await follower.until(({ files }) => files.some(({ path }) => path.endsWith('note.txt')));
    });

    it('stops in the middle of an answer, and works two sessions at once', async () => {
      const [one, two] = [await newSession(), await newSession()];
      await one.prompt('%slow 400');
      await two.prompt('%say Meanwhile');
      await one.until(() => one.text.includes('word-3 '), 60_000);
      assert.equal((await ended(two, 0)).reason, 'finished');
      await link.call('turn/cancel', { sessionId: one.sessionId });
      assert.equal((await ended(one, 0)).reason, 'cancelled');
      assert.ok(!two.text.includes('word-'));
      const { agents } = await link.call('host/status', {});
      assert.deepEqual(
        agents.map((each) => each.agent),
        [agent],
      );
    });

    it('is brought back when its process was killed in the middle of a turn, and knows what was said', async () => {
      const follower = await newSession();
      await follower.prompt('%say The word is marzipan.');
      await ended(follower, 0);
      await follower.prompt('%slow 400');
      await follower.until(() => follower.text.includes('word-3 '), 60_000);
      const { agents } = await link.call('host/status', {});
      const pid = agents[0]?.pid;
      assert.ok(pid !== undefined);
      process.kill(pid, 'SIGKILL');
      const cut = await ended(follower, 1);
      assert.notEqual(cut.reason, 'finished');
      await follower.prompt('%recall');
      const recalled = await ended(follower, 2);
      assert.equal(recalled.reason, 'finished');
      assert.match(wordsIn(recalled), /marzipan/);
    });

    it('is gone when its sessions are closed, and leaves no process', async () => {
      const { sessions } = await link.call('sessions/list', {});
      for (const { id } of sessions) await link.call('session/move', { sessionId: id, to: 'closed' });
      await until(async () => (await link.call('host/status', {})).agents.length === 0, 20_000);
      await until(() => rig.processes().length === 1, 20_000);
    });
  });
}

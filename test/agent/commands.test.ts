import type { CreateElicitationResponse } from '@agentclientprotocol/sdk';
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RunningAgent, temporaryFolder } from './runningAgent.ts';
import type { ClientOptions } from './runningAgent.ts';
import { assertGolden, transcriptOf } from './transcript.ts';

describe('R6.14 the built-in agent carries out its commands over ACP', () => {
  let agent: RunningAgent | undefined;
  let folder = temporaryFolder();

  beforeEach(() => {
    folder = temporaryFolder();
    writeFileSync(join(folder.path, 'README.md'), '# Sample\n\nA small project.\nTODO: say more.\n');
    mkdirSync(join(folder.path, 'src'));
    writeFileSync(join(folder.path, 'src', 'greet.ts'), "export const greeting = 'hello';\n// TODO: other languages\n");
    mkdirSync(join(folder.path, 'node_modules'));
    writeFileSync(join(folder.path, 'node_modules', 'dependency.js'), '// TODO of somebody else\n');
    writeFileSync(join(folder.path, 'picture.bin'), Buffer.from([0, 1, 2, 84, 79, 68, 79]));
  });

  afterEach(async () => {
    await agent?.close();
    agent = undefined;
    folder.remove();
  });

  async function started(options?: ClientOptions): Promise<{ agent: RunningAgent; id: string }> {
    agent = await RunningAgent.start(options);
    return { agent, id: await agent.open(folder.path) };
  }

  async function transcript(prompts: readonly string[], options?: ClientOptions): Promise<string> {
    const { agent, id } = await started(options);
    const ends: string[] = [];
    for (const prompt of prompts) ends.push(await agent.prompt(id, prompt));
    return `${transcriptOf(agent.updates(id), folder.path)}${ends.join(' ')}\n`;
  }

  it('says in /help that it is no language model and lists its commands', async () => {
    assertGolden('help', await transcript(['/help']));
  });

  it('asks with a form, and says what was filled in, declined or cannot be shown', async () => {
    const answers: CreateElicitationResponse[] = [
      { action: 'accept', content: { answer: 'Hello', certainty: 'guess', again: false } },
      { action: 'decline' },
      { action: 'cancel' },
    ];
    const titles: string[] = [];
    const { agent, id } = await started({
      fill: ({ message }) => {
        titles.push(message);
        return answers.shift() ?? { action: 'cancel' };
      },
    });
    for (const prompt of ['/ask How are you?', '/ask', '/ask']) await agent.prompt(id, prompt);
    assert.deepEqual(titles, ['How are you?', 'What would you like to tell me?', 'What would you like to tell me?']);
    const said = transcriptOf(agent.updates(id), folder.path);
    assert.match(said, /You said “Hello”, as a guess\. I shall not ask again\./);
    assert.match(said, /You declined to answer\.[^]*The form was closed without an answer\./);
    await agent.close();
    assert.match(await transcript(['/ask']), /This client shows no forms/);
  });

  it('says in the first answer of a session, and only there, that it is no language model', async () => {
    assertGolden('conversation', await transcript(['What is wrong with my code?', '/rnu ls', 'git status', '/frobnicate']));
  });

  it('runs a command after it was allowed and shows its output and exit code', async () => {
    assertGolden('run', await transcript(['/run echo one; echo two >&2; exit 3']));
    assert.deepEqual(agent?.questions[0]?.toolCall.rawInput, { command: 'echo one; echo two >&2; exit 3', cwd: folder.path });
    assert.deepEqual(
      agent.questions[0].options.map(({ kind }) => kind),
      ['allow_once', 'allow_always', 'reject_once', 'reject_always'],
    );
  });

  it('does not run a command that was refused', async () => {
    assertGolden('run-refused', await transcript(['/run touch ran'], { decide: () => 'reject_once' }));
    assert.ok(!existsSync(join(folder.path, 'ran')));
  });

  it('remembers for the session, and for no other, that commands are always allowed', async () => {
    const { agent, id } = await started({ decide: () => 'allow_always' });
    await agent.prompt(id, '/run echo first');
    await agent.prompt(id, '/run echo second');
    assert.equal(agent.questions.length, 1);
    await agent.prompt(await agent.open(folder.path), '/run echo third');
    assert.equal(agent.questions.length, 2);
  });

  it('reads a file, some lines of it, and a folder', async () => {
    assertGolden(
      'read',
      await transcript(['/read README.md', '/read src/greet.ts 2-9', '/read src', '/read nothing.md', '/read picture.bin']),
    );
  });

  it('shows an edit as a diff, asks, and writes it, with the folders on the way', async () => {
    const prompts = ['/write notes/today.md Remember\nthe milk', '/write README.md\n# New\n'];
    assertGolden('write', await transcript(prompts));
    assert.equal(readFileSync(join(folder.path, 'notes', 'today.md'), 'utf8'), 'Remember\nthe milk\n');
    assert.equal(readFileSync(join(folder.path, 'README.md'), 'utf8'), '# New\n');
  });

  it('reads and writes files through a client that offers it, because that one knows what is not saved yet', async () => {
    const unsaved = new Map([[join(folder.path, 'README.md'), '# Not saved yet\n']]);
    const { agent, id } = await started({ editor: unsaved });
    await agent.prompt(id, '/read README.md');
    await agent.prompt(id, '/write README.md # Written');
    const diffs = agent.updates(id).flatMap((update) => (update.sessionUpdate === 'tool_call' ? (update.content ?? []) : []));
    assert.deepEqual(diffs, [{ type: 'diff', path: join(folder.path, 'README.md'), oldText: '# Not saved yet\n', newText: '# Written\n' }]);
    assert.equal(unsaved.get(join(folder.path, 'README.md')), '# Written\n');
    assert.match(readFileSync(join(folder.path, 'README.md'), 'utf8'), /A small project/);
    assert.match(agent.said(id), /has 1 line and 16 characters/);
    await agent.prompt(id, '/read nothing.md');
    assert.match(agent.said(id), /There is no file nothing.md/);
  });

  it('leaves a file as it is when the edit was refused', async () => {
    await transcript(['/write README.md gone'], { decide: () => 'reject_once' });
    assert.match(readFileSync(join(folder.path, 'README.md'), 'utf8'), /A small project/);
  });

  it('searches texts and expressions, without the folders and files that nobody means', async () => {
    assertGolden('search', await transcript(['/search todo', '/search /TODO: (\\w+)/ *.ts', '/search "no such thing"', '/search /(/']));
  });

  it('interrupts an expression that would never end', async () => {
    writeFileSync(join(folder.path, 'trap.txt'), `${'a'.repeat(60)}!\n`);
    const { agent, id } = await started();
    assert.equal(await agent.prompt(id, '/search /^(a+)+$/ trap.txt'), 'end_turn');
    assert.match(agent.said(id), /takes too long/);
  });

  it('walks a plan and carries out the steps that are commands', async () => {
    assertGolden('plan', await transcript(['/plan make it faster', '/plan\n- [ ] Look around\n- /read README.md 1\n- /run echo done']));
  });

  it('touches nothing outside of the session’s folder, through no link either', async () => {
    const outside = temporaryFolder();
    try {
      writeFileSync(join(outside.path, 'secret.txt'), 'secret');
      symlinkSync(outside.path, join(folder.path, 'link'));
      symlinkSync(join(outside.path, 'new.txt'), join(folder.path, 'dangling'));
      const { agent, id } = await started();
      for (const path of ['../x', join(outside.path, 'secret.txt'), 'link/secret.txt', 'link/new.txt', 'dangling']) {
        await agent.prompt(id, `/read ${path}`);
        await agent.prompt(id, `/write ${path} text`);
      }
      assert.equal(agent.said(id).match(/is outside the session’s folder/g)?.length, 10);
      assert.equal(readFileSync(join(outside.path, 'secret.txt'), 'utf8'), 'secret');
      assert.ok(!existsSync(join(outside.path, 'new.txt')));
      assert.equal(agent.questions.length, 0);
    } finally {
      outside.remove();
    }
  });

  it('neither runs nor writes in the read-only mode', async () => {
    const { agent, id } = await started();
    await agent.context.request('session/set_mode', { sessionId: id, modeId: 'read-only' });
    await agent.prompt(id, '/run touch ran');
    await agent.prompt(id, '/write ran text');
    await agent.prompt(id, '/read README.md');
    assert.ok(!existsSync(join(folder.path, 'ran')));
    assert.equal(agent.said(id).match(/This session is read-only/g)?.length, 2);
    assert.match(agent.said(id), /has 4 lines/);
    assert.ok(agent.updates(id).some((update) => update.sessionUpdate === 'current_mode_update' && update.currentModeId === 'read-only'));
    await assert.rejects(agent.context.request('session/set_mode', { sessionId: id, modeId: 'yolo' }), /There is no mode/);
  });

  it('reads a file that is mentioned, and says what else came along', async () => {
    const { agent, id } = await started();
    const uri = pathToFileURL(join(folder.path, 'README.md')).href;
    await agent.prompt(id, [
      { type: 'text', text: '/read ' },
      { type: 'resource_link', uri, name: 'README.md' },
    ]);
    assert.match(agent.said(id), /`README.md` has 4 lines/);
    await agent.prompt(id, [
      { type: 'text', text: 'look' },
      { type: 'resource', resource: { uri, text: 'hello' } },
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
    ]);
    assert.match(agent.said(id), /I see `README.md` with 5 characters, an image \(image\/png, 3 bytes\)/);
  });

  it('streams word by word unless the session wants whole answers', async () => {
    agent = await RunningAgent.start();
    const { sessionId } = await agent.context.request('session/new', { cwd: folder.path, mcpServers: [] });
    await agent.prompt(sessionId, 'hello there');
    const chunks = agent.updates(sessionId).filter((update) => update.sessionUpdate === 'agent_message_chunk');
    assert.ok(chunks.length > 30, `${chunks.length} chunks`);
  });

  it('estimates tokens as a quarter of the characters and says that it is an estimate', async () => {
    const { agent, id } = await started();
    await agent.prompt(id, 'x'.repeat(4_000));
    const usage = agent.updates(id).find((update) => update.sessionUpdate === 'usage_update');
    assert.ok(usage !== undefined && usage.used >= 1_000 && usage.used < 1_200, JSON.stringify(usage));
    assert.deepEqual(usage._meta, { estimate: 'characters / 4' });
  });

  it('says what the system refused, and goes on', async () => {
    const { agent, id } = await started();
    assert.equal(await agent.prompt(id, '/write README.md/inside text'), 'end_turn');
    assert.match(agent.said(id), /The system did not allow that: E/);
    const last = agent.updates(id).findLast((update) => update.sessionUpdate === 'tool_call_update');
    assert.equal(last?.status, 'failed');
    await assert.rejects(agent.context.request('session/new', { cwd: join(folder.path, 'nowhere'), mcpServers: [] }), /There is no folder/);
    await assert.rejects(agent.context.request('session/new', { cwd: 'relative', mcpServers: [] }), /absolute/);
  });

  it('takes a paste of 5 MB and a command of many lines', async () => {
    const { agent, id } = await started();
    assert.equal(await agent.prompt(id, `look at this\n${'line of a paste\n'.repeat(330_000)}`), 'end_turn');
    assert.ok(agent.said(id).length < 2_000);
    await agent.prompt(id, '/run echo one\necho two');
    const call = agent.updates(id).find((update) => update.sessionUpdate === 'tool_call');
    assert.equal(call?.title, 'echo one …');
    assert.match(JSON.stringify(agent.updates(id)), /one\\ntwo\\n\[exit code 0\]/);
  });
});

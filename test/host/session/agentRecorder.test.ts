import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { AgentRecorder } from '../../../src/host/session/agentRecorder.ts';
import { diskFiles } from '../../../src/host/journal/files.ts';
import { Session } from '../../../src/host/session/session.ts';
import type { Entry } from '../../../src/model/entries.ts';

describe('R1.2 What an agent says of its tools', () => {
  let folder: string;
  let session: Session;
  let recorder: AgentRecorder;
  let writes: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loom-recorder-'));
    const { session: opened } = await Session.open('s1', {
      folder: join(folder, 'sessions', 's1'),
      epoch: 1,
      files: diskFiles,
      quarantineFolder: join(folder, 'quarantine'),
      now: () => '2026-11-01T10:00:00.000Z',
      log: silentLog,
    });
    session = opened;
    session.record(
      { type: 'session.created', id: 's1', title: 'One', agent: 'a', folder: '/w', cwd: '/w' },
      { type: 'turn.started', turn: 't0', prompt: [] },
    );
    recorder = new AgentRecorder(session);
    recorder.begin('t0');
    writes = 0;
    session.onRecorded(() => (writes += 1));
  });

  afterEach(async () => {
    await session.close();
    rmSync(folder, { recursive: true });
  });

  const say = (callId: string, fields: object): void => recorder.update({ type: 'tool', callId, fields });
  const says = (callId: string, text: string, more: object = {}): void => say(callId, { content: [{ type: 'text', text }], ...more });
  const entries = (): readonly Entry[] => session.state.turns[0]?.entries ?? [];
  const outputs = (): readonly unknown[] => entries().map((entry) => (entry.kind === 'tool' ? entry.content : undefined));

  it('is written once a frame, however many calls there are, and each call shows its own output', () => {
    for (let call = 0; call < 300; call++) {
      say(`c${call}`, { title: `Read ${call}`, toolKind: 'read', state: 'pending' });
      say(`c${call}`, { state: 'running' });
      says(`c${call}`, `line ${call}`);
      says(`c${call}`, `line ${call}, and more`);
      say(`c${call}`, { state: 'completed' });
    }
    session.flush();
    assert.equal(writes, 1);
    assert.deepEqual(outputs()[7], [{ type: 'text', text: { text: 'line 7, and more' } }]);
    assert.equal(entries().length, 300);
    assert.ok(entries().every((entry) => entry.kind === 'tool' && entry.state === 'completed'));
  });

  it('the tokens of each turn add up to those of the session, and each is spent once', () => {
    const turn = (index: number, totalTokens: number): void => {
      session.record({ type: 'turn.started', turn: `t${index}`, prompt: [] });
      recorder.update({ type: 'usage', usage: { contextUsed: totalTokens } });
      recorder.update({ type: 'usage', usage: {}, tokens: { inputTokens: totalTokens - 10, outputTokens: 10, totalTokens } });
      session.record({ type: 'turn.ended', turn: `t${index}`, reason: 'finished' });
    };
    turn(1, 160);
    turn(2, 160);
    turn(3, 320);
    assert.deepEqual(session.state.usage, { contextUsed: 320, inputTokens: 610, outputTokens: 30, totalTokens: 640 });
    assert.equal(session.state.spent?.tokens, 640);
  });

  it('a question about a command shows no terminal: there is nothing in it before the answer (Codex)', () => {
    say('c', { title: 'touch a', state: 'running', content: [{ type: 'text', text: '', terminal: { id: 'c' } }] });
    const question = recorder.permission({ callId: 'c', fields: {}, title: 'touch a', command: 'touch a', options: [] });
    assert.deepEqual([question.content, outputs()], [[], [[{ type: 'text', text: { text: '' }, terminal: { id: 'c' } }]]]);
  });

  it('that grows is written as what it grew by, also across frames, and anew when it is another text', () => {
    const added: string[] = [];
    session.onRecorded((events) => added.push(...events.flatMap(({ fact }) => (fact.type === 'output.added' ? fact.text : []))));
    say('c', { title: 'Build', state: 'running' });
    says('c', 'one');
    session.flush();
    says('c', 'one two');
    session.flush();
    says('c', 'one two three');
    session.flush();
    assert.deepEqual(added, [' two', ' three']);
    says('c', 'other');
    says('c', 'other words');
    say('c', {
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    });
    says('c', 'alone again');
    session.flush();
    assert.deepEqual(added, [' two', ' three', ' words']);
    assert.deepEqual(outputs(), [[{ type: 'text', text: { text: 'alone again' } }]]);
  });

  it('is in a question about the same call, also what came just before', () => {
    say('c', { title: 'Write', toolKind: 'edit', state: 'pending', locations: [{ path: '/w/a.ts' }] });
    recorder.ask(recorder.permission({ callId: 'c', title: 'Write a.ts?', fields: {}, options: [] }), recorder.turn);
    const question = entries().find((entry) => entry.kind === 'permission');
    assert.equal(question?.toolKind, 'edit');
    assert.deepEqual(question.locations, [{ path: '/w/a.ts' }]);
  });

  it('R1.1 several plans are entries of their own by their ids, a turn shows each as it stood in it, and one can be given up', () => {
    const item = (text: string): object => ({ text, priority: 'medium', state: 'pending' });
    const plan = (id: string | undefined, ...items: string[]): void =>
      recorder.update({ type: 'plan', plan: id, items: items.map(item) as never, text: id === 'a' ? 'Why' : undefined });
    plan(undefined, 'one');
    plan('a', 'two');
    plan(undefined, 'one', 'three');
    session.record({ type: 'turn.ended', turn: 't0', reason: 'finished' }, { type: 'turn.started', turn: 't1', prompt: [] });
    recorder.begin('t1');
    plan(undefined, 'four');
    recorder.update({ type: 'plan-removed', plan: 'a' });
    recorder.update({ type: 'plan-removed', plan: 'unknown' });
    session.flush();
    const plans = session.state.turns.map((turn) =>
      turn.entries.flatMap((entry) =>
        entry.kind === 'plan' ? [[entry.items.map(({ text }) => text).join(), entry.text, entry.removed]] : [],
      ),
    );
    assert.deepEqual(plans, [
      [
        ['one,three', undefined, undefined],
        ['two', 'Why', true],
      ],
      [['four', undefined, undefined]],
    ]);
  });

  describe('R1.10 files that the host writes for an agent', () => {
    const diff = (before: string, after: string): object => ({ type: 'diff', path: '/w/a.ts', before, after });
    const shown = (): readonly unknown[] =>
      entries().map((entry) => entry.kind === 'tool' && [entry.title, entry.content.length, entry.wrote, entry.state]);

    it('belong to the open call that reports them, as a whole or as the piece that changed', () => {
      say('c', { title: 'Edit', state: 'running', content: [diff('two', 'TWO')] });
      recorder.wrote({ path: '/w/a.ts', before: 'one two', after: 'one TWO' });
      session.flush();
      assert.deepEqual(shown(), [['Edit', 1, ['/w/a.ts'], 'running']]);
    });

    it('are added to the open call that names the file, and stay when its output comes anew', () => {
      say('c', { title: 'Edit', state: 'running', locations: [{ path: '/w/a.ts' }] });
      recorder.wrote({ path: '/w/a.ts', before: undefined, after: 'one' });
      says('c', 'Done.', { state: 'completed' });
      session.flush();
      assert.deepEqual(shown(), [['Edit', 2, ['/w/a.ts'], 'completed']]);
      say('c', { content: [diff('', 'one')] });
      session.flush();
      assert.deepEqual(shown(), [['Edit', 1, ['/w/a.ts'], 'completed']]);
    });

    it('get a call of their own where none speaks of them, and none where nothing changed', () => {
      recorder.wrote({ path: '/w/src/a.ts', before: 'one', after: 'two' });
      recorder.wrote({ path: '/w/src/a.ts', before: 'two', after: 'two' });
      session.flush();
      assert.deepEqual(shown(), [['Write src/a.ts', 1, ['/w/src/a.ts'], 'completed']]);
      assert.deepEqual(session.state.files.map(({ path, added, removed }) => [path, added, removed]), [['/w/src/a.ts', 1, 1]]); // prettier-ignore
    });

    it('are known where only the question told of them, and count once the call went well', () => {
      say('c', { title: 'write', toolKind: 'edit', state: 'pending' });
      const fields = { content: [{ type: 'diff', path: '/w/a.ts', before: 'one', after: 'two' }] } as const;
      recorder.ask(recorder.permission({ callId: 'c', title: '/w/a.ts', fields, options: [] }), recorder.turn);
      assert.deepEqual(session.state.files, []);
      says('c', 'Wrote file successfully.', { state: 'completed' });
      session.flush();
      assert.deepEqual(session.state.files.map(({ path, added, removed }) => [path, added, removed]), [['/w/a.ts', 1, 1]]); // prettier-ignore
    });

    it('are new where the agent said “empty” of a file that was not there', () => {
      say('c', { title: 'Create', state: 'pending', content: [diff('', 'one')] });
      say('c', { state: 'completed', content: [diff('', 'one')] });
      session.flush();
      assert.equal(session.state.files[0]?.change, 'created');
    });
  });
});

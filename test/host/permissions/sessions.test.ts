import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoomError } from '../../../src/base/errors.ts';
import type { HostLink } from '../../../src/client/hostLink.ts';
import type { PermissionEntry } from '../../../src/model/entries.ts';
import type { PermissionRule } from '../../../src/model/permissionRules.ts';
import type { InputOf } from '../../../src/protocol/contract.ts';
import type { HostRequests } from '../../../src/protocol/host.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../../support/hostRig.ts';

type Settings = InputOf<HostRequests['host/configure']>;

const ask = (id: string, command: string, kind = 'execute'): object => ({
  ask: {
    toolCall: { toolCallId: id, title: command, kind, rawInput: { command } },
    options: [
      { optionId: 'yes', name: 'Yes <b>please</b>', kind: 'allow_once' },
      { optionId: 'always', name: 'Yes, for ever', kind: 'allow_always' },
      { optionId: 'no', name: 'No', kind: 'reject_once' },
    ],
  },
});
const secret = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
const scripts = {
  one: [ask('c1', 'npm test'), { say: '{{answer}}' }],
  three: [ask('c1', 'npm test'), ask('c2', 'npm test'), ask('c3', `echo ${secret}`), { say: 'done {{answer}}' }],
  hard: [ask('c1', 'ls $(id)'), { say: '{{answer}}' }],
  silent: ['echo one', 'rm -rf src'].flatMap((command) => [
    { request: { method: 'terminal/create', params: { command } } },
    { say: '{{answer}}\n' },
  ]),
  files: ['package.json', '.env'].flatMap((path) => [
    { request: { method: 'fs/read_text_file', params: { path } } },
    { say: '{{answer}}\n' },
  ]),
  late: [{ say: 'working' }, { waitForCancel: true }, ask('c1', 'npm test'), { say: 'late {{answer}}' }],
};

describe('R6.8 Permission rules in sessions', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  const agents = Object.entries(scripts).map(([id, turn]) => ({
    ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify({ turns: [turn] }) }),
    id,
  }));
  const settings = (...rules: readonly NonNullable<Settings['permissions']>[number][]): Settings => ({
    ...settingsWith(...agents),
    permissions: rules,
  });
  before(async () => {
    rig = new HostRig();
    writeFileSync(join(rig.folder, 'package.json'), '{}');
    link = await rig.attached({ name: 'a window', settings: settings() });
  });
  afterEach(() => link.call('host/configure', settings()));
  after(() => rig.close());

  const make = async (agent: keyof typeof scripts): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    return Follower.of(link, session.id);
  };
  const asked = ({ entries }: Follower): readonly PermissionEntry[] =>
    entries.flatMap((entry) => (entry.kind === 'permission' ? [entry] : []));
  const waiting = async (follower: Follower): Promise<PermissionEntry> => {
    await follower.until(({ counts }) => counts.waiting === 1);
    const found = asked(follower).find(({ answer }) => answer === undefined);
    assert.ok(found !== undefined);
    return found;
  };
  const npmTest: PermissionRule = { decision: 'allow', command: 'npm test' };

  it('of the person answer by themselves, once, and the card says which rule it was', async () => {
    await link.call('host/configure', settings({ rule: npmTest, origin: 'user' }));
    const follower = await make('one');
    await follower.prompt('go');
    await follower.ended(0);
    const [entry] = asked(follower);
    assert.deepEqual({ ...entry?.answer, at: '' }, { outcome: 'chosen', optionId: 'yes', label: 'Yes <b>please</b>', role: 'allow-once', by: 'host', rule: { text: 'npm test', origin: 'user' }, at: '' }); // prettier-ignore
    assert.match(follower.text, /"optionId":"yes"/);
  });

  it('deny before they allow, and the call reads as refused', async () => {
    await link.call(
      'host/configure',
      settings({ rule: npmTest, origin: 'user' }, { rule: { decision: 'deny', command: 'npm *' }, origin: 'workspace' }),
    );
    const follower = await make('one');
    await follower.prompt('go');
    await follower.ended(0);
    assert.equal(asked(follower)[0]?.answer?.optionId, 'no');
    assert.equal(asked(follower)[0]?.answer?.rule?.origin, 'workspace');
    assert.ok(follower.entries.some((entry) => entry.kind === 'tool' && entry.refused === true));
  });

  it('deny also what an agent has the host do without asking anybody: commands and files', async () => {
    const rm: PermissionRule = { decision: 'deny', command: 'rm *' };
    const env: PermissionRule = { decision: 'deny', path: '.env' };
    writeFileSync(join(rig.folder, '.env'), 'KEY=1');
    await link.call('host/configure', settings({ rule: rm, origin: 'user' }, { rule: env, origin: 'user' }));
    const [run, read] = [await make('silent'), await make('files')];
    for (const each of [run, read]) {
      await each.prompt('go');
      await each.ended(0);
    }
    assert.match(run.text, /"terminalId"[^]*A permission rule of the user denies this: .*rm/);
    assert.match(read.text, /"content":"{}"[^]*A permission rule of the user denies this: .*\.env/);
    assert.ok(!read.text.includes('KEY'));
  });

  it('of a workspace allow nothing, and those from a client without the right to approve are not taken', async () => {
    await link.call('host/configure', settings({ rule: npmTest, origin: 'workspace' }));
    const agent = await rig.attached({ name: 'an agent', capability: null });
    await agent.call('host/configure', { ...settings({ rule: npmTest, origin: 'user' }), agents: [] });
    const follower = await make('one');
    await follower.prompt('go');
    const { id } = await waiting(follower);
    const refused = (error: unknown): boolean => error instanceof LoomError && error.code === 'not-allowed';
    const { sessionId } = follower;
    await assert.rejects(agent.call('session/rules', { sessionId, add: [npmTest] }), refused);
    await assert.rejects(agent.call('permission/answer', { sessionId, entry: id, optionId: 'no', rules: [npmTest] }), refused);
    assert.deepEqual(follower.state.rules ?? [], []);
    await link.call('turn/cancel', { sessionId });
    await follower.ended(0);
  });

  it('that come with an answer are offered, kept in the journal, used from then on, and can be taken back', async () => {
    const follower = await make('one');
    const { sessionId } = follower;
    await follower.prompt('go');
    const question = await waiting(follower);
    assert.deepEqual(question.offers?.[0], [npmTest]);
    await link.call('permission/answer', { sessionId, entry: question.id, optionId: 'yes', rules: question.offers[0] });
    await follower.ended(0);
    const rules = follower.state.rules ?? [];
    assert.deepEqual(rules.map(({ rule, by }) => [rule, by]), [[npmTest, 'a window']]); // prettier-ignore
    await follower.prompt('again');
    await follower.ended(1);
    assert.equal(asked(follower).at(-1)?.answer?.rule?.origin, 'session');
    // Another session knows nothing of it.
    const other = await make('one');
    await other.prompt('go');
    const { id } = await waiting(other);
    await link.call('permission/answer', { sessionId: other.sessionId, entry: id, optionId: 'no' });
    assert.deepEqual((await link.call('session/rules', { sessionId, remove: rules.map(({ id }) => id) })).rules, []);
    await follower.prompt('once more');
    await link.call('permission/answer', { sessionId, entry: (await waiting(follower)).id, optionId: 'no' });
    await follower.ended(2);
  });

  it('apply to what waits already, in this session or in all', async () => {
    const [one, two] = [await make('one'), await make('one')];
    for (const each of [one, two]) await each.prompt('go');
    await Promise.all([waiting(one), waiting(two)]);
    await link.call('session/rules', { sessionId: one.sessionId, add: [npmTest] });
    await one.ended(0);
    assert.equal(two.state.counts.waiting, 1);
    await link.call('host/configure', settings({ rule: npmTest, origin: 'user' }));
    await two.ended(0);
    assert.equal(asked(two)[0]?.answer?.rule?.origin, 'user');
  });

  it('say on the card what made them ask', async () => {
    await link.call('host/configure', settings({ rule: { decision: 'allow', kind: 'execute' }, origin: 'user' }));
    const follower = await make('hard');
    await follower.prompt('go');
    const question = await waiting(follower);
    assert.ok(question.reasons?.some(({ part }) => part === '$(id)'));
    assert.equal(question.offers, undefined);
    await link.call('turn/cancel', { sessionId: follower.sessionId });
    await follower.ended(0);
  });

  it('answer a question that comes after a cancel with "cancelled" at once, and show no card', async () => {
    const follower = await make('late');
    await follower.prompt('go');
    await follower.says('working');
    await link.call('turn/cancel', { sessionId: follower.sessionId });
    await follower.ended(0);
    await until(() => asked(follower).length === 0 && follower.state.counts.waiting === 0);
    assert.doesNotMatch(follower.text, /selected/);
  });

  it('leave a line in the audit for each decision, in order, and no secret', async () => {
    await link.call('host/configure', settings({ rule: npmTest, origin: 'user' }));
    const follower = await make('three');
    await follower.prompt('go');
    const question = await waiting(follower);
    await link.call('permission/answer', { sessionId: follower.sessionId, entry: question.id, optionId: 'no' });
    await follower.ended(0);
    const file = join(rig.location.dataFolder, 'logs', 'audit.jsonl');
    const lines = (): readonly Record<string, string>[] =>
      readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, string>)
        .filter(({ session }) => session === follower.sessionId);
    await until(() => lines().length === 3);
    assert.deepEqual(
      lines().map(({ decision, by }) => [decision, by]),
      [
        ['allow-once', 'rule of the user: npm test'],
        ['allow-once', 'rule of the user: npm test'],
        ['reject-once', 'a window'],
      ],
    );
    assert.doesNotMatch(readFileSync(file, 'utf8'), new RegExp(secret));
    assert.match(lines()[2]?.['command'] ?? '', /^echo \[redacted/);
    const session = lines().map(({ session: id }) => id);
    assert.ok(session.every((id) => id === follower.sessionId));
  });
});

import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LoomError } from '../../../src/base/errors.ts';
import { sayHello } from '../../../src/client/helloSocket.ts';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, newCapability, until } from '../../support/hostRig.ts';

const refused = (error: unknown): boolean =>
  error instanceof LoomError && error.code === 'not-allowed' && /not approve/.test(error.message);

describe('R1.14 The right to approve', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let window: HostLink;
  /** What an agent has that reads the endpoint file: the token, and nothing else. */
  let agent: HostLink;
  before(async () => {
    rig = new HostRig();
    window = await rig.attached({ name: 'a window' });
    agent = await rig.attached({ name: 'an agent', capability: null });
  });
  after(() => rig.close());

  const asking = async (link: HostLink): Promise<{ readonly follower: Follower; readonly entry: string }> => {
    const { session } = await window.call('session/create', { folder: rig.folder });
    const follower = await Follower.of(link, session.id);
    await follower.prompt('/run echo approved');
    await follower.until(({ counts }) => counts.waiting === 1);
    return { follower, entry: follower.entries.find(({ kind }) => kind === 'permission')?.id ?? '' };
  };

  it('is told with the greeting', () => {
    assert.equal(window.host?.mayApprove, true);
    assert.equal(agent.host?.mayApprove, false);
  });

  it('is missing from a client with the endpoint file alone: it reads, sends and stops, but its yes is refused, and a no is taken', async () => {
    const { follower, entry } = await asking(agent);
    const answer = (link: HostLink, optionId: string): Promise<unknown> =>
      link.call('permission/answer', { sessionId: follower.sessionId, entry, optionId });
    for (const optionId of ['allow_once', 'allow_always']) await assert.rejects(answer(agent, optionId), refused);
    assert.equal(follower.state.counts.waiting, 1);
    await assert.rejects(agent.call('session/pick', { sessionId: follower.sessionId, picker: 'mode', value: 'yolo' }), refused);
    await answer(agent, 'reject_once');
    assert.equal((await follower.ended(0)).reason, 'finished');
    const second = await asking(agent);
    await agent.call('turn/cancel', { sessionId: second.follower.sessionId });
    assert.equal((await second.follower.ended(0)).reason, 'cancelled');
  });

  it('lets a window answer what the same client could not', async () => {
    const { follower, entry } = await asking(agent);
    await window.call('permission/answer', { sessionId: follower.sessionId, entry, optionId: 'allow_once' });
    await follower.ended(0);
    assert.match(JSON.stringify(follower.entries), /approved/);
  });

  it('cannot be had by a made-up key, a stolen proof, or a proof for another host', async () => {
    const endpoint = rig.endpoint();
    const hello = { control: 1, token: endpoint.token, version: '1.0.0', client: 'test', name: 'by hand' } as const;
    const { key } = rig.capability;
    const proofs = [
      newCapability().prove(endpoint),
      { key, proof: newCapability().prove(endpoint).proof },
      rig.capability.prove({ ...endpoint, token: 'another' }),
      rig.capability.prove({ ...endpoint, socket: '/tmp/another.sock' }),
      { key, proof: '' },
      { key: '', proof: '' },
      { key: 'no key', proof: 'no proof' },
    ];
    for (const capability of proofs) {
      const { answer, socket } = await sayHello(rig.paths.socket, { ...hello, capability }, 5000);
      assert.equal(answer.mayApprove, false, JSON.stringify(capability));
      socket.end();
    }
    const { answer, socket } = await sayHello(rig.paths.socket, { ...hello, capability: rig.capability.prove(endpoint) }, 5000);
    assert.equal(answer.mayApprove, true);
    socket.end();
  });

  it('is given to another editor by a person who sees the same code in a window that has it', async () => {
    const editor = newCapability();
    const other = await rig.attached({ name: 'another editor', capability: editor });
    assert.equal(other.host?.mayApprove, false);
    const told = new Promise<boolean>((resolve) => other.on('capability/changed', ({ mayApprove }) => resolve(mayApprove)));
    const asked = await other.call('capability/pair', {});
    assert.equal(asked.state, 'asked');
    const [pending] = (await window.call('approvals/list', {})).pending;
    assert.ok(pending !== undefined && pending.detail.includes(asked.code) && pending.title.includes('another editor'));
    const at = new Date().toISOString();
    const decide = (link: HostLink, by: typeof editor): Promise<unknown> => {
      const signature = by.decide(rig.location.dataFolder, pending, pending.title, 'approved', at);
      return link.call('approvals/decide', { id: pending.id, verdict: 'approved', at, signature });
    };
    await assert.rejects(decide(other, editor), refused);
    await assert.rejects(decide(agent, rig.capability), refused);
    await decide(window, rig.capability);
    assert.equal(await told, true);
    assert.equal((await other.call('capability/pair', {})).state, 'paired');
    const { follower, entry } = await asking(other);
    await other.call('permission/answer', { sessionId: follower.sessionId, entry, optionId: 'allow_once' });
    await follower.ended(0);
  });

  it('cannot be asked for again and again under new keys until somebody says yes by mistake', async () => {
    const ask = async (): Promise<unknown> =>
      (await rig.attached({ name: 'a nuisance', capability: newCapability() })).call('capability/pair', {});
    for (let round = 0; round < 3; round++) await ask();
    await assert.rejects(ask(), /Answer them first/);
    assert.equal((await window.call('approvals/list', {})).pending.length, 3);
  });

  it('leaves nothing of its secret in arguments, environments, journals, logs or files, also of agents', async () => {
    await until(() => rig.processes().length > 1);
    const seed = createPrivateKey({ key: Buffer.from(rig.capabilitySecret, 'base64url'), format: 'der', type: 'pkcs8' }).export({
      format: 'jwk',
    }).d;
    const secrets = [rig.capabilitySecret, seed ?? '', Buffer.from(seed ?? '', 'base64url').toString('hex')];
    const read = [
      ...rig.processes().flatMap((pid) => ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${String(pid)}/${file}`, 'latin1'))),
      ...filesIn(rig.location.dataFolder).map((file) => readFileSync(file, 'latin1')),
      ...filesIn(rig.paths.folder).map((file) => readFileSync(file, 'latin1')),
    ];
    assert.ok(
      read.some((text) => text.includes(rig.capability.key)),
      'the public key is there, so this test would see the other half',
    );
    for (const secret of secrets) {
      assert.ok(secret.length > 40);
      assert.ok(!read.some((text) => text.includes(secret)));
    }
  });
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}

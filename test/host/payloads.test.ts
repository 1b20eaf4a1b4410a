import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostLink } from '../../src/client/hostLink.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';

const megabyte = 1024 * 1024;

describe('R1.3 Large content of a session', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let link: HostLink;
  before(async () => {
    rig = new HostRig();
    const update = (more: object): object => ({ update: { sessionUpdate: 'tool_call_update', toolCallId: 'a', ...more } });
    const output = (length: number): object => ({ content: [{ type: 'content', content: { type: 'text', text: 'x'.repeat(length) } }] });
    const growing = [
      { update: { sessionUpdate: 'tool_call', toolCallId: 'a', title: 'Build', kind: 'execute', status: 'in_progress' } },
      ...Array.from({ length: 40 }, (_, index) => update(output((index + 1) * 20_000))),
      { wait: 50 },
      update({ status: 'completed' }),
    ];
    const echoLength = { turns: [[{ say: 'ok' }]] };
    const script = join(rig.folder, 'grows.json');
    writeFileSync(script, JSON.stringify({ turns: [growing] }));
    const scripted = testAgent('scripted');
    link = await rig.attached({
      settings: settingsWith(
        testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(echoLength) }),
        { ...scripted, id: 'grows', args: [...(scripted.args ?? []), script] },
        testAgent('huge-line', { LOOM_BYTES: String(2 * megabyte) }),
      ),
    });
  });
  after(() => rig.close());

  const make = async (agent = 'built-in'): Promise<Follower> => {
    const { session } = await link.call('session/create', { folder: rig.folder, agent });
    return Follower.of(link, session.id);
  };
  const journalBytes = (id: string): number =>
    readdirSync(rig.sessionPath(id))
      .filter((name) => name.endsWith('.jsonl'))
      .reduce((sum, name) => sum + statSync(rig.sessionPath(id, name)).size, 0);
  const blob = async (sessionId: string, id: string, range: { start?: number; length?: number } = {}): Promise<Buffer> =>
    Buffer.from((await link.call('session/blob', { sessionId, blob: id, ...range })).data, 'base64');

  it('of a tool lies beside the journal when it is longer than 64 KiB, and is given whole or in parts', async () => {
    const output = Array.from({ length: 20_000 }, (_, index) => `line ${index} äöü`).join('\n');
    const tool = { tool: { title: 'Much', kind: 'execute', output } };
    writeFileSync(join(rig.folder, 'much.jsonl'), `${JSON.stringify(tool)}\n`);
    const follower = await make();
    await follower.prompt('/play much.jsonl');
    await follower.ended(0);
    const shown = follower.entries.find((entry) => entry.kind === 'tool');
    const part = shown?.kind === 'tool' ? shown.content[0] : undefined;
    assert.ok(part?.type === 'text' && part.text.blob !== undefined);
    assert.ok(part.text.text.length < 10_000);
    assert.equal(part.text.bytes, Buffer.byteLength(output));
    const { sessionId } = follower;
    assert.equal((await blob(sessionId, part.text.blob)).toString(), output);
    assert.deepEqual(await blob(sessionId, part.text.blob, { start: 5, length: 7 }), Buffer.from(output).subarray(5, 12));
    assert.deepEqual(await blob(sessionId, part.text.blob, { start: 5, length: Number.MAX_SAFE_INTEGER }), Buffer.from(output).subarray(5));
    assert.equal((await blob(sessionId, part.text.blob, { start: 1e12 })).length, 0);
    await assert.rejects(blob(sessionId, '0'.repeat(64)), /not there any more/);
    assert.ok(journalBytes(sessionId) < 64 * 1024);
    await link.call('session/delete', { sessionId });
    assert.equal(existsSync(rig.sessionPath(sessionId)), false);
  });

  it('of a tool that grows is shown while it does, and kept once, as it was in the end', async () => {
    const follower = await make('grows');
    await follower.prompt('go');
    await follower.until(() =>
      follower.entries.some((entry) => entry.kind === 'tool' && JSON.stringify(entry.content).includes('characters …')),
    );
    await follower.ended(0);
    const [tool] = follower.entries.filter((entry) => entry.kind === 'tool');
    const part = tool?.content[0];
    assert.ok(part?.type === 'text' && part.text.blob !== undefined);
    assert.equal((await blob(follower.sessionId, part.text.blob)).toString(), 'x'.repeat(40 * 20_000));
    assert.equal(readdirSync(rig.sessionPath(follower.sessionId, 'blobs')).length, 1);
    assert.ok(journalBytes(follower.sessionId) < 300 * 1024);
  });

  for (const [kind, part] of [
    ['text', (text: string) => ({ type: 'text', text }) as const],
    ['an attachment', (text: string) => ({ type: 'attachment', name: 'Paste', text }) as const],
  ] as const) {
    it(`a 5 MB paste as ${kind}: it is taken without keeping the others waiting, and reaches the agent whole`, async () => {
      const paste = `${'0123456789abcde\n'.repeat((5 * megabyte) / 16)}the end`;
      const follower = await make();
      const beside = await make();
      let [longest, stop] = [0, false];
      const pulse = (async () => {
        while (!stop) {
          const asked = performance.now();
          await link.call('host/heartbeat', {});
          longest = Math.max(longest, performance.now() - asked);
        }
      })();
      await link.call('session/prompt', { sessionId: follower.sessionId, parts: [part(paste)] });
      await beside.prompt('/help');
      await beside.ended(0);
      await follower.ended(0);
      stop = true;
      await pulse;
      process.stdout.write(`      (the longest answer to a heartbeat took ${longest.toFixed(0)} ms)\n`);
      const stored = follower.state.turns[0]?.prompt[0];
      assert.ok(stored?.type === 'attachment' && stored.content.blob !== undefined);
      assert.equal((await blob(follower.sessionId, stored.content.blob)).toString(), paste);
      assert.ok(journalBytes(follower.sessionId) < 200 * 1024);
      await link.call('session/retry', { sessionId: follower.sessionId });
      assert.equal((await follower.ended(1)).reason, 'finished');
      assert.equal(readdirSync(rig.sessionPath(follower.sessionId, 'blobs')).length, 1);
    });
  }

  it('of one line of 2 MB from an agent arrives whole', async () => {
    const follower = await make('huge-line');
    await follower.prompt('go');
    await follower.ended(0, 25_000);
    assert.equal(follower.text.length, 2 * megabyte + ' and more'.length);
  });

  it('is refused when it is an image over 20 MB, and nothing is sent', async () => {
    const follower = await make();
    const image = { type: 'image', mimeType: 'image/png', name: 'big.png', data: Buffer.alloc(21 * megabyte).toString('base64') } as const;
    await assert.rejects(link.call('session/prompt', { sessionId: follower.sessionId, parts: [image] }), /larger than 20 MB/);
    assert.equal(follower.state.queue.length, 0);
    assert.equal(follower.state.turnCount, 0);
    await until(() => !existsSync(rig.sessionPath(follower.sessionId, 'blobs')));
  });
});

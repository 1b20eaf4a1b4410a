import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import type { PromptPartInput } from '../../src/model/content.ts';
import { compact } from '../../src/model/compact.ts';
import { reduce } from '../../src/model/reduce.ts';
import { emptySession } from '../../src/model/session.ts';
import type { SessionEvent } from '../../src/model/events.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../support/hostRig.ts';
import { created, eventsOf } from '../support/events.ts';
import { journalEvents } from '../support/journalEvents.ts';

const picture = Buffer.from('a picture of a login form');
const long = 'a line of a long log\n'.repeat(10_000);
const parts: readonly PromptPartInput[] = [
  { type: 'file', path: '/home/ada/shop/a.ts', name: 'a.ts', range: { start: 2, end: 4 } },
  { type: 'image', mimeType: 'image/png', name: 'form.png', data: picture.toString('base64') },
  { type: 'attachment', name: 'Pasted text', text: long },
  { type: 'attachment', name: 'Short text', text: 'short' },
];

describe('R1.3 R1.5 What goes with a draft', function () {
  this.timeout(60_000);
  let rig: HostRig;
  before(() => {
    rig = new HostRig({ graceMs: 5000 });
  });
  after(() => rig.close());

  it('is kept as blobs and small parts, survives kill -9 of the host, is sent by its ids, and is gone when it was taken out', async () => {
    const plan = {
      initialize: { agentCapabilities: { promptCapabilities: { image: true, embeddedContext: true } } },
      turns: [[{ say: 'seen' }]],
    };
    const settings = settingsWith({ ...testAgent('scripted', { LOOM_SCRIPT: JSON.stringify(plan) }), id: 'looks' });
    const link = await rig.attached({ settings });
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'looks' });
    const { id: sessionId } = session;
    const follower = (await Follower.of(link, sessionId)).keepUp();
    await link.call('session/view', { sessionId, draft: 'look at @a.ts' });
    const { parts: kept } = await link.call('session/draft', { sessionId, parts: [...parts] });
    assert.deepEqual(
      kept.map(({ type }) => type),
      ['file', 'image', 'attachment', 'attachment'],
    );
    assert.equal(readdirSync(rig.sessionPath(sessionId, 'blobs')).length, 2);
    // What the agent says of itself meanwhile does not count.
    const isOurs = ({ fact }: SessionEvent): boolean => fact.type !== 'agent.changed' && fact.type !== 'controls.changed';
    const size = (): number => JSON.stringify(journalEvents(rig.sessionPath(sessionId)).filter(isOurs)).length;
    assert.ok(size() < 20_000, 'nothing large stands in the journal');

    // Only what is new is written: the words alone, and the same parts by their ids, add next to nothing.
    const before = size();
    const { parts: same } = await link.call('session/draft', { sessionId, parts: kept.map((part) => ({ type: 'stored', part })) });
    assert.deepEqual(same, kept);
    assert.equal(size(), before);

    const { pid } = rig.endpoint();
    rig.kill();
    await until(() => link.state.state === 'connected' && link.host?.pid !== pid);
    const again = await Follower.of(link, sessionId);
    assert.equal(again.state.draft, 'look at @a.ts');
    assert.deepEqual(again.state.draftParts, kept);
    for (const [part, bytes] of [
      [again.state.draftParts[1], picture],
      [again.state.draftParts[2], Buffer.from(long)],
    ] as const) {
      const blob = part?.type === 'image' ? part.blob : part?.type === 'attachment' ? part.content.blob : undefined;
      const { data } = await link.call('session/blob', { sessionId, blob: blob ?? '' });
      assert.deepEqual(Buffer.from(data, 'base64'), bytes);
    }

    await link.call('session/prompt', { sessionId, parts: kept.map((part) => ({ type: 'stored', part })) });
    assert.equal((await follower.ended(0)).reason, 'finished');
    assert.deepEqual(follower.lastTurn?.prompt, kept);
    await link.call('session/draft', { sessionId, parts: [] });
    assert.equal((await Follower.of(link, sessionId)).state.draftParts, undefined);
    const { markdown } = await link.call('session/transcript', { sessionId });
    assert.match(markdown, /form\.png/);
    await link.call('session/delete', { sessionId });
    assert.equal(existsSync(rig.sessionPath(sessionId)), false);
  });

  it('stays when the journal is compacted, however often the words change after it', () => {
    const events = eventsOf(
      created,
      { type: 'session.viewed', draftParts: [{ type: 'file', path: '/home/ada/shop/b.ts', name: 'b.ts' }] },
      { type: 'session.viewed', draft: 'o' },
      { type: 'session.viewed', draftParts: [{ type: 'file', path: '/home/ada/shop/a.ts', name: 'a.ts' }] },
      { type: 'session.viewed', draft: 'on' },
      { type: 'session.viewed', read: true },
      { type: 'session.viewed', draft: 'one' },
    );
    const short = compact(events);
    assert.deepEqual(short.reduce(reduce, emptySession), events.reduce(reduce, emptySession));
    assert.equal(short.length, 4);
    assert.equal(short.reduce(reduce, emptySession).draftParts?.[0]?.type, 'file');
  });
});

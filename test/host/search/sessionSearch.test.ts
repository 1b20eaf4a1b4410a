import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { silentLog } from '../../../src/base/log.ts';
import type { JournalFiles } from '../../../src/host/journal/files.ts';
import { diskFiles } from '../../../src/host/journal/files.ts';
import { encodeRecord } from '../../../src/host/journal/frame.ts';
import { journalParts } from '../../../src/host/search/journalParts.ts';
import { SessionSearch } from '../../../src/host/search/sessionSearch.ts';
import type { SessionSearchOptions } from '../../../src/host/search/sessionSearch.ts';
import type { ResultOf } from '../../../src/protocol/contract.ts';
import type { HostRequests } from '../../../src/protocol/host.ts';
import { storeSessions } from '../../bench/conversations.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, settingsWith, testAgent, until } from '../../support/hostRig.ts';

type Answer = ResultOf<HostRequests['sessions/find']>;

describe('R2.4 R1.4 Finding words in all sessions of a host', function () {
  this.timeout(60_000);
  let rig: HostRig;
  beforeEach(() => {
    rig = new HostRig();
  });
  afterEach(() => rig.close());

  /** A client of a host that has read all of its sessions. */
  const attached = async (count: number): Promise<HostLink> => {
    const link = await rig.attached();
    await until(async () => (await link.call('sessions/list', {})).total === count);
    return link;
  };
  const titles = (answer: Answer): readonly string[] => answer.found.map(({ session }) => session.title);

  it('gives the newest session first, with the turn, the entry and the words in their surroundings', async () => {
    const ids = await storeSessions(
      rig.location,
      ['older', 'newer', 'other'].map((title) => ({ title, messages: 4 })),
    );
    const link = await attached(3);
    const answer = await link.call('sessions/find', { query: 'End of Answer 1 in' });
    assert.deepEqual(titles(answer), ['other', 'newer', 'older']);
    assert.deepEqual(
      answer.found.map(({ session }) => session.id),
      ids.toReversed(),
    );
    const [match] = answer.found[1]?.matches ?? [];
    assert.ok(match);
    assert.equal(match.turn, 1);
    assert.equal(match.entryId, 't1-1');
    assert.equal(match.excerpt.slice(match.start, match.end), 'End of answer 1 in');
    assert.deepEqual(
      { searched: answer.searched, total: answer.total, unread: answer.unread, next: answer.next },
      { searched: 3, total: 3, unread: 0, next: undefined },
    );
    assert.deepEqual(titles(await link.call('sessions/find', { query: 'nobody said this' })), []);
    assert.deepEqual(titles(await link.call('sessions/find', { query: 'in newer.' })), ['newer']);
  });

  it('gives the latest matches of a session first, and says how many there are', async () => {
    await storeSessions(rig.location, [{ title: 'long', messages: 20 }]);
    const link = await attached(1);
    const { found } = await link.call('sessions/find', { query: 'case', matches: 2 });
    assert.deepEqual(
      found[0]?.matches.map(({ turn }) => turn),
      [9, 8],
    );
    assert.equal(found[0].total, 10);
  });

  it('answers in slices, goes on where it was, and gives each session once', async () => {
    await storeSessions(
      rig.location,
      Array.from({ length: 100 }, (_, index) => ({ title: `s${String(index)}`, messages: 2 })),
    );
    const link = await attached(100);
    const seen: string[] = [];
    let next: string | undefined;
    let slices = 0;
    do {
      const answer: Answer = await link.call('sessions/find', { query: 'defaults', limit: 7, ...(next === undefined ? {} : { next }) });
      assert.ok(answer.found.length <= 7);
      seen.push(...titles(answer));
      next = answer.next;
      slices++;
    } while (next !== undefined);
    assert.deepEqual(
      seen,
      Array.from({ length: 100 }, (_, index) => `s${String(99 - index)}`),
    );
    assert.ok(slices >= 14, `only ${String(slices)} slices`);
  });

  it('a new search of the same client ends the one before, and none of another client', async () => {
    await storeSessions(
      rig.location,
      Array.from({ length: 20 }, (_, index) => ({ title: `s${String(index)}`, messages: 2 })),
    );
    const [one, other] = [await attached(20), await rig.attached()];
    const first = await one.call('sessions/find', { query: 'defaults', limit: 1 });
    const theirs = await other.call('sessions/find', { query: 'defaults', limit: 1 });
    await one.call('sessions/find', { query: 'config', limit: 1 });
    await assert.rejects(one.call('sessions/find', { query: 'defaults', limit: 1, next: first.next ?? '' }), { code: 'cancelled' });
    assert.deepEqual(titles(await other.call('sessions/find', { query: 'defaults', limit: 1, next: theirs.next ?? '' })), ['s18']);
  });

  it('finds what is being said at this moment, and a turn that was cut off', async () => {
    const link = await rig.attached({ settings: settingsWith(testAgent('never-ends')) });
    const { session } = await link.call('session/create', { folder: rig.folder, agent: 'never-ends' });
    const follower = await Follower.of(link, session.id);
    await follower.prompt('Where is the marmalade?');
    await follower.until(({ turns }) => turns.length === 1);
    assert.equal((await link.call('sessions/find', { query: 'MARMALADE' })).found[0]?.matches[0]?.entry, -1);
    rig.kill();
    await until(() => link.state.state === 'connected' && link.host?.epoch === 2);
    assert.equal((await link.call('sessions/find', { query: 'marmalade' })).found[0]?.session.id, session.id);
  });

  it('journals are the truth: it finds what the catalogue does not know, also beside damage', async () => {
    const [id = ''] = await storeSessions(rig.location, [{ title: 'lost', messages: 6 }]);
    const [segment = ''] = readdirSync(rig.sessionPath(id)).filter((name) => name.endsWith('.jsonl'));
    appendFileSync(rig.sessionPath(id, segment), 'garbage without an end');
    const search = new SessionSearch({
      sessionsFolder: join(rig.location.dataFolder, 'sessions'),
      index: { list: () => [] },
      loaded: () => undefined,
      files: diskFiles,
      log: silentLog,
      clock: () => performance.now(),
    });
    const answer = await search.find({}, { query: 'answer 2 in lost' });
    assert.deepEqual(titles(answer), ['lost']);
    assert.equal(answer.found[0]?.session.turns, 3);
  });
});

describe('R1.13 A search over many sessions', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'loom-search-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const searchOver = (files: JournalFiles, more: Partial<SessionSearchOptions> = {}): SessionSearch =>
    new SessionSearch({
      sessionsFolder: join(folder, 'sessions'),
      index: { list: () => [] },
      loaded: () => undefined,
      files,
      log: silentLog,
      clock: () => 0,
      ...more,
    });
  const store = (count: number): Promise<string[]> =>
    storeSessions(
      { kind: 'plain', folder, dataFolder: folder },
      Array.from({ length: count }, (_, index) => ({ title: `s${String(index)}`, messages: 2 })),
    );

  it('has only a few journals in memory at any moment, and stops when its slice of time is over', async () => {
    await store(200);
    let open = 0;
    let most = 0;
    let reads = 0;
    const counting: JournalFiles = {
      ...diskFiles,
      read: async (file, range) => {
        most = Math.max(most, ++open);
        reads++;
        const bytes = await diskFiles.read(file, range);
        open--;
        return bytes;
      },
    };
    let time = 0;
    const client = {};
    const search = searchOver(counting, { clock: () => (time += 150) });
    const answer = await search.find(client, { query: 'nowhere' });
    assert.ok(most <= 16, `${String(most)} at once`);
    assert.ok(answer.searched < 200 && answer.next !== undefined);
    assert.equal(reads, answer.searched);
    const before = reads;
    // Nobody asks on, so nobody works on.
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(reads, before);
  });

  it('a search that is replaced while it reads ends with "cancelled" at once', async () => {
    await store(60);
    const { promise: held, resolve: letGo } = Promise.withResolvers<undefined>();
    const { promise: reading, resolve: reads } = Promise.withResolvers<undefined>();
    const slow: JournalFiles = {
      ...diskFiles,
      read: async (file, range) => {
        reads(undefined);
        await held;
        return diskFiles.read(file, range);
      },
    };
    const client = {};
    const search = searchOver(slow);
    const first = search.find(client, { query: 'defaults' });
    await reading;
    const second = search.find(client, { query: 'config' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    letGo(undefined);
    await assert.rejects(first, { code: 'cancelled' });
    assert.equal((await second).found.length, 50);
  });

  it('one session that cannot be read is counted, and all others are found', async () => {
    const ids = await store(3);
    const broken: JournalFiles = {
      ...diskFiles,
      read: (file, range) => (file.includes(ids[1] ?? '') ? Promise.reject(new Error('EIO')) : diskFiles.read(file, range)),
    };
    const answer = await searchOver(broken).find({}, { query: 'defaults' });
    assert.equal(answer.unread, 1);
    assert.equal(answer.found.length, 2);
  });

  it('a segment of any length comes in stretches of whole lines', async () => {
    const records = Array.from({ length: 300 }, (_, index) => encodeRecord({ index, text: 'x'.repeat(index === 150 ? 3_000_000 : 9000) }));
    writeFileSync(join(folder, '1-1.jsonl'), Buffer.concat(records));
    const parts: Buffer[] = [];
    for await (const part of journalParts(diskFiles, folder)) parts.push(part);
    assert.deepEqual(Buffer.concat(parts), Buffer.concat(records));
    assert.ok(parts.length > 4);
    assert.ok(parts.every((part) => part.at(-1) === 0x0a));
    assert.ok(parts.every((part) => part.length < 4_000_000));
  });
});

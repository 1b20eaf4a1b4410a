import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostLink } from '../../../src/client/hostLink.ts';
import { deletedPrefix } from '../../../src/host/live/liveSessions.ts';
import { storeSessions } from '../../bench/conversations.ts';
import { Follower } from '../../support/follower.ts';
import { HostRig, until } from '../../support/hostRig.ts';

/** Where a SQLite file keeps the version of its tables, as a number of four bytes. */
const userVersionAt = 60;

function writtenByNewerVersion(file: string): void {
  const bytes = readFileSync(file);
  assert.notEqual(bytes.readUInt32BE(userVersionAt), 99);
  bytes.writeUInt32BE(99, userVersionAt);
  writeFileSync(file, bytes);
}

describe('R1.3 R1.5 A host that starts over what another one has left', function () {
  this.timeout(60_000);
  let rig: HostRig;
  let ids: string[];
  before(async () => {
    rig = new HostRig();
    const link = await rig.attached();
    ids = [];
    for (const title of ['First', 'Second', 'Third']) {
      const { session } = await link.call('session/create', { folder: rig.folder, title, prompt: [{ type: 'text', text: '/help' }] });
      await (await Follower.of(link, session.id)).ended(0);
      ids.push(session.id);
    }
    await stop(link);
  });
  after(() => rig.close());

  const stop = async (link: HostLink): Promise<void> => {
    link.dispose();
    rig.kill('SIGTERM');
    await until(() => rig.processes().length === 0);
  };
  const titles = async (link: HostLink): Promise<readonly string[]> =>
    (await link.call('sessions/list', { includeArchived: true })).sessions.map(({ title }) => title).sort();
  const segment = (id: string): string => {
    const [name] = readdirSync(rig.sessionPath(id)).filter((each) => each.endsWith('.jsonl'));
    return rig.sessionPath(id, name ?? '');
  };
  const noticesOf = (link: HostLink): string[] => {
    const notices: string[] = [];
    link.on('host/notice', ({ text }) => notices.push(text));
    return notices;
  };

  for (const [what, damage] of [
    ['a catalogue that was deleted', (file: string) => rmSync(file, { force: true })],
    ['a damaged catalogue', (file: string) => writeFileSync(file, Buffer.alloc(5000, 7))],
    ['an empty catalogue', (file: string) => writeFileSync(file, '')],
    ['a catalogue from a newer version', writtenByNewerVersion],
  ] as const) {
    it(`${what}: every session is there, and a new one is made`, async () => {
      damage(join(rig.location.dataFolder, 'catalogue.db'));
      const link = await rig.attached();
      await until(async () => (await titles(link)).length === 3);
      assert.deepEqual(await titles(link), ['First', 'Second', 'Third']);
      const { checkpoint } = await link.call('session/follow', { sessionId: ids[0] ?? '' });
      assert.equal(checkpoint?.turns[0]?.reason, 'finished');
      await stop(link);
      assert.ok(existsSync(join(rig.location.dataFolder, 'catalogue.db')));
    });
  }

  it('keeps the catalogue of a newer version beside its own, for when that version comes back', () => {
    const [kept = ''] = readdirSync(rig.location.dataFolder).filter((name) => name.startsWith('catalogue.db.newer'));
    assert.equal(readFileSync(join(rig.location.dataFolder, kept)).readUInt32BE(userVersionAt), 99);
  });

  it('tells who has read the list while the catalogue was made again of what was not in it yet', async () => {
    // So many that a client has asked for the list before the last of them was read.
    await storeSessions(
      rig.location,
      Array.from({ length: 200 }, (_, index) => ({ title: `Stored ${String(index)}`, messages: 4 })),
    );
    rmSync(join(rig.location.dataFolder, 'catalogue.db'), { force: true });
    const link = rig.link();
    const known = new Set<string>();
    link.on('sessions/changed', ({ changed }) => {
      for (const { id } of changed) known.add(id);
    });
    await link.attach('start');
    for (const { id } of (await link.call('sessions/list', { includeArchived: true })).sessions) known.add(id);
    await until(() => known.size === 203);
    const stored = (await link.call('sessions/list', { includeArchived: true })).sessions.filter(({ title }) => title.startsWith('Stored'));
    for (const { id } of stored) await link.call('session/delete', { sessionId: id });
    await stop(link);
  });

  it('has a session at once by its id, even before the catalogue was made again', async () => {
    rmSync(join(rig.location.dataFolder, 'catalogue.db'), { force: true });
    const link = await rig.attached();
    const { checkpoint } = await link.call('session/follow', { sessionId: ids[2] ?? '' });
    assert.equal(checkpoint?.title, 'Third');
    await stop(link);
  });

  it('a journal with a damaged line: only that record is left out, which is said once, and its bytes are kept', async () => {
    const file = segment(ids[1] ?? '');
    const bytes = readFileSync(file);
    const place = bytes.indexOf('not a language model') === -1 ? bytes.indexOf('no language model') : bytes.indexOf('not a language model');
    assert.ok(place > 0);
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    rmSync(join(rig.location.dataFolder, 'catalogue.db'), { force: true });
    const link = rig.link();
    const notices = noticesOf(link);
    await link.attach('start');
    await link.call('sessions/list', {});
    await until(() => notices.length > 0);
    assert.match(notices.join(), /One record of the session "Second" could not be read/);
    const { checkpoint } = await link.call('session/follow', { sessionId: ids[1] ?? '' });
    assert.equal(checkpoint?.title, 'Second');
    assert.equal(checkpoint.turns[0]?.reason, 'finished');
    assert.ok(readdirSync(join(rig.location.dataFolder, 'quarantine')).length > 0);
    await stop(link);

    const again = rig.link();
    const later = noticesOf(again);
    await again.attach('start');
    await again.call('session/follow', { sessionId: ids[1] ?? '' });
    await again.call('sessions/list', {});
    assert.deepEqual(later, []);
    await stop(again);
  });

  it('gives a session a name again when the record that made it is damaged', async () => {
    const file = segment(ids[1] ?? '');
    const bytes = readFileSync(file);
    const place = bytes.indexOf('session.created');
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    const renamed = bytes.indexOf('session.renamed');
    bytes[renamed] = (bytes[renamed] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    rmSync(join(rig.location.dataFolder, 'catalogue.db'), { force: true });
    const link = await rig.attached();
    await until(async () => (await titles(link)).length === 3);
    assert.deepEqual(await titles(link), ['First', 'Recovered session', 'Third']);
    const follower = await Follower.of(link, ids[1] ?? '');
    assert.equal(follower.state.turns[0]?.reason, 'finished');
    await follower.prompt('/help');
    assert.equal((await follower.ended(1)).reason, 'finished');
    await stop(link);
  });

  it('finishes a deletion that was cut off, and is not disturbed by folders that are no sessions', async () => {
    const grave = rig.sessionPath(`${deletedPrefix}gone`);
    mkdirSync(join(grave, 'blobs'), { recursive: true });
    writeFileSync(join(grave, '1-1.jsonl'), 'x');
    mkdirSync(rig.sessionPath('half-deleted', 'blobs'), { recursive: true });
    mkdirSync(rig.sessionPath('not an id'));
    writeFileSync(rig.sessionPath('a-file'), 'x');
    const link = await rig.attached();
    await until(() => !existsSync(grave));
    await until(async () => (await titles(link)).length === 3);
    assert.ok(existsSync(rig.sessionPath('half-deleted')));
    await stop(link);
  });

  it('forgets a session whose folder is gone', async () => {
    rmSync(rig.sessionPath(ids[0] ?? ''), { recursive: true });
    const link = await rig.attached();
    await until(async () => (await titles(link)).length === 2);
    await assert.rejects(link.call('session/follow', { sessionId: ids[0] ?? '' }), /There is no session/);
    await stop(link);
  });
});

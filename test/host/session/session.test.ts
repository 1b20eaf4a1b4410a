import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { diskFiles } from '../../../src/host/journal/files.ts';
import type { JournalFiles } from '../../../src/host/journal/files.ts';
import { Session } from '../../../src/host/session/session.ts';
import type { SessionEvent } from '../../../src/model/events.ts';
import { created, prompt, said } from '../../support/events.ts';
import { FaultyFiles } from '../../support/faultyFiles.ts';

const code = (wanted: string) => (error: unknown) => error instanceof Error && 'code' in error && error.code === wanted;

describe('R1.3 A session and its journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'loom-session-'));
    mkdirSync(join(folder, 'sessions'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = async (epoch = 1, files: JournalFiles = diskFiles): Promise<Session> => {
    const { session } = await Session.open('s1', {
      folder: join(folder, 'sessions', 's1'),
      epoch,
      files,
      quarantineFolder: join(folder, 'quarantine'),
      now: () => new Date(1_700_000_000_000).toISOString(),
      log: silentLog,
    });
    return session;
  };
  const textOf = ({ state }: Session): string =>
    state.turns
      .flatMap((turn) => turn.entries)
      .map((entry) => ('text' in entry ? entry.text : ''))
      .join('');

  it('adds up to the same state when it is opened again, in a later epoch', async () => {
    const first = await open();
    first.record(created, prompt('t0'));
    for (const word of ['one ', 'two ', 'three']) first.stream(said('t0', 't0-1', word));
    await first.close();
    const second = await open(2);
    assert.deepEqual(second.state, first.state);
    assert.equal(textOf(second), 'one two three');
    second.record(said('t0', 't0-1', '!'));
    assert.deepEqual(second.state.position, { epoch: 2, seq: first.state.position.seq + 1 });
    await second.close();
  });

  it('shows what streams in order with what is recorded, merged within a frame', async () => {
    const session = await open();
    const shown: SessionEvent[] = [];
    session.onRecorded((events) => shown.push(...events));
    session.record(created, prompt('t0'));
    for (let index = 0; index < 100; index++) session.stream(said('t0', 't0-1', `${index} `));
    session.record({ type: 'session.renamed', title: 'Between', by: 'person' });
    session.stream(said('t0', 't0-1', 'after'));
    session.flush();
    assert.deepEqual(
      shown.map(({ fact }) => fact.type),
      ['session.created', 'turn.started', 'text.added', 'session.renamed', 'text.added'],
    );
    await session.close();
  });

  it('gives a follower what it missed, or a state to begin with where it no longer knows', async () => {
    const session = await open();
    session.record(created, prompt('t0'));
    const { position } = session.state;
    session.record(said('t0', 't0-1', 'a'));
    session.record(said('t0', 't0-1', 'b'));
    assert.deepEqual(
      session.since(position).events.map(({ seq }) => seq),
      [3, 4],
    );
    assert.equal(session.since(position).checkpoint, undefined);
    assert.deepEqual(session.since(session.state.position), { events: [] });
    assert.deepEqual(session.since(undefined), { checkpoint: session.state, events: [] });
    assert.ok(session.since({ epoch: 1, seq: 99 }).checkpoint);
    assert.ok(session.since({ epoch: 0, seq: 1 }).events.length === 4 || session.since({ epoch: 0, seq: 1 }).checkpoint);
    for (let index = 0; index < 5000; index++) session.record(said('t0', 't0-1', '.'));
    assert.ok(session.since(position).checkpoint);
    const near = { epoch: 1, seq: session.state.position.seq - 100 };
    assert.equal(session.since(near).events.length, 100);
    await session.close();
  });

  it('keeps all in order while the disk takes nothing, lets the agent wait when it is much, and writes it when the disk is back', async () => {
    const files = new FaultyFiles(diskFiles, { at: 3, effect: 'error', code: 'ENOSPC', lasting: true, only: new Set(['write']) });
    const session = await open(1, files);
    const troubles: string[] = [];
    session.onTrouble(({ kind }) => troubles.push(kind));
    session.record(created, prompt('t0'));
    await session.barrier();
    assert.equal(session.untilRoom(), undefined);
    const megabyte = 'x'.repeat(1024 * 1024);
    let words = 0;
    while (session.untilRoom() === undefined) session.record(said('t0', 't0-1', `${++words}:${megabyte}`));
    assert.deepEqual(troubles, ['full']);
    assert.equal(session.trouble?.kind, 'full');
    await assert.rejects(session.barrier(), code('storage'));
    const shown = textOf(session);
    assert.ok(shown.includes(`${words}:x`));
    const room = session.untilRoom();
    files.heal();
    await room;
    assert.equal(session.trouble, undefined);
    await session.close();
    assert.ok(files.happened);
    const again = await open(2);
    assert.equal(textOf(again), shown);
    await again.close();
  });

  it('refuses what it cannot keep, holds back what streams, and has all of that later', async () => {
    const files = new FaultyFiles(diskFiles, { at: 2, effect: 'error', code: 'ENOSPC', lasting: true, only: new Set(['write']) });
    const session = await open(1, files);
    session.record(created, prompt('t0'));
    const much = 'x'.repeat(30 * 1024 * 1024);
    session.record(said('t0', 't0-1', much));
    session.record(said('t0', 't0-1', much));
    assert.throws(() => session.record(said('t0', 't0-1', much)), code('storage'));
    const before = session.state;
    session.stream(said('t0', 't0-2', 'small '));
    session.stream(said('t0', 't0-3', much));
    session.flush();
    assert.equal(session.state, before);
    files.heal();
    await session.barrier().catch(() => undefined);
    await session.barrier();
    assert.equal(textOf(session).length, 3 * much.length + 'small '.length);
    await session.close();
  });

  it('lets nobody wait for room when it is closed', async () => {
    const files = new FaultyFiles(diskFiles, { at: 2, effect: 'error', code: 'EIO', lasting: true, only: new Set(['write']) });
    const session = await open(1, files);
    session.record(created, prompt('t0'));
    session.record(said('t0', 't0-1', 'x'.repeat(9 * 1024 * 1024)));
    const room = session.untilRoom();
    assert.ok(room);
    await assert.rejects(session.close(), code('storage'));
    await room;
  });
});

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeRecord } from '../../src/host/journal/frame.ts';
import type { Fact, SessionEvent } from '../../src/model/events.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, until } from '../support/hostRig.ts';
import { journalEvents } from '../support/journalEvents.ts';

const count = 10_000;
/** So many files in memory where the system has a place for that: making and deleting them is not what is tested. */
const inside = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** What a disk can do to a journal of seven records, and how many of them are left. */
const damages: readonly { readonly what: string; readonly left: number; readonly damage: (records: readonly Buffer[]) => Buffer }[] = [
  { what: 'a flipped bit', left: 6, damage: (records) => flipped(Buffer.concat(records), records.slice(0, 3).join('').length + 60) },
  { what: 'a torn end', left: 6, damage: (records) => Buffer.concat(records).subarray(0, -10) },
  { what: 'a line of garbage', left: 7, damage: ([first, ...rest]) => Buffer.concat([first ?? empty, Buffer.from('garbage\n'), ...rest]) },
  { what: 'a hole of zeros', left: 6, damage: (records) => zeroed(records, 4) },
  { what: 'no beginning', left: 6, damage: (records) => zeroed(records, 0) },
];
const empty = Buffer.alloc(0);

function flipped(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

function zeroed(records: readonly Buffer[], which: number): Buffer {
  return Buffer.concat(records.map((record, index) => (index === which ? Buffer.alloc(record.length) : record)));
}

/** The records of a session with two turns, as an earlier host wrote them. */
function recordsOf(id: string, folder: string): Buffer[] {
  const title = `Stored ${id}`;
  const facts: Fact[] = [{ type: 'session.created', id, title, agent: 'built-in', folder, cwd: folder }];
  facts.push({ type: 'session.renamed', title, by: 'person' });
  for (const turn of ['t0e3', 't1e3']) {
    facts.push({ type: 'turn.started', turn, prompt: [{ type: 'text', text: `Question of ${turn}` }] });
    facts.push({ type: 'turn.ended', turn, reason: 'finished' });
  }
  facts.push({ type: 'session.viewed', read: true });
  const at = '2026-10-02T10:00:00.000Z';
  return facts.map((fact, index): SessionEvent => ({ epoch: 3, seq: index + 1, at, fact })).map(encodeRecord);
}

describe('R1.3 R1.5 R4.1 10,000 stored sessions, 20 of them damaged', function () {
  this.timeout(120_000);

  it('are all listed, the damaged ones marked; these open as far as their records go, and nothing is deleted', async () => {
    const rig = new HostRig({ graceMs: 60_000, environment: { SESSION_LOOM_QUIET_MS: '600000' }, inside });
    try {
      const damaged = new Map<string, (typeof damages)[number]>();
      const written = new Map<string, Buffer>();
      mkdirSync(rig.sessionPath('.'), { recursive: true });
      for (let index = 0; index < count; index++) {
        const id = `s${String(index).padStart(5, '0')}`;
        const kind = index % 500 === 77 ? damages[damaged.size % damages.length] : undefined;
        const records = recordsOf(id, rig.folder);
        const bytes = kind === undefined ? Buffer.concat(records) : kind.damage(records);
        if (kind !== undefined) damaged.set(id, kind);
        mkdirSync(rig.sessionPath(id));
        writeFileSync(rig.sessionPath(id, '3-1.jsonl'), bytes);
        if (kind !== undefined || index % 500 === 78) written.set(id, bytes);
      }
      assert.equal(damaged.size, 20);

      const began = performance.now();
      const notices: string[] = [];
      const link = rig.link();
      link.on('host/notice', ({ text }) => notices.push(text));
      await link.attach('start');
      await until(async () => (await link.call('sessions/list', { limit: 1, includeArchived: true })).total === count, 60_000);
      const { sessions } = await link.call('sessions/list', { includeArchived: true });
      process.stdout.write(`      (all were listed after ${((performance.now() - began) / 1000).toFixed(1)} s)\n`);
      assert.equal(new Set(sessions.map(({ id }) => id)).size, count);
      const marked = sessions.filter(({ flaws }) => flaws !== undefined);
      assert.deepEqual(marked.map(({ id }) => id).sort(), [...damaged.keys()]);
      assert.ok(marked.every(({ flaws }) => flaws?.damaged === 1));

      for (const [id, { what, left }] of damaged) {
        const { state } = await Follower.of(link, id);
        assert.equal(journalEvents(rig.sessionPath(id)).filter(({ epoch }) => epoch === 3).length, left, what);
        assert.ok(state.turns.length >= 1, `${what}: the turns that can be read are there.`);
        assert.equal(state.title, `Stored ${id}`, what);
      }
      await until(() => notices.length > 0);
      assert.match(notices.join('\n'), /^In 20 sessions something could not be read: "Stored s\d+", .* and 17 more\. [^\n]*$/);
      assert.equal(readdirSync(rig.sessionPath('.')).length, count);
      for (const [id, bytes] of written) assert.ok(readFileSync(rig.sessionPath(id, '3-1.jsonl')).equals(bytes), id);
      assert.equal(readdirSync(join(rig.location.dataFolder, 'quarantine')).length, 20);
    } finally {
      await rig.close();
    }
  });
});

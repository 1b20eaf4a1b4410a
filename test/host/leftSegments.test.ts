import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdirSync, statSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimEpoch, isEpochOver } from '../../src/host/stored/epochs.ts';
import { SealedStreams, compactWith } from '../../src/model/compact.ts';
import { reduce } from '../../src/model/reduce.ts';
import { emptySession } from '../../src/model/session.ts';
import { created, ended, eventsOf, prompt, said } from '../support/events.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, gone, until } from '../support/hostRig.ts';
import { journalEvents } from '../support/journalEvents.ts';

describe('R1.3 R6.15 What a killed host leaves is shortened by the next one', function () {
  this.timeout(60_000);

  it('streamed pieces of sealed turns go, those of the turn that was cut off stay, and the session is the same', async () => {
    const rig = new HostRig({ graceMs: 20_000, environment: { SESSION_LOOM_QUIET_MS: '200' } });
    try {
      writeFileSync(`${rig.folder}/short.jsonl`, '{"say":"piece {{n}} ","repeat":60,"delay":17}\n');
      writeFileSync(`${rig.folder}/long.jsonl`, '{"say":"word {{n}} ","repeat":4000,"delay":5}\n');
      const link = await rig.attached();
      const { session } = await link.call('session/create', { folder: rig.folder });
      const follower = (await Follower.of(link, session.id)).keepUp();
      await follower.prompt('/play short.jsonl');
      await follower.ended(0);
      await follower.prompt('/play long.jsonl');
      // A host that is kept from working for a while says several words at once, so words are no measure of records.
      await follower.until(() => follower.events.filter(({ fact }) => fact.type === 'text.added' && fact.text.includes('word')).length > 5);
      // Nobody starts the next host before all was read that this one leaves.
      link.dispose();
      await gone(rig.kill());
      const folder = rig.sessionPath(session.id);
      const [left = ''] = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
      const before = journalEvents(folder);
      const pieces = (turn: string | undefined) => before.filter(({ fact }) => fact.type === 'text.added' && fact.turn === turn);
      const [first, second] = before.flatMap(({ fact }) => (fact.type === 'turn.started' ? [fact.turn] : []));
      assert.ok(pieces(first).length > 3 && pieces(second).length > 3, 'The fault did not happen: nothing was streamed.');

      const size = statSync(join(folder, left)).size;
      const again = await rig.attached();
      const reader = (await Follower.of(again, session.id)).keepUp();
      await until(() => statSync(join(folder, left)).size < size);
      await reader.ended(1);
      const after = journalEvents(folder);
      const kept = after.filter(({ fact }) => fact.type === 'text.added').map(({ fact }) => 'turn' in fact && fact.turn);
      assert.deepEqual(new Set(kept), new Set([second]));
      assert.equal(kept.length, pieces(second).length);
      assert.deepEqual(after.reduce(reduce, emptySession), reader.state);
      again.dispose();
      rig.kill('SIGTERM');
      await until(() => rig.processes().length === 0);

      // The catalogue knows the new size: the next start has nothing to read.
      const next = await rig.attached();
      await until(() => rig.log().filter(({ msg }) => msg === 'All that is stored was checked.').length > 1);
      assert.equal((await next.call('host/status', {})).loaded, 0);
      assert.deepEqual((await Follower.of(next, session.id)).state.turns, reader.state.turns);
    } finally {
      await rig.close();
    }
  });

  it('a seal in a later segment counts, one of another host does not', () => {
    const events = eventsOf(created, prompt('t0'), said('t0', 't0-1', 'a'), said('t0', 't0-1', 'b'), ended('t0'));
    const last = events.at(-1);
    assert.ok(last !== undefined);
    const seal = { ...last, seq: last.seq + 1, fact: { type: 'turn.sealed', turn: 't0', entries: [] } } as const;
    const look = (epoch: number) => {
      const streams = new SealedStreams();
      for (const event of events) streams.see('1-1.jsonl', event);
      streams.see(`${String(epoch)}-2.jsonl`, { ...seal, epoch });
      streams.see('1-2.jsonl', 'what is no event');
      return streams.seals.get('1-1.jsonl');
    };
    assert.equal(look(last.epoch + 1), undefined);
    assert.deepEqual(
      compactWith(events, look(last.epoch) ?? []).map(({ fact }) => fact.type),
      ['session.created', 'turn.started', 'turn.ended'],
    );
  });

  it('a host is gone for certain only where its process would be seen', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loom-claims-'));
    try {
      assert.equal(await isEpochOver(folder, await claimEpoch(folder)), false, 'This process runs.');
      const claim = (epoch: number, text: object | string): Promise<boolean> => {
        writeFileSync(join(folder, 'epochs', String(epoch)), typeof text === 'string' ? text : JSON.stringify(text));
        return isEpochOver(folder, epoch);
      };
      // No process has this number: it is above the highest that Linux gives.
      const here = { pid: 2 ** 30, machine: hostname() };
      assert.equal(await claim(10, { ...here, boot: 'an earlier start of this machine' }), true);
      assert.equal(await claim(11, { ...here, machine: 'another' }), false);
      assert.equal(await claim(12, { pid: here.pid }), false);
      assert.equal(await claim(13, '{"pid":'), false);
      assert.equal(await isEpochOver(folder, 14), false, 'Nobody knows who had it.');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

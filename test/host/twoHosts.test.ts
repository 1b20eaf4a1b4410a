import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HostLink } from '../../src/client/hostLink.ts';
import { promptText } from '../../src/model/content.ts';
import { Follower } from '../support/follower.ts';
import { HostRig, until } from '../support/hostRig.ts';
import { journalEvents } from '../support/journalEvents.ts';

const unlocked = join(import.meta.dirname, '../support/unlockedHost.ts');

describe('R1.3 R6.15 Two hosts that serve the same folder, because its lock does nothing', function () {
  this.timeout(60_000);

  it('overwrite nothing of each other: the next host has the turns of both, in one order, and says so once', async () => {
    const one = new HostRig({ host: unlocked });
    const two = new HostRig({ host: unlocked, at: one.location });
    const next = new HostRig({ at: one.location });
    try {
      const notices: string[] = [];
      const atOne = one.link();
      atOne.on('host/notice', ({ text }) => notices.push(text));
      await atOne.attach('start');
      const atTwo = await two.attached();
      assert.notEqual(atOne.host?.pid, atTwo.host?.pid, 'The fault did not happen: one host serves both.');
      const epochs = [epochOf(one), epochOf(two)];
      assert.ok((epochs[0] ?? 0) < (epochs[1] ?? 0));

      const { session } = await atOne.call('session/create', { folder: one.folder, title: 'Shared' });
      const { id } = session;
      const here = await Follower.of(atOne, id);
      await here.prompt('/help from one, first');
      await here.ended(0);
      const there = await Follower.of(atTwo, id);
      assert.deepEqual(there.state.turns, here.state.turns, 'A second host reads what the first has written.');
      // From here on both go on from the same place, at the same time.
      await Promise.all([turns(here, 'one', 1), turns(there, 'two', 2)]);
      await until(() => notices.some((text) => text.startsWith('A second session host')));
      const stored = new Map(journalEvents(one.sessionPath(id)).map((event) => [`${event.epoch}.${event.seq}`, event]));
      for (const event of [...here.events, ...there.events]) assert.deepEqual(stored.get(`${event.epoch}.${event.seq}`), event);
      const numbers = [...stored.values()].map(({ seq }) => seq);
      assert.ok(new Set(numbers).size < numbers.length, 'The fault did not happen: they did not write at the same time.');
      for (const link of [atOne, atTwo]) link.dispose();
      for (const rig of [one, two]) rig.kill('SIGTERM');
      await until(() => one.processes().length + two.processes().length === 0);

      const later: string[] = [];
      const link = next.link();
      link.on('host/notice', ({ text }) => later.push(text));
      await link.attach('start');
      const merged = await Follower.of(link, id);
      assert.deepEqual(merged.state.flaws, { damaged: 0, damagedBlobs: 0, mergedEpochs: epochs });
      assert.deepEqual(
        merged.state.turns.map(({ prompt, reason }) => [promptText(prompt), reason]),
        [...['from one, first', 'one 1', 'two 1', 'two 2'].map((text) => [`/help ${text}`, 'finished'])],
      );
      assert.equal(new Set(merged.entries.map((entry) => entry.id)).size, merged.entries.length);
      assert.equal(new Set(merged.state.turns.map((turn) => turn.id)).size, 4);
      await until(() => later.length > 0);
      assert.match(later.join('\n'), /^Two session hosts wrote at the same time in the session "Shared"\. Nothing was overwritten/);

      // It goes on as any session, and who comes next has nothing to say.
      await merged.prompt('/help after');
      await merged.ended(4);
      await stop(next, link);
      const again = next.link();
      again.on('host/notice', ({ text }) => later.push(text));
      await again.attach('start');
      assert.equal((await Follower.of(again, id)).state.turnCount, 5);
      await again.call('sessions/list', {});
      assert.equal(later.length, 1);
    } finally {
      await Promise.all([one, two, next].map((rig) => rig.close()));
    }
  });
});

async function turns(follower: Follower, who: string, count: number): Promise<void> {
  for (let turn = 1; turn <= count; turn++) {
    await follower.prompt(`/help ${who} ${turn}`);
    await follower.until(({ turns: all }) => all.filter(({ endedAt }) => endedAt !== undefined).length === turn + 1);
  }
}

/** The epoch that the host of a rig writes. */
function epochOf(rig: HostRig): number {
  const { pid } = rig.endpoint();
  const folder = join(rig.location.dataFolder, 'epochs');
  const claims = readdirSync(folder).map((name) => [Number(name), readFileSync(join(folder, name), 'utf8')] as const);
  return claims.find(([, claim]) => (JSON.parse(claim) as { readonly pid: number }).pid === pid)?.[0] ?? 0;
}

async function stop(rig: HostRig, link: HostLink): Promise<void> {
  link.dispose();
  rig.kill('SIGTERM');
  await until(() => rig.processes().length === 0);
}

import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import type { LoopShare } from '../../../src/host/agents/loopShare.ts';
import { LoopShares } from '../../../src/host/agents/loopShare.ts';
import { agentStream } from '../../../src/host/agents/stream.ts';

/** Enough characters for any slice of these tests to have been work. */
const much = 1024 * 1024;

/** Has an agent fill slices of a millisecond for some time, each after the pause before, and gives the milliseconds of work in it. */
function flood(share: LoopShare, from: number, until: number, others: (now: number) => void = () => undefined): number {
  let worked = 0;
  for (let now = from; now < until;) {
    others(now);
    worked += 1;
    now += 1 + share.worked(now, now + 1, much);
  }
  return worked;
}

describe('R5.4 R1.14 The event loop is shared by agents', () => {
  it('leaves all of it to an agent while it is the only one that is heard', () => {
    const shares = new LoopShares();
    shares.join();
    assert.equal(flood(shares.join(), 0, 5000), 5000);
  });

  it('lets an agent that floods have a quarter while another one works, after one burst, and all of it again when that one rests', () => {
    const shares = new LoopShares();
    const [own, other] = [shares.join(), shares.join()];
    const speaks = (now: number): void => void other.worked(now, now + 0.1, 150);
    const beside = flood(own, 0, 10_000, speaks);
    assert.ok(beside > 2400 && beside < 2600, String(beside));
    assert.equal(flood(own, 12_000, 13_000), 1000);
  });

  it('never makes an agent wait that works little, however many others there are and however long the processor was away', () => {
    const shares = new LoopShares();
    const all = Array.from({ length: 12 }, () => shares.join());
    for (let now = 0; now < 5000; now += 10) for (const share of all) assert.equal(share.worked(now, now + 5, 150), 0);
  });

  it('gives what an agent leaves to the others that flood', () => {
    const shares = new LoopShares();
    const [own, other, gone] = [shares.join(), shares.join(), shares.join()];
    gone.worked(0, 0.1, 150);
    gone.leave();
    const beside = flood(own, 0, 10_000, (now) => void other.worked(now, now + 0.1, 150));
    assert.ok(beside > 2400, String(beside));
  });

  it('counts a long line once, and has its agent wait for no longer than a tenth of a second at a time', () => {
    const shares = new LoopShares();
    const [own, other] = [shares.join(), shares.join()];
    other.worked(999, 1000, 150);
    assert.equal(own.worked(1000, 1400, 32 * much), 100);
  });

  it('reads on from an agent that had to wait: nothing of what it said is lost or changes its place', async () => {
    const shares = new LoopShares();
    const other = shares.join();
    const stdout = new PassThrough();
    const heard: number[] = [];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const lines = 20_000;
    const taps = {
      update(params: unknown) {
        other.worked(performance.now(), performance.now(), 150);
        heard.push((params as { n: number }).n);
        if (heard.length === lines) resolve(undefined);
      },
      garbage: () => undefined,
      dropped: () => undefined,
      ready: () => undefined,
    };
    agentStream(stdout, new Writable({ write: (_chunk, _encoding, done) => done() }), taps, shares.join());
    const line = (n: number): string => `${JSON.stringify({ jsonrpc: '2.0', method: 'session/update', params: { n } })}\n`;
    stdout.end(Array.from({ length: lines }, (_, n) => line(n)).join(''));
    await promise;
    assert.ok(heard.every((n, index) => n === index));
  });
});

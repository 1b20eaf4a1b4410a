import assert from 'node:assert/strict';
import { AwakeTime } from '../../../src/host/care/awakeTime.ts';
import type { SeenTurn } from '../../../src/host/care/judgeTurn.ts';
import { judgeTurn } from '../../../src/host/care/judgeTurn.ts';
import { limitIn, problemOfTime, timeIn, timeNames, timeTable } from '../../../src/model/times.ts';

const seconds = 1000;
const silent: SeenTurn = { waitsForPerson: false, isStarting: false, silentMs: 180 * seconds };
const withTool = (forSeconds: number): SeenTurn => ({ ...silent, tool: { id: 't', forMs: forSeconds * seconds } });

describe('R5.3 R6.12 What a turn is doing, as far as time tells', () => {
  const check = (turn: SeenTurn, expected: string, times = {}, ends = false): void =>
    assert.equal(judgeTurn(turn, times, ends).kind, expected);

  it('is nothing to speak of until the agent has been silent for long enough', () => {
    check({ ...silent, silentMs: 179 * seconds }, 'fine');
    check(silent, 'stalled');
    check({ ...silent, silentMs: 20 * seconds }, 'stalled', { stalled: 20 });
    check({ ...silent, silentMs: 1e9 }, 'fine', { stalled: 0 });
  });

  it('is no standstill while a person is asked, the agent starts, or a tool runs, however long', () => {
    const long = { ...silent, silentMs: 1e9 };
    check({ ...long, waitsForPerson: true }, 'fine');
    check({ ...long, waitsForPerson: true, tool: { id: 't', forMs: 1e9 } }, 'fine');
    check({ ...long, isStarting: true }, 'fine');
    check({ ...long, tool: { id: 't', forMs: 299 * seconds } }, 'fine');
  });

  it('is a long command that is warned about, and stopped only where a person has said so', () => {
    check(withTool(300), 'long-command');
    check(withTool(1e6), 'long-command');
    check(withTool(1799), 'long-command', {}, true);
    check(withTool(1800), 'over-command', {}, true);
    check(withTool(1e6), 'fine', { command: 0, commandMost: 0 }, true);
  });
});

describe('R5.3 Time in which the machine is awake', () => {
  it('goes on with the clock, and not over a sleep or a clock that was set', () => {
    let now = 1_000_000;
    const time = new AwakeTime(() => now, 5000);
    const look = (later: number): number => {
      now += later;
      return time.look();
    };
    assert.equal(look(5000), 5000);
    assert.equal(look(8 * 3600 * seconds), 20_000);
    assert.equal(look(-3600 * seconds), 20_000);
    assert.equal(look(5000), 25_000);
    assert.equal(time.passed, 25_000);
  });
});

describe('R5.3 The table of times', () => {
  it('has the defaults that are asked for, each within its own limits', () => {
    const { idle, lifetime, warning, authentication, command, commandMost } = timeTable;
    assert.deepEqual(
      [idle, lifetime, warning, authentication, command, commandMost].map((row) => row.seconds),
      [300, 3600, 30, 30, 300, 1800],
    );
    for (const name of timeNames) assert.equal(problemOfTime(name, timeTable[name].seconds), undefined);
  });

  it('takes 0 for never where that makes sense, and else the default', () => {
    assert.equal(timeIn({ idle: 0 }, 'idle'), undefined);
    assert.equal(timeIn({ idle: 7 }, 'idle'), 7000);
    assert.equal(timeIn(undefined, 'idle'), 300_000);
    assert.equal(limitIn({ open: 0 }, 'open'), 120_000);
    assert.equal(problemOfTime('idle', 5), 'must be a number of seconds from 10 to 86400, or 0 for never');
    assert.equal(problemOfTime('open', 0), 'must be a number of seconds from 5 to 1800');
  });
});

import assert from 'node:assert/strict';
import { instanceRow } from '../../src/extension/picks/instanceRows.ts';
import { statusText } from '../../src/extension/sessions/rowText.ts';
import { english } from '../../src/extension/translate.ts';
import { summary } from './summaries.ts';

const now = Date.parse('2026-11-21T12:00:00.000Z');

describe('R3.7 R5.4 A running agent in the list', () => {
  const health = {
    instance: 'i1',
    agent: 'claude',
    name: 'Claude',
    version: '1.2.3',
    state: 'running' as const,
    pid: 4711,
    cpu: 12.5,
    memoryBytes: 300 * 1024 * 1024,
    processes: 3,
    threads: 21,
    files: 40,
    startedAt: '2026-11-21T11:30:00.000Z',
    restarts: 2,
    sessions: ['s1', 's2'],
    working: 1,
  };
  const row = (more: object): readonly string[] => {
    const { label, description, detail } = instanceRow({ ...health, ...more }, (id) => `Session ${id}`, now, english);
    return [label, description, detail];
  };

  it('says what it carries and what it uses', () => {
    assert.deepEqual(row({}), [
      'Claude 1.2.3',
      'process 4711 · started 30 min · restarted 2 times · 1 working',
      '12.5 % CPU · 300 MB · 3 processes · 21 threads · 40 open files · “Session s1”, “Session s2”',
    ]);
  });

  it('leaves out what the system does not tell', () => {
    const nothing = { version: undefined, pid: undefined, cpu: undefined, memoryBytes: undefined, processes: 1, threads: undefined };
    const more = { ...nothing, files: undefined, restarts: 0, sessions: [], working: 0, state: 'starting', note: 'It ends soon.' };
    assert.deepEqual(row(more), ['Claude', 'starting · started 30 min', '1 process · no session · It ends soon.']);
  });
});

describe('R6.12 The status of a row', () => {
  it('says why, and since or until when', () => {
    const at = '2026-11-21T11:30:00.000Z';
    const time = new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    const text = (some: Parameters<typeof summary>[1]): string => statusText(summary('a', some), english);
    assert.equal(text({ status: 'working', reason: 'Run npm test', since: at }), `Working: Run npm test (since ${time})`);
    assert.equal(
      text({ status: 'rate-limited', reason: 'Too many requests.', until: at }),
      `Rate-limited: Too many requests. (until ${time})`,
    );
    assert.equal(text({ status: 'held', reason: 'Used up.' }), 'On hold: Used up.');
    assert.equal(text({ status: 'stalled' }), 'Stalled');
  });
});

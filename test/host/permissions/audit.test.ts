import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { Audit } from '../../../src/host/permissions/audit.ts';
import type { Fact, SessionEvent } from '../../../src/model/events.ts';
import { reduce } from '../../../src/model/reduce.ts';
import { emptySession } from '../../../src/model/session.ts';
import type { SessionState } from '../../../src/model/session.ts';

describe('R6.8 The record of decisions', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'loom-audit-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A session to which things happen, each of them noted. */
  function noted(audit: Audit): (...facts: readonly Fact[]) => void {
    let state: SessionState = { ...emptySession, id: 's1' };
    let seq = 0;
    return (...facts) => {
      const events = facts.map((fact): SessionEvent => ({
        epoch: 1,
        seq: ++seq,
        at: `2026-11-21T10:00:${String(seq).padStart(2, '0')}.000Z`,
        fact,
      }));
      state = events.reduce(reduce, state);
      audit.note({ id: 's1', state }, events);
    };
  }
  const asks = (entry: string, command: string): Fact => ({
    type: 'entry.added',
    turn: 't1',
    added: {
      id: entry,
      at: '',
      kind: 'permission',
      title: 'Run it?',
      toolKind: 'execute',
      command,
      content: [],
      locations: [{ path: '/w/a' }],
      options: [],
    },
  });
  const started: Fact = { type: 'turn.started', turn: 't1', prompt: [] };
  const lines = (file: string): readonly Record<string, unknown>[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('has a line for what was decided, for what ended without a decision, and for rules; each once', async () => {
    const file = join(folder, 'logs', 'audit.jsonl');
    const audit = new Audit({ file, redact: (texts) => Promise.resolve({ texts }), log: silentLog });
    const record = noted(audit);
    const answer = { outcome: 'chosen', label: 'Yes', role: 'allow-once', by: 'a window', at: '' } as const;
    record(started, asks('e1', 'one'), asks('e2', 'two'));
    record({ type: 'permission.answered', turn: 't1', entry: 'e1', answer });
    record({ type: 'turn.ended', turn: 't1', reason: 'cancelled' });
    record({ type: 'rules.changed', rules: [{ id: 'r', rule: { decision: 'allow', command: 'ls' }, by: 'a window', at: '' }] });
    audit.approval({
      kind: 'mcp',
      subject: '.mcp.json',
      sha256: 'ab'.repeat(32),
      title: '',
      verdict: 'approved',
      by: 'a window',
      at: 'now',
    });
    await audit.close();
    assert.deepEqual(
      lines(file).map(({ type, command, decision, by, rules }) => [type, command ?? rules, decision, by]),
      [
        ['permission', 'one', 'allow-once', 'a window'],
        ['permission', 'two', 'withdrawn', 'host'],
        ['rules', 'allow ls (a window)', undefined, undefined],
        ['approval', undefined, 'approved', 'a window'],
      ],
    );
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('takes secrets out of every field, is put aside when it grows, and a disk that takes nothing stops nobody', async () => {
    const file = join(folder, 'audit.jsonl');
    const redact = (texts: readonly string[]): Promise<{ readonly texts: readonly string[] }> =>
      Promise.resolve({ texts: texts.map((text) => text.replaceAll('hunter2', '[redacted]')) });
    const audit = new Audit({ file, redact, log: silentLog, largest: 300 });
    const record = noted(audit);
    record(started);
    for (let turn = 0; turn < 6; turn++) {
      record(asks(`e${turn}`, 'echo hunter2'));
      record({
        type: 'permission.answered',
        turn: 't1',
        entry: `e${turn}`,
        answer: { outcome: 'chosen', label: 'hunter2', by: 'w', at: '' },
      });
    }
    await audit.close();
    assert.ok(existsSync(`${file}.1`) && statSync(file).size < 900);
    assert.doesNotMatch(readFileSync(file, 'utf8') + readFileSync(`${file}.1`, 'utf8'), /hunter2/);
    const broken = new Audit({ file: join(file, 'below', 'a', 'file'), redact, log: silentLog });
    noted(broken)({ type: 'rules.changed', rules: [] });
    await broken.close();
  });
});

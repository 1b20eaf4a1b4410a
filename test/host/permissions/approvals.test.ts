import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { LoomError } from '../../../src/base/errors.ts';
import { silentLog } from '../../../src/base/log.ts';
import type { Capability } from '../../../src/client/capability.ts';
import { capabilityFrom } from '../../../src/client/capability.ts';
import type { Client } from '../../../src/host/clients.ts';
import { Approvals } from '../../../src/host/permissions/approvals.ts';
import type { SignedVerdict } from '../../../src/host/permissions/approvals.ts';
import type { Verdict } from '../../../src/protocol/capability.ts';
import { newCapability } from '../../support/hostRig.ts';

const hash = 'ab'.repeat(32);
const request = {
  kind: 'mcp',
  subject: '/home/ada/shop/.mcp.json',
  sha256: hash,
  title: 'May the servers of .mcp.json run?',
  detail: '{}',
};

describe('R1.14 Approvals bound to content', () => {
  let folder: string;
  let root: Capability;
  let time = 0;
  const now = (): string => new Date(1_800_000_000_000 + time++ * 1000).toISOString();
  const open = (rootKey: string | null = root.key, dataFolder = folder): Approvals =>
    new Approvals({
      file: join(folder, 'approvals.jsonl'),
      dataFolder,
      rootKey: rootKey ?? undefined,
      newId: () => `a${time++}`,
      now,
      log: silentLog,
    });
  const client = (key: string | undefined, name = 'a window'): Client => ({
    name,
    kind: 'window',
    sameVersion: true,
    environment: undefined,
    key,
    notify: () => undefined,
  });
  const signed = (by: Capability, of: typeof request, verdict: Verdict, at = now()): SignedVerdict => ({
    verdict,
    at,
    signature: by.decide(folder, of, of.title, verdict, at),
  });
  const decideFirst = (approvals: Approvals, verdict: Verdict, by = root, of = request): void => {
    const [first] = approvals.pending;
    assert.ok(first !== undefined);
    approvals.decide(first.id, signed(by, of, verdict), client(by.key));
  };
  const refused = (error: unknown): boolean => error instanceof LoomError && error.code === 'not-allowed';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'loom-approvals-'));
    root = newCapability();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('wait for a person, are answered to all who asked, and hold for the next host without a question', async () => {
    const approvals = open();
    const [one, two] = [approvals.ask(request), approvals.ask(request)];
    assert.equal(approvals.pending.length, 1);
    assert.equal(approvals.isApproved(request.kind, request.subject, hash), false);
    decideFirst(approvals, 'approved');
    assert.deepEqual(await Promise.all([one, two]), [true, true]);
    assert.deepEqual(approvals.pending, []);
    const next = open();
    assert.equal(next.isApproved(request.kind, request.subject, hash), true);
    assert.equal(await next.ask(request), true);
    assert.equal(statSync(join(folder, 'approvals.jsonl')).mode & 0o777, 0o600);
  });

  it('hold for just this content: one changed byte asks again', () => {
    const approvals = open();
    void approvals.ask(request);
    decideFirst(approvals, 'approved');
    assert.equal(approvals.isApproved(request.kind, request.subject, 'cd'.repeat(32)), false);
    assert.equal(approvals.isApproved('setup-script', request.subject, hash), false);
    assert.equal(approvals.isApproved(request.kind, '/other/.mcp.json', hash), false);
  });

  it('that were refused are not asked again, until the decision is taken back', async () => {
    const approvals = open();
    const asked = approvals.ask(request);
    decideFirst(approvals, 'refused');
    assert.equal(await asked, false);
    assert.equal(await approvals.ask(request), false);
    approvals.withdraw(request, signed(root, request, 'withdrawn'), client(root.key));
    assert.deepEqual(approvals.decided, []);
    void approvals.ask(request);
    assert.equal(approvals.pending.length, 1);
    assert.equal(open().isApproved(request.kind, request.subject, hash), false);
  });

  it('are refused to whoever has no key, another key, or another’s signature', () => {
    const approvals = open();
    void approvals.ask(request);
    const id = approvals.pending[0]?.id ?? '';
    const stranger = newCapability();
    assert.throws(() => approvals.decide(id, signed(root, request, 'approved'), client(undefined)), refused);
    assert.throws(() => approvals.decide(id, signed(stranger, request, 'approved'), client(stranger.key)), refused);
    assert.throws(() => approvals.decide(id, signed(stranger, request, 'approved'), client(root.key)), refused);
    // A signature under "no", or under another title, is none under "yes".
    const no = signed(root, request, 'refused');
    assert.throws(() => approvals.decide(id, { ...no, verdict: 'approved' }, client(root.key)), refused);
    assert.throws(() => approvals.decide(id, signed(root, { ...request, title: 'Harmless' }, 'approved'), client(root.key)), refused);
    assert.equal(approvals.pending.length, 1);
    assert.equal(approvals.isApproved(request.kind, request.subject, hash), false);
  });

  it('that somebody wrote into the file, changed there, or carried over from another repository do not count', () => {
    const approvals = open();
    void approvals.ask(request);
    decideFirst(approvals, 'refused');
    const file = join(folder, 'approvals.jsonl');
    const line = readFileSync(file, 'utf8');
    const stranger = newCapability();
    const at = now();
    const forged = {
      ...request,
      verdict: 'approved',
      by: 'a window',
      at,
      key: stranger.key,
      signature: stranger.decide(folder, request, request.title, 'approved', at),
    };
    for (const text of [
      line.replace('"refused"', '"approved"'),
      `${line}${JSON.stringify(forged)}\n`,
      `${line}${JSON.stringify({ ...forged, key: root.key })}\n`,
      `${line}not json\n{"kind":"mcp"}\n`,
      line.slice(0, -20),
      '',
    ]) {
      writeFileSync(file, text);
      assert.equal(open().isApproved(request.kind, request.subject, hash), false, text);
    }
    const yes = signed(root, request, 'approved', at);
    writeFileSync(file, `${JSON.stringify({ ...request, by: 'a window', key: root.key, ...yes })}\n`);
    assert.equal(open().isApproved(request.kind, request.subject, hash), true);
    assert.equal(open(root.key, '/another/data/folder').isApproved(request.kind, request.subject, hash), false);
    assert.equal(open(stranger.key).isApproved(request.kind, request.subject, hash), false);
  });

  it('count by their signed time, in whatever order the lines stand', () => {
    const approvals = open();
    void approvals.ask(request);
    decideFirst(approvals, 'approved');
    approvals.withdraw(request, signed(root, request, 'withdrawn'), client(root.key));
    const file = join(folder, 'approvals.jsonl');
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    writeFileSync(file, '');
    for (const line of lines.toReversed()) appendFileSync(file, `${line}\n`);
    assert.equal(open().isApproved(request.kind, request.subject, hash), false);
  });

  it('let another editor approve, across starts by either, until that is withdrawn', () => {
    const other = newCapability();
    const window = { kind: 'window', subject: other.key, sha256: hash, title: 'May it approve?', detail: '' };
    const approvals = open();
    assert.equal(approvals.mayApprove(client(other.key)), false);
    void approvals.ask(window);
    decideFirst(approvals, 'approved', root, window);
    assert.equal(approvals.mayApprove(client(other.key)), true);
    void approvals.ask(request);
    decideFirst(approvals, 'approved', other);
    assert.equal(open().isApproved(request.kind, request.subject, hash), true);
    approvals.withdraw(window, signed(root, window, 'withdrawn'), client(root.key));
    assert.equal(approvals.mayApprove(client(other.key)), false);
    // What it had approved no longer counts with the key that let it in.
    assert.equal(open().isApproved(request.kind, request.subject, hash), false);
    assert.equal(open(other.key).isApproved(request.kind, request.subject, hash), true);
  });

  it('are nobody’s where the host was started without a key, and end as a no when the host leaves or nobody waits any more', async () => {
    const approvals = open(null);
    assert.equal(approvals.mayApprove(client(root.key)), false);
    assert.equal(approvals.mayApprove(client(undefined)), false);
    const giveUp = new AbortController();
    const [one, two] = [approvals.ask(request), approvals.ask(request, giveUp.signal)];
    giveUp.abort();
    assert.equal(await two, false);
    assert.equal(approvals.pending.length, 1);
    approvals.close();
    assert.equal(await one, false);
  });

  it('take any text as a title, a subject or a signature without an error of their own', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), fc.string(), (title, subject, signature) => {
        const approvals = open();
        void approvals.ask({ ...request, title, subject });
        const id = approvals.pending[0]?.id ?? '';
        assert.throws(() => approvals.decide(id, { verdict: 'approved', at: now(), signature }, client(root.key)), refused);
        approvals.close();
      }),
      { numRuns: 50 },
    );
  });

  it('rest on a secret that is read back from its text, and on nothing that is none', () => {
    assert.equal(capabilityFrom('nonsense'), undefined);
    assert.equal(capabilityFrom(''), undefined);
  });
});

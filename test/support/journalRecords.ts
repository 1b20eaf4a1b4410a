/** A record as the journal's tests use it; `kind` `delta` may be compacted away. */
export interface TestRecord {
  readonly epoch: number;
  readonly seq: number;
  readonly kind: 'delta' | 'fact';
  readonly text: string;
}

/** Checks a value from the disk as a session would. */
export function parseTestRecord(value: unknown): TestRecord | undefined {
  if (typeof value !== 'object' || value === null || !('epoch' in value) || !('seq' in value) || !('kind' in value) || !('text' in value))
    return undefined;
  const { epoch, seq, kind, text } = value;
  if (typeof epoch !== 'number' || typeof seq !== 'number' || typeof text !== 'string') return undefined;
  return kind === 'delta' || kind === 'fact' ? { epoch, seq, kind, text } : undefined;
}

/** A record with a text that contains what a line-based format could stumble over. */
export function testRecord(epoch: number, seq: number, kind: TestRecord['kind'] = 'fact', length = 40): TestRecord {
  return { epoch, seq, kind, text: `line one\nline "two" \u2028 é 😀 ${seq} `.padEnd(length, 'abc ') };
}

/** Records `from` to `to`, both included. */
export function testRecords(
  epoch: number,
  from: number,
  to: number,
  kind: TestRecord['kind'] = 'fact',
  length = 40,
): readonly TestRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => testRecord(epoch, from + index, kind, length));
}

/** Drops deltas. */
export function withoutDeltas(records: readonly TestRecord[]): readonly TestRecord[] {
  return records.filter((record) => record.kind !== 'delta');
}

import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { coverageLimits, tooLittle } from '../../scripts/coverageLimits.ts';
import { root } from '../../scripts/paths.ts';

describe('R5.6 The limits of coverage', () => {
  const of = (total: number, covered: number): { readonly lines: { readonly total: number; readonly covered: number } } => ({
    lines: { total, covered },
  });
  const limits = [
    { what: 'all', files: /./, percent: 85 },
    { what: 'critical', files: /^src\/a\//, percent: 100 },
  ];

  it('are reached by files together, and what falls short is named', () => {
    assert.deepEqual(tooLittle({ total: of(1, 0), '/r/src/a/x.ts': of(10, 10), '/r/src/b.ts': of(10, 7) }, '/r', limits), []);
    assert.deepEqual(tooLittle({ '/r/src/a/x.ts': of(10, 9), '/r/src/b.ts': of(10, 10) }, '/r', limits), [
      'Coverage of critical: 90.0 % of the lines ran, and 100 % must. src/a/x.ts',
    ]);
  });

  it('are not reached where nothing was measured', () => {
    assert.equal(tooLittle({}, '/r', limits).length, 2);
  });

  it('are about files that are there', () => {
    assert.ok(existsSync(join(root, 'src')));
    const files = globSync('src/**/*.ts', { cwd: root }).map((file) => file.replaceAll('\\', '/'));
    for (const limit of coverageLimits)
      assert.ok(
        files.some((file) => limit.files.test(file)),
        limit.what,
      );
    const critical = coverageLimits.find(({ what }) => what === 'critical paths');
    const names = critical?.files.source.match(/\(([^)]+)\)/)?.[1]?.split('|') ?? [];
    assert.ok(names.length > 20);
    for (const name of names) assert.ok(files.includes(`src/host/${name.replaceAll('\\', '')}.ts`), name);
  });
});

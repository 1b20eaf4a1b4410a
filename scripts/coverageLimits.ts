/** What the unit tests must at least run of `src` (R5.6), held after each of their runs. Hosts that are bundled and processes of their own are not counted. */
import { relative } from 'node:path';
import * as z from 'zod';

/** c8's `coverage-summary.json`, as far as it is read here: shares of lines in percent, by absolute path, and `total`. */
export const CoverageSummary = z.record(z.string(), z.object({ lines: z.object({ total: z.number(), covered: z.number() }) }));
export type CoverageSummary = z.infer<typeof CoverageSummary>;

/** A share of lines that some files must reach together. */
interface CoverageLimit {
  readonly what: string;
  readonly files: RegExp;
  readonly percent: number;
}

/** What decides whether something may be done, is kept, or is undone: each line of it runs. */
const critical = [
  ...['decide', 'offers', 'words', 'asked', 'folders', 'globs', 'programWays', 'wrappers'].map((name) => `permissions/${name}`),
  ...['budgets', 'daySpent', 'launchGate', 'afterLimit', 'sendAgain', 'starter'].map((name) => `limits/${name}`),
  ...['awakeTime', 'judgeTurn', 'turnWatch'].map((name) => `care/${name}`),
  ...['blobs', 'compaction', 'durableWriter', 'pendingWrites', 'quarantine', 'segmentWriter', 'segments', 'trouble'].map(
    (name) => `journal/${name}`,
  ),
  'agents/loginPolicy',
  'realPlace',
];

/** The limits, each with the files that it is about; paths are from the root, with forward slashes. */
export const coverageLimits: readonly CoverageLimit[] = [
  { what: 'all', files: /./, percent: 85 },
  { what: 'critical paths', files: new RegExp(`^src/host/(${critical.join('|')})\\.ts$`), percent: 100 },
  { what: 'journal', files: /^src\/host\/journal\//, percent: 95 },
  { what: 'limits and care', files: /^src\/host\/(limits|care)\//, percent: 95 },
  { what: 'permissions', files: /^src\/host\/permissions\//, percent: 85 },
  { what: 'worktrees', files: /^src\/host\/worktrees\//, percent: 85 },
  {
    what: 'errors',
    files: /^src\/(base\/errors|host\/agents\/(failures|agentLimit|lostMessage)|registry\/installFailure)\.ts$/,
    percent: 90,
  },
];

/** A sentence for each limit that was not reached, with the files that fall short. A limit that no file is about is not reached either. */
export function tooLittle(summary: CoverageSummary, root: string, limits = coverageLimits): readonly string[] {
  const rows = Object.entries(summary)
    .filter(([file]) => file !== 'total')
    .map(([file, { lines }]) => ({ file: relative(root, file).replaceAll('\\', '/'), ...lines }));
  return limits.flatMap(({ what, files, percent }) => {
    const found = rows.filter(({ file }) => files.test(file));
    const total = found.reduce((sum, each) => sum + each.total, 0);
    const covered = found.reduce((sum, each) => sum + each.covered, 0);
    if (total > 0 && (covered / total) * 100 >= percent) return [];
    const short = found.filter((each) => each.covered < each.total && (each.covered / each.total) * 100 < percent).map(({ file }) => file);
    const share = total === 0 ? 'no file' : `${((covered / total) * 100).toFixed(1)} %`;
    return [`Coverage of ${what}: ${share} of the lines ran, and ${String(percent)} % must. ${short.slice(0, 10).join(', ')}`.trim()];
  });
}

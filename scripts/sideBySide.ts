/** Running checks side by side, each with its own output. */
import type { Check } from './checks.ts';
import { node } from './checks.ts';
import { runCommand } from './command.ts';

/** How a check ended; `seconds` is how long it took, `output` what it printed. */
export interface CheckEnd {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly output: string;
}

/** How many commands run at once: more would not be faster on a small machine. */
const width = 2;

/** Runs checks, lint first, since the slowest must not run alone at the end. `ended` hears of each as soon as it has ended. */
export async function runSideBySide(
  checks: readonly Check[],
  ended: (end: CheckEnd) => void,
  { yields = false }: { readonly yields?: boolean } = {},
): Promise<readonly CheckEnd[]> {
  const waiting = checks.toSorted((left, right) => Number(right.name === 'lint') - Number(left.name === 'lint'));
  const ends: CheckEnd[] = [];
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const since = performance.now();
      const { ok, output } = await runCommand(node, check.args, { capture: true, yields, env: { FORCE_COLOR: '1' } });
      const end = { name: check.name, ok, seconds: (performance.now() - since) / 1000, output };
      ends.push(end);
      ended(end);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return ends;
}

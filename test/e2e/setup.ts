/** Hooks of the whole end-to-end run. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outFolder } from '../../scripts/paths.ts';
import { closeSharedHarness } from './harness.ts';
import { allOpenWindows } from './window.ts';

/** Mocha calls these around every test of the run, and after the last. */
export const mochaHooks = {
  async afterEach(this: Mocha.Context): Promise<void> {
    if (this.currentTest?.state === 'failed') await keepEvidence(this.currentTest.fullTitle());
  },
  /** At the end of the run, or of each file where files run in workers: what one of those leaves open would never be closed. */
  async afterAll(): Promise<void> {
    await closeSharedHarness();
  },
};

/** Pictures and console lines of every open window, into `out/e2e`. */
async function keepEvidence(title: string): Promise<void> {
  const folder = join(outFolder, 'e2e');
  await mkdir(folder, { recursive: true });
  const name = title.replaceAll(/[^\w.-]+/g, '-').slice(0, 100);
  for (const [index, window] of allOpenWindows().entries()) {
    const file = join(folder, `${name}-${String(index + 1)}`);
    await window.page.screenshot({ path: `${file}.png` }).catch(() => undefined);
    await writeFile(`${file}.log`, window.console.join('\n'));
    console.log(`      see ${file}.png and .log`);
  }
}

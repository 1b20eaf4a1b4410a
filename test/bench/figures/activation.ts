/** What the extension costs a window that opens. */
import * as z from 'zod';
import type { WorkbenchWindow } from '../../e2e/window.ts';
import type { Figure } from '../figure.ts';
import { median, repeat } from '../samples.ts';

/** The time that VS Code itself reports for the activation, in windows that open one after the other. */
export const activationFigure: Figure = {
  name: 'activation',
  needs: 'window',
  async measure(ground) {
    const harness = await ground.harness();
    const workspace = await harness.sampleWorkspace();
    const rows = await repeat(3, 1, async () => {
      const window = await harness.openWindow(workspace);
      await window.openContainer('Session Loom');
      const times = await activations(window);
      await window.page.context().close();
      return times;
    });
    const of = (name: string): number[] => rows.map((row) => row[name] ?? Number.NaN);
    return [
      {
        quantity: 'activation, as VS Code reports it',
        unit: 'ms',
        samples: of('Session Loom'),
        anchor: { what: 'the Git extension of VS Code', value: median(of('Git')) },
        goals: [{ of: 'p95', limit: 50 }],
      },
    ];
  },
};

/** The milliseconds in the list of running extensions, by the extension's name. */
async function activations(window: WorkbenchWindow): Promise<Readonly<Record<string, number>>> {
  const { page } = window;
  await page.setViewportSize({ width: 1280, height: 4000 });
  await window.runCommand('Developer: Show Running Extensions');
  for (const name of ['Session Loom', /^Git$/]) {
    const row = page.locator('.runtime-extensions-editor .monaco-list-row').filter({ has: page.locator('.name', { hasText: name }) });
    await row.filter({ hasText: /Activation: \d+ms/ }).waitFor();
  }
  const found: unknown = await page.evaluate(
    `Object.fromEntries([...document.querySelectorAll('.runtime-extensions-editor .monaco-list-row')].flatMap((row) => {
      const time = /Activation: (\\d+)ms/.exec(row.textContent ?? '')?.[1];
      return time === undefined ? [] : [[row.querySelector('.name')?.textContent ?? '', Number(time)]];
    }))`,
  );
  return z.record(z.string(), z.number()).parse(found);
}

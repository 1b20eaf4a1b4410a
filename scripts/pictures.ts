/** `npm run pictures [-- folder [scene …]]`: takes every scene in light, dark and high contrast from a real VS Code, 1280 pixels wide. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Harness } from '../test/e2e/harness.ts';
import { scenes } from '../test/e2e/scenes.ts';
import type { Theme } from '../test/support/vscode/settings.ts';
import { build } from './build.ts';
import { outFolder } from './paths.ts';

const shown = ['light', 'dark', 'hcDark'] as const satisfies readonly Theme[];

async function main(): Promise<void> {
  const [folder = join(outFolder, 'pictures'), ...names] = process.argv.slice(2);
  await build({ production: false });
  await mkdir(folder, { recursive: true });
  const harness = await Harness.open();
  try {
    for (const scene of scenes.filter(({ name }) => names.length === 0 || names.includes(name))) {
      const window = await harness.openWindow(await harness.sampleWorkspace(join(scene.name, 'greeter')));
      await scene.arrange(window, harness);
      for (const theme of shown) {
        await window.setTheme(theme);
        const path = resolve(folder, `${scene.name}-${theme}.png`);
        await window.page.screenshot({ path, animations: 'disabled' });
        console.log(path);
      }
      await window.close();
    }
  } finally {
    await harness.close();
  }
}

await main();

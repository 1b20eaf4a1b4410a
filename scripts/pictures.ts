/** `npm run pictures [-- folder [scene …]]`: takes the pictures of the README from a real VS Code, 1280 pixels wide, in every kind of theme. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Chat } from '../test/e2e/chat.ts';
import { Harness } from '../test/e2e/harness.ts';
import { sceneSettings, scenes, setStage } from '../test/e2e/scenes.ts';
import type { Theme } from '../test/support/vscode/settings.ts';
import { build } from './build.ts';
import { inRoot } from './paths.ts';

const width = 1280;

const endings: Readonly<Record<Theme, string>> = { light: 'light', dark: 'dark', hcDark: 'hc-dark', hcLight: 'hc-light' };

/** Milliseconds in which a theme, and what it moves, comes to rest. */
const settled = 1200;

async function main(): Promise<void> {
  const [folder = inRoot('media', 'pictures'), ...names] = process.argv.slice(2);
  await build({ production: false });
  await mkdir(folder, { recursive: true });
  const harness = await Harness.open({ settings: sceneSettings });
  try {
    const window = await harness.openWindow(await harness.sampleWorkspace(join('pictures', 'storefront')));
    const stage = { window, chat: new Chat(window), harness };
    await setStage(stage);
    for (const scene of scenes.filter(({ name }) => names.length === 0 || names.includes(name))) {
      await window.page.setViewportSize({ width, height: scene.height });
      await scene.arrange(stage);
      for (const theme of scene.themes) {
        await window.setTheme(theme);
        await window.page.waitForTimeout(settled);
        const path = resolve(folder, `${scene.name}-${endings[theme]}.png`);
        await window.page.screenshot({ path, animations: 'disabled' });
        console.log(path);
      }
    }
  } finally {
    await harness.close();
  }
}

await main();

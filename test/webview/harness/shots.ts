/** `node test/webview/harness/shots.ts FOLDER`: pictures of the page in its themes and widths. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Bench } from './bench.ts';
import { runningScript, sampleScript } from './sample.ts';
import { themes } from './themes.ts';

const folder = process.argv[2] ?? 'out/chat';
await mkdir(folder, { recursive: true });
const bench = await Bench.open();
try {
  for (const theme of themes) {
    const chat = await bench.page(runningScript().state, { theme, width: 760, height: 900 });
    await chat.page.waitForTimeout(700);
    await chat.page.screenshot({ path: join(folder, `${theme}-running.png`) });
    await chat.page.locator('[data-part=transcript]').evaluate((scroller) => (scroller.scrollTop = 0));
    await chat.settled();
    await chat.page.locator('article[data-entry=to2] .tool-head').click();
    await chat.page.locator('article[data-entry=th1] .tool-head').click();
    await chat.settled();
    await chat.page.screenshot({ path: join(folder, `${theme}-top.png`) });
    await chat.close();
  }
  for (const width of [320, 1280]) {
    const chat = await bench.page(runningScript().state, { width, height: 800 });
    await chat.page.waitForTimeout(700);
    await chat.page.screenshot({ path: join(folder, `dark-${width}.png`) });
    await chat.close();
  }
  const typing = await bench.page(sampleScript().state, { width: 760, height: 700 });
  await typing.page.locator('textarea').fill('/r');
  await typing.settled();
  await typing.page.screenshot({ path: join(folder, 'dark-commands.png') });
  await typing.close();
} finally {
  await bench.close();
}

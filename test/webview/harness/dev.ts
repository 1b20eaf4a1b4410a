/** `node test/webview/harness/dev.ts`: the chat page in any browser, with a session that plays by itself. */
import { startHarness } from './server.ts';
import { themes } from './themes.ts';

const harness = await startHarness(Number(process.argv[2] ?? 8123));
for (const theme of themes) console.log(`${theme}: ${harness.url(theme, true)}`);

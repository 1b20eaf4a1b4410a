import assert from 'node:assert/strict';
import { sharedHarness } from './harness.ts';
import type { WorkbenchWindow } from './window.ts';

describe('R6.14 Session Loom in the window of a real VS Code', () => {
  let window: WorkbenchWindow;

  before(async () => {
    const harness = await sharedHarness();
    window = await harness.openWindow(await harness.sampleWorkspace());
  });

  after(() => window.close());

  it('the sample workspace stands in the explorer', async () => {
    await window.treeRows('specs').waitFor();
    await window.treeRows('README.md').waitFor();
  });

  it('Session Loom stands in the activity bar and among the running extensions', async () => {
    await window.page.locator('.activitybar a.action-label[aria-label^="Session Loom"]').waitFor();
    await window.extensionRuns(/Session Loom|session-loom\.session-loom/);
  });

  it('commands run from the palette, and what VS Code says can be read', async () => {
    await window.runCommand('View: Show Search');
    await window.page.locator('.part.sidebar .title-label', { hasText: 'Search' }).waitFor();
    assert.deepEqual(await window.notifications(), []);
  });

  it('themes can be switched while the window is open', async () => {
    for (const theme of ['light', 'hcDark', 'hcLight', 'dark'] as const) await window.setTheme(theme);
  });

  it('a reload brings the layout back once the browser has saved it', async () => {
    await window.runCommand('View: Show Search');
    await window.layoutSaved('workbench.view.search');
    await window.reload();
    await window.page.locator('.part.sidebar .title-label', { hasText: 'Search' }).waitFor();
  });
});

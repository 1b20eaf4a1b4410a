/** Sessions side by side: a grid of editor groups with a chat panel in each. */
import type { BenchWindow } from './benchWindow.ts';

/** Sessions in the grid. */
export const inGrid = 9;

/**
 * The commands that bring nine tabs of one group into three columns of three, each in front of its own group. New panels open where others are, so the
 * grid is made afterwards. What was opened before the nine stays in the first group, behind one of them.
 */
const steps: readonly string[] = [
  'Three Columns Editor Layout',
  ...['', 'New Editor Group Below', 'New Editor Group Below'].flatMap((make) => [
    ...(make === '' ? [] : [make]),
    'Focus First Editor Group',
    'Move Editor into Last Group',
  ]),
  ...column('Move Editor into Right Group'),
  'Focus First Editor Group',
  'New Editor Group Below',
  'Focus First Editor Group',
  'Move Editor into Group Below',
  'New Editor Group Below',
  'Focus First Editor Group',
  'Move Editor into Group Below',
  'Move Editor into Group Below',
];

/** Fills a column that has one empty group. `enter` brings a tab of the first group into its highest one. */
function column(enter: string): readonly string[] {
  const next = ['Focus First Editor Group', enter];
  return [...next, 'New Editor Group Below', ...next, 'Move Editor into Group Below', 'New Editor Group Below', ...next].concat(
    'Move Editor into Group Below',
    'Move Editor into Group Below',
  );
}

/**
 * Makes nine sessions and lays their panels out so that all are in sight; then each gets the message. Not before: a key that the palette does not take
 * goes to the panel in front, and would stop its turn.
 */
export async function openInGrid(place: BenchWindow, message: string): Promise<void> {
  const before = await place.window.page.locator('.part.editor .tab').count();
  for (let session = 1; session <= inGrid; session++) {
    await place.window.runCommand('Session Loom: New Session');
    // The page of the one before shows such a title as well, until the new one is in front.
    await place.chat.page.locator('h1.title', { hasText: new RegExp(`^Session ${String(before + session)}$`) }).waitFor();
  }
  await place.window.page.setViewportSize({ width: 1280, height: 1000 });
  for (const step of steps) await place.window.runCommand(`View: ${step}`);
  await place.window.runCommand('View: Reset Editor Group Sizes');
  const pages = place.window.page.locator('iframe.webview.ready').filter({ visible: true });
  const count = await pages.count();
  if (count !== inGrid) throw new Error(`${String(count)} panels are in sight instead of ${String(inGrid)}.`);
  for (let session = 0; session < inGrid; session++) {
    const page = place.window.chatFrame(session);
    const composer = page
      .getByRole('textbox', { name: 'Message' })
      .or(page.getByRole('combobox', { name: 'Message' }))
      .first();
    await composer.click();
    await composer.fill(message);
    await composer.press('Enter');
    // A narrow panel shows only the icon of it.
    await page.locator('.header .status-word', { hasText: 'Working' }).waitFor({ state: 'attached' });
  }
}

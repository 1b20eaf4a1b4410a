import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { packExtension } from '../../scripts/package.ts';
import { openScratch } from '../support/scratch.ts';
import type { Scratch } from '../support/scratch.ts';
import { Harness, vsixVariable } from './harness.ts';

describe('What is shipped works as it was tested', () => {
  let scratch: Scratch;
  let harness: Harness;
  let vsix: string;

  before(async () => {
    scratch = await openScratch();
    const packed = process.env[vsixVariable];
    vsix = packed ?? join(scratch.folder, 'session-loom.vsix');
    // The bundles of the checkout belong to whoever packs: another file may be starting from them.
    if (packed === undefined) await packExtension(vsix);
    harness = await Harness.open({ vsix });
  });

  after(async () => {
    await harness.close();
    await scratch.close();
  });

  it('the VSIX is at most 2 MB', () => {
    assert.ok(statSync(vsix).size <= 2_000_000);
  });

  it('installed from the VSIX, Session Loom stands in the activity bar and runs', async () => {
    const window = await harness.openWindow(await harness.sampleWorkspace());
    assert.doesNotMatch(await window.page.title(), /Extension Development Host/);
    await window.openContainer('Session Loom');
    await window.extensionRuns('Session Loom');
    await window.close();
  });
});

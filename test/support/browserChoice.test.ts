import assert from 'node:assert/strict';
import { nextBrowserStep } from './browserChoice.ts';
import type { BrowserFacts, BrowserStep } from './browserChoice.ts';

const untried = { playwright: 'untried', debian: 'untried', npm: 'untried' } as const;
const down = { failed: 'no network' };

type Given = Partial<Omit<BrowserFacts, 'outcomes'>> & { readonly outcomes?: Partial<BrowserFacts['outcomes']> };

function step({ outcomes, ...given }: Given): BrowserStep {
  return nextBrowserStep({ installed: [], canInstallPackages: true, npmFits: true, ...given, outcomes: { ...untried, ...outcomes } });
}

describe('R6.14 Which browser drives the window', () => {
  it('an installed one, the best of several', () => {
    assert.deepEqual(step({ installed: ['/chrome', '/chromium'] }), { kind: 'use', executable: '/chrome', source: 'installed' });
  });

  it('Playwright’s download, when none is installed', () => {
    assert.deepEqual(step({}), { kind: 'try', source: 'playwright' });
    assert.deepEqual(step({ outcomes: { playwright: { path: '/p' } } }), { kind: 'use', executable: '/p', source: 'playwright' });
  });

  it('Debian’s package, when the download failed and packages can be installed', () => {
    assert.deepEqual(step({ outcomes: { playwright: down } }), { kind: 'try', source: 'debian' });
    assert.deepEqual(step({ outcomes: { playwright: down, debian: { path: '/d' } } }), { kind: 'use', executable: '/d', source: 'debian' });
  });

  it('the one from npm, when packages cannot be installed or that failed', () => {
    assert.deepEqual(step({ canInstallPackages: false, outcomes: { playwright: down } }), { kind: 'try', source: 'npm' });
    assert.deepEqual(step({ outcomes: { playwright: down, debian: down } }), { kind: 'try', source: 'npm' });
    const npm = { playwright: down, debian: down, npm: { path: '/n' } };
    assert.deepEqual(step({ outcomes: npm }), { kind: 'use', executable: '/n', source: 'npm' });
  });

  it('none, with every reason and what to do, when all of it failed or does not fit', () => {
    const all = step({ outcomes: { playwright: down, debian: { failed: 'no apt' }, npm: { failed: 'no registry' } } });
    assert.equal(all.kind, 'give-up');
    assert.match(all.message, /no network.*no apt.*no registry.*SESSION_LOOM_BROWSER/);
    assert.equal(step({ canInstallPackages: false, npmFits: false, outcomes: { playwright: down } }).kind, 'give-up');
  });
});

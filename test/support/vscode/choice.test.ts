import assert from 'node:assert/strict';
import { nextVsCodeStep } from './choice.ts';
import type { VsCodeFacts, VsCodeStep } from './choice.ts';

const nothing: VsCodeFacts = { oldest: '1.110.0', canShowWindows: true, installed: [], download: 'untried', server: 'untried' };

function check(facts: Partial<VsCodeFacts>, expected: VsCodeStep): void {
  assert.deepEqual(nextVsCodeStep({ ...nothing, ...facts }), expected);
}

const old = { executable: '/old', version: '1.99.3' };
const fitting = { executable: '/fitting', version: '1.110.0' };
const newer = { executable: '/newer', version: '1.120.1' };
const down = { failed: 'no network' };

describe('R6.14 Which VS Code is used', () => {
  it('an installed one of a fitting version, the newest of several', () => {
    check({ installed: [fitting] }, { kind: 'use-desktop', executable: '/fitting', source: 'installed' });
    check({ installed: [old, fitting, newer] }, { kind: 'use-desktop', executable: '/newer', source: 'installed' });
  });

  it('the download, when none is installed or the installed one is too old', () => {
    check({}, { kind: 'try-download' });
    check({ installed: [old] }, { kind: 'try-download' });
    check({ download: { path: '/downloaded' } }, { kind: 'use-desktop', executable: '/downloaded', source: 'downloaded' });
  });

  it('the server, when the download failed', () => {
    check({ download: down }, { kind: 'try-server' });
    check({ download: down, server: { path: '/server' } }, { kind: 'use-server', main: '/server' });
  });

  it('the server at once, when no desktop window can appear', () => {
    check({ canShowWindows: false }, { kind: 'try-server' });
    check({ canShowWindows: false, installed: [fitting], download: { path: '/downloaded' } }, { kind: 'try-server' });
    check({ canShowWindows: false, server: { path: '/server' } }, { kind: 'use-server', main: '/server' });
  });

  it('what a person asks for, over what would be better', () => {
    check({ installed: [fitting], forced: 'server' }, { kind: 'try-server' });
    check({ installed: [fitting], forced: 'download' }, { kind: 'try-download' });
    check({ installed: [fitting], forced: 'download', download: down }, { kind: 'try-server' });
  });

  it('none, with every reason and what to do, when all of it failed', () => {
    const step = nextVsCodeStep({ ...nothing, installed: [old], download: down, server: { failed: 'no registry' } });
    assert.equal(step.kind, 'give-up');
    assert.match(step.message, /installed is 1\.99\.3.*no network.*no registry.*Install VS Code 1\.110\.0 or newer/);
    const blind = nextVsCodeStep({ ...nothing, canShowWindows: false, server: { failed: 'no registry' } });
    assert.equal(blind.kind, 'give-up');
    assert.match(blind.message, /no screen/);
  });
});

import assert from 'node:assert/strict';
import { chooseNode, compareVersions, reasonToInstall } from '../../scripts/dependencies.mjs';

const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/zod': { version: '4.6.7' },
    'node_modules/@esbuild/aix-ppc64': { version: '0.28.2', optional: true },
  },
};
const installed = { packages: { 'node_modules/zod': { version: '4.6.7' } } };

describe('R6.14 Whether the set-up installs the dependencies', () => {
  it('it does when nothing is there', () => {
    assert.match(reasonToInstall({ mark: undefined, hash: 'a', lock, installed: undefined }) ?? '', /nothing is installed/);
    assert.match(reasonToInstall({ mark: 'a', hash: 'a', lock, installed: undefined }) ?? '', /nothing is installed/);
  });

  it('it does not when they are of this lock file, be it by its own mark or because npm has installed the same versions', () => {
    assert.equal(reasonToInstall({ mark: 'a', hash: 'a', lock, installed }), undefined);
    assert.equal(reasonToInstall({ mark: undefined, hash: 'a', lock, installed }), undefined);
    assert.equal(reasonToInstall({ mark: 'b', hash: 'a', lock, installed }), undefined);
  });

  it('it does when a package has another version or is missing', () => {
    const older = { packages: { 'node_modules/zod': { version: '4.6.6' } } };
    assert.match(reasonToInstall({ mark: 'b', hash: 'a', lock, installed: older }) ?? '', /zod/);
    assert.match(reasonToInstall({ mark: undefined, hash: 'a', lock, installed: { packages: {} } }) ?? '', /zod/);
  });
});

describe('R6.14 Which Node runs the scripts', () => {
  it('the one from npm', () => assert.equal(chooseNode({ bundled: 'v24.21.0', own: 'v20.19.0', fetched: false }), 'bundled'));

  it('it is fetched when npm refused to run its install script', () => {
    assert.equal(chooseNode({ bundled: undefined, own: 'v24.21.0', fetched: false }), 'fetch');
    assert.equal(chooseNode({ bundled: 'v22.1.0', own: 'v20.19.0', fetched: false }), 'fetch');
    assert.equal(chooseNode({ bundled: 'v24.21.0', own: 'v20.19.0', fetched: true }), 'bundled');
  });

  it('the person’s own, when the one from npm does not run here and theirs is of the right version', () => {
    assert.equal(chooseNode({ bundled: undefined, own: 'v24.1.0', fetched: true }), 'own');
    assert.equal(chooseNode({ bundled: undefined, own: 'v20.19.0', fetched: true }), 'none');
  });

  it('versions are compared by their numbers', () => {
    assert.ok(compareVersions('1.9.0', '1.110.0') < 0);
    assert.ok(compareVersions('v20.19.0', '20.19.0') === 0);
    assert.ok(compareVersions('1.110.0-insider', '1.109.9') > 0);
  });
});

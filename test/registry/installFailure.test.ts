import assert from 'node:assert/strict';
import { LoomError } from '../../src/base/errors.ts';
import { installFailure } from '../../src/registry/installFailure.ts';

const npmEnded = (...lastLines: readonly string[]): LoomError =>
  new LoomError('agent', 'npm ended with code 1.', { data: { tool: 'npm', lastLines } });
const log = 'npm error A complete log of this run can be found in: /home/ada/.npm/_logs/debug-0.log';

describe('R5.2 Why an agent was not installed', () => {
  it('names the package that the registry does not have, also where a script of the agent has asked for it (Kilo 7.8.1)', () => {
    const { code, message } = installFailure(
      'Kilo',
      npmEnded(
        'npm error code 1',
        'npm error path /agents/kilo/node_modules/@kilocode/cli',
        'npm error command sh -c node ./postinstall.mjs',
        'npm error npm error code ETARGET',
        'npm error npm error notarget No matching version found for @kilocode/cli-linux-x64@7.8.1.',
        log,
        'npm error Failed to setup kilo binary: It seems your package manager failed to install the right Kilo CLI package.',
      ),
    );
    assert.equal(code, 'unavailable');
    assert.match(message, /does not have this version \(ETARGET: @kilocode\/cli-linux-x64@7\.8\.1\)\. Refresh/);
  });

  it('names an agent that the registry does not know (Dirac 0.3.0)', () => {
    const { message } = installFailure(
      'Dirac',
      npmEnded(
        'npm error code E404',
        "npm error 404  The requested resource 'dirac-cli@0.3.0' could not be found or you do not have permission to access it.",
        log,
      ),
    );
    assert.match(message, /\(E404: dirac-cli@0\.3\.0\)/);
  });

  it('quotes what a script said last, without what npm says of itself', () => {
    const { code, message } = installFailure('X', npmEnded('npm error code 1', 'npm error npm error No C compiler.', log, 'npm warn old'));
    assert.equal(code, 'agent');
    assert.equal(message, '"X" was not installed. npm ended with code 1. Last lines: code 1\nNo C compiler.');
  });
});

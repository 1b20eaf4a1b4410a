import assert from 'node:assert/strict';
import { LoomError } from '../../../src/base/errors.ts';
import type { LoginTimes } from '../../../src/host/agents/loginPolicy.ts';
import { isRetryable, loginPolicy, loginTimes } from '../../../src/host/agents/loginPolicy.ts';
import { loginMethodsOf } from '../../../src/host/agents/logins.ts';
import { maskOf, maskedError } from '../../../src/host/agents/secretMask.ts';

const agentError = (rpc: number): LoomError => new LoomError('agent', 'No.', { data: { kind: 'refused', rpc } });
const wantsLogin = new LoomError('agent', 'Log in.', { data: { kind: 'login', methods: [] } });

describe('R5.2 Logins of agents', () => {
  it('are read in all the ways in which agents offer them', () => {
    assert.deepEqual(
      loginMethodsOf([
        { id: 'a', name: 'Account', description: 'In the browser' },
        { id: 't', name: 'Terminal', type: 'terminal', args: ['login', 7], env: { A: 'b', LD_PRELOAD: 'x' } },
        { id: 'm', name: 'Older', _meta: { 'terminal-auth': { command: '/bin/agent', args: ['/login'] } } },
        { id: 'v', name: 'Key', type: 'env_var', varName: 'API_KEY' },
        {
          id: 'w',
          name: 'Keys',
          type: 'env_var',
          vars: [{ name: 'A', label: 'First', secret: false, optional: true }, { name: 'PATH' }, { name: '1 x' }],
        },
        { id: 'n', type: 'telepathy' },
        { name: 'without an id' },
      ]),
      [
        { id: 'a', name: 'Account', description: 'In the browser', type: 'agent' },
        { id: 't', name: 'Terminal', type: 'terminal', args: ['login'], env: { A: 'b' } },
        { id: 'm', name: 'Older', type: 'terminal', command: '/bin/agent', args: ['/login'], env: {} },
        { id: 'v', name: 'Key', type: 'variables', variables: [{ name: 'API_KEY', label: 'API_KEY', isSecret: true, isOptional: false }] },
        { id: 'w', name: 'Keys', type: 'variables', variables: [{ name: 'A', label: 'First', isSecret: false, isOptional: true }] },
        { id: 'n', name: 'n', type: 'agent' },
      ],
    );
    assert.deepEqual(loginMethodsOf('none'), []);
  });

  it('are tried again where that can help, and not where the answer is final', () => {
    assert.equal(isRetryable(new LoomError('timeout', '')), true);
    assert.equal(isRetryable(agentError(-32603)), true);
    for (const final of [
      wantsLogin,
      agentError(-32602),
      agentError(-32601),
      new LoomError('disconnected', ''),
      new LoomError('cancelled', ''),
      new Error('x'),
    ])
      assert.equal(isRetryable(final), false);
  });

  const quick: LoginTimes = { ...loginTimes, firstDelayMs: 1, longestDelayMs: 2 };
  const failing = (error: Error): { readonly run: () => Promise<never>; readonly count: () => number } => {
    let count = 0;
    return { run: () => ((count += 1), Promise.reject(error)), count: () => count };
  };

  it('are tried three times at most, with a second between the first two', async () => {
    assert.deepEqual([loginTimes.attempts, loginTimes.firstDelayMs, loginTimes.longestDelayMs], [3, 1000, 30_000]);
    const away = failing(agentError(-32603));
    await assert.rejects(loginPolicy('A', quick)(away.run), { code: 'agent' });
    assert.equal(away.count(), 3);
    const refused = failing(wantsLogin);
    await assert.rejects(loginPolicy('A', quick)(refused.run), wantsLogin);
    assert.equal(refused.count(), 1);
  });

  it('are not let through for a while after three in a row have failed, and a success begins anew', async () => {
    const policy = loginPolicy('A', quick);
    const refused = failing(wantsLogin);
    for (let round = 0; round < 2; round++) await assert.rejects(policy(refused.run), wantsLogin);
    assert.equal(await policy(() => Promise.resolve('in')), 'in');
    for (let round = 0; round < 3; round++) await assert.rejects(policy(refused.run), wantsLogin);
    await assert.rejects(policy(refused.run), { code: 'unavailable', message: /has failed 3 times in a row/ });
    assert.equal(refused.count(), 5);
  });

  it('can be given up, which says nothing of the agent', async () => {
    const policy = loginPolicy('A', { ...quick, firstDelayMs: 60_000, longestDelayMs: 60_000 });
    const stop = new AbortController();
    const away = failing(agentError(-32603));
    const login = policy(away.run, stop.signal);
    setImmediate(() => stop.abort());
    await assert.rejects(login, { code: 'cancelled' });
  });

  it('leave no secret in what an agent says of an error', () => {
    const mask = maskOf(['sk-long-secret', 'abc', 'sk-long-secret-and-more']);
    assert.equal(mask('abc: sk-long-secret-and-more, sk-long-secret'), 'abc: •••, •••');
    const error = maskedError(
      new LoomError('agent', 'Not sk-long-secret', { data: { kind: 'x' }, cause: new Error('sk-long-secret') }),
      mask,
    );
    assert.deepEqual([error.message, error.data, error.cause], ['Not •••', { kind: 'x' }, undefined]);
  });
});

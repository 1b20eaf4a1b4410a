import assert from 'node:assert/strict';
import type { KeptSecretOptions, SecretPlace } from '../../src/extension/hosts/keptSecret.ts';
import { KeptSecret } from '../../src/extension/hosts/keptSecret.ts';

/** A place that keeps; `stored` is what is in it. */
function place(stored = new Map<string, string>()): SecretPlace & { readonly stored: Map<string, string> } {
  return {
    stored,
    get: (name) => Promise.resolve(stored.get(name)),
    store: (name, value) => Promise.resolve(stored.set(name, value)),
  };
}

const never: SecretPlace = { get: () => new Promise(() => undefined), store: () => new Promise(() => undefined) };
const failing: SecretPlace = { get: () => Promise.reject(new Error('locked')), store: () => Promise.reject(new Error('locked')) };

describe('R1.14 The secret that lets windows approve', () => {
  let made = 0;
  const secretOf = (changes: Partial<KeptSecretOptions>): KeptSecret =>
    new KeptSecret({
      name: 'secret',
      secrets: place(),
      beside: undefined,
      make: () => `good-${++made}`,
      isUsable: (text) => text.startsWith('good-'),
      wait: () => new Promise((resolve) => setImmediate(resolve)),
      failed: () => undefined,
      ...changes,
    });

  it('is made once, kept, and the same in the next window', async () => {
    const secrets = place();
    const first = secretOf({ secrets });
    const secret = await first.get();
    assert.equal(await first.get(), secret);
    assert.equal(await secretOf({ secrets }).get(), secret);
  });

  it('is the same for two windows that need it at the same moment', async () => {
    const secrets = place();
    const [one, two] = await Promise.all([secretOf({ secrets }).get(), secretOf({ secrets }).get()]);
    assert.equal(one, two);
  });

  it('is made anew where what was kept is of no use', async () => {
    const secrets = place(new Map([['secret', 'of another version']]));
    assert.match(await secretOf({ secrets }).get(), /^good-/);
    assert.match(secrets.stored.get('secret') ?? '', /^good-/);
  });

  it('outlives the page in a browser whose server keeps no secrets, and is kept in no second place on a desktop', async () => {
    const beside = place();
    const secret = await secretOf({ secrets: never, beside }).get();
    assert.equal(await secretOf({ secrets: place(), beside }).get(), secret);
    assert.equal(beside.stored.size, 1);
  });

  it('holds for the window where the editor keeps nothing, does not answer, or fails', async () => {
    const told: unknown[] = [];
    for (const secrets of [never, failing]) {
      const kept = secretOf({ secrets, failed: (error) => told.push(error) });
      assert.equal(await kept.get(), await kept.get());
    }
    assert.ok(told.length > 0);
  });
});

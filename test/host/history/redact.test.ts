import assert from 'node:assert/strict';
import { createRedactor } from '../../../src/host/history/redact.ts';

const redactor = createRedactor({ patterns: [] });
/** Letters and digits as random as a key's. Every secret of this corpus is put together here, so that no scanner stumbles over this file. */
const noise = 'aB3dE5gH7jK9mN2pQ4sT6vW8xY1zC3fG5hJ7kL9nP2qR4tU6wX8yZ1bD3eF5gH7jK9'.repeat(3);
const some = (length: number): string => noise.slice(0, length);
const pem = (kind: string): string => `-----BEGIN ${kind}-----\n${some(64)}\n${some(64)}\n-----END ${kind}-----`;

async function check(input: string, expected: string, patterns?: readonly string[]): Promise<void> {
  const { text } = await (patterns === undefined ? redactor : createRedactor({ patterns })).redact(input);
  assert.equal(text, expected);
}

/** The line as written, with the secret at `•`, what is left, and the secret. */
const corpus: readonly (readonly [line: string, secret: string, kind: string])[] = [
  ['clone with • now', `ghp_${some(36)}`, 'github token'],
  ['token •', `github_pat_${some(22)}_${some(59)}`, 'github token'],
  ['•', `glpat-${some(20)}`, 'gitlab personal access token'],
  ['//registry.example.org/:_authToken=•', `npm_${some(36)}`, 'npm access token'],
  ['post to •', `xoxb-${'123456789012-'.repeat(2)}${some(24)}`, 'slack token'],
  ['•', `sk-ant-api03-${some(93)}AA`, 'anthropic api key'],
  ['•', `sk_live_${some(24)}`, 'stripe secret key live'],
  ['•', `SG.${some(22)}.${some(43)}`, 'sendgrid key'],
  ['connect •', `postgres://ada:${some(10)}@db.example.org/x`, 'database address'],
  ['id • end', `AKIAQ7W3E5R1T9Y2U4I6`, 'aws access key id'],
  ['aws_secret_access_key = •', some(40), 'a'],
  ['key •', `AIza${some(35)}`, 'google api key'],
  ['Authorization: Bearer •', some(30), 'authorization'],
  ['curl -H "Authorization: Basic •"', `${some(18)}==`, 'authorization'],
  ['•', `eyJ${some(20)}.eyJ${some(40)}.${some(43)}`, 'JSON web token'],
  ['API_KEY=•', '9f86d081884c7d659a2feaa0c55ad015', 'api key or token'],
  ['export STRIPE_SECRET: "•"', 'abc1234567890def', 'api key or token'],
  ['"clientSecret": "•",', some(24), 'api key or token'],
  ['https://example.org/?access_token=•&x=1', some(24), 'api key or token'],
  ['DB_PASSWORD=•', 'letmein', 'password'],
  ['"password": "•"', 'correct horse', 'password'],
  ["password => '•'", 'hunter', 'password'],
  ['password: •', 'p4$$w0rd!', 'password'],
  ['curl -u ada:• https://example.org', 'lovelace', 'password'],
  ['amqp://ada:•@mq.example.org', 'lovelace1', 'password'],
  ['•', pem('RSA PRIVATE KEY'), 'private key'],
  ['•', pem('OPENSSH PRIVATE KEY'), 'private key'],
];

describe('R6.6 Secrets are taken out before anything is written', () => {
  for (const [line, secret, kind] of corpus) {
    it(`${kind}: ${line}`, async () => {
      const { text, found } = await redactor.redact(`before\n${line.replace('•', secret)}\nafter`);
      assert.ok(!text.includes(secret), text);
      // Not even most of it may stay.
      for (let at = 0; at + 12 <= secret.length; at += 6) assert.ok(!text.includes(secret.slice(at, at + 12)), text);
      assert.match(text, /^before\n/);
      assert.match(text, /\nafter$/);
      assert.match(text, /\[redacted: [^\]]+\]/);
      if (kind.length > 1) assert.deepEqual(found, [{ kind, count: 1 }]);
    });
  }

  it('ordinary text and code stay as they are', async () => {
    const text = [
      'const password: string = readPassword();',
      'login(user, password=form.password)',
      'password: string',
      'if (password === undefined) throw new Error("no password");',
      'The password is asked for again. max_tokens: 100000000000, tokens=1200',
      'Basic authentication and Bearer authentication are supported.',
      'https://example.org/a:b@c mailto:ada@example.org http://localhost:8080/x@y',
      'token: process.env.API_TOKEN_2, secretKey = getSecretKey2024()',
      'API_KEY=<your key here> API_KEY=$API_KEY PASSWORD=********',
      'commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b, sha256 of a file',
      'The file begins with -----BEGIN RSA PRIVATE KEY----- and this sentence goes on.',
    ].join('\n');
    const { text: left } = await redactor.redact(text);
    assert.equal(left.replace('[redacted: private key]', '-----BEGIN RSA PRIVATE KEY-----'), text);
  });

  it('comments by which a text would switch the detector off have no effect', async () => {
    const token = `ghp_${some(36)}`;
    for (const comment of [
      '<!-- secretlint-disable -->',
      '# secretlint-disable',
      '// secretlint-disable-next-line',
      '/* secretlint-disable @secretlint/secretlint-rule-github -- x */',
      '// SecretLint-Disable-Line',
    ]) {
      await check(`${comment}\nx ${token} // secretlint-disable-line`, `${comment}\nx [redacted: github token] // secretlint-disable-line`);
    }
  });

  it('a key that was cut off at its beginning or its end is still taken out', async () => {
    const [begin = '', body = '', more = '', end = ''] = pem('EC PRIVATE KEY').split('\n');
    await check(`${begin}\n${body}\n${more.slice(0, 30)}\n… 3 lines left out …`, '[redacted: private key]\n… 3 lines left out …');
    await check(`…\n${body}\n${more}\n${end}`, `…\n[redacted: private key]${end}`);
  });

  it('many texts at once: each keeps its own, a key in one does not reach into the next', async () => {
    const begin = '-----BEGIN RSA PRIVATE KEY-----';
    const { texts, found } = await redactor.redactAll(['one', `two ${begin}`, 'three', '', `PASSWORD=abc ghp_${some(36)}`, 'six']);
    assert.deepEqual(texts, [
      'one',
      'two [redacted: private key]',
      'three',
      '',
      'PASSWORD=[redacted: password] [redacted: github token]',
      'six',
    ]);
    assert.deepEqual(found, [
      { kind: 'private key', count: 1 },
      { kind: 'password', count: 1 },
      { kind: 'github token', count: 1 },
    ]);
  });

  it('what was redacted once is not redacted again', async () => {
    const { text } = await redactor.redact(`PASSWORD=abcd1 API_KEY=${some(30)} Bearer ${some(30)} ghp_${some(36)}`);
    await check(text, text);
  });

  it('a secret anywhere in a text of 3 MB is found, also where two goes meet', async () => {
    const token = `ghp_${some(36)}`;
    const text = `${`${'x'.repeat(99)}\n`.repeat(2621)}${'y'.repeat(30)} ${token}\n${`${'z'.repeat(99)}\n`.repeat(27_000)}${token}`;
    const { found } = await redactor.redact(text);
    assert.deepEqual(found, [{ kind: 'github token', count: 2 }]);
  });

  it('texts made to be slow are read all the same', async () => {
    const pieces = [
      'eyJ-',
      'a://',
      'password=',
      'curl -u ',
      '-----BEGIN RSA PRIVATE KEY-----',
      'A'.repeat(60) + '\n',
      'secret_',
      'Bearer ',
      'a.',
      'token-',
    ];
    for (const piece of pieces) {
      const { text } = await redactor.redact(piece.repeat(Math.ceil(200_000 / piece.length)));
      assert.ok(text.length > 0);
    }
  });
});

describe('R6.6 A person can add patterns', () => {
  it('they are applied, with flags where they are given', async () => {
    await check('ticket SEC-123 and sec-9', 'ticket [redacted: your pattern 1] and sec-9', ['SEC-[0-9]+']);
    await check('ticket SEC-123 and sec-9', 'ticket [redacted: your pattern 1] and [redacted: your pattern 1]', ['/sec-\\d+/i']);
  });

  it('one that cannot be read is named, and the others work', async () => {
    const own = createRedactor({ patterns: ['(', '', 'wor[kx]s', '[a-Z]'] });
    assert.equal(own.problems.length, 3);
    assert.match(own.problems[0] ?? '', /pattern 1 \(\(\) cannot be used: .+ Write it like/);
    assert.equal((await own.redact('it works')).text, 'it [redacted: your pattern 3]');
  });

  it('one that would take for ever is broken off; what it did not look through is not written', async () => {
    const own = createRedactor({ patterns: ['(a+)+$'] });
    const { text } = await own.redact(`short\n${'a'.repeat(40)}!\nend`);
    assert.equal(text, 'short\n[redacted: not checked, your pattern 1 is too slow]\nend');
    assert.match(own.problems.join(), /Your pattern 1 for redaction is too slow/);
    const many = await own.redact(`${'a'.repeat(40)}!\n`.repeat(10_000));
    assert.match(many.text, /\[redacted: not checked, your pattern 1 is too slow\]$/);
  });

  it('one that matches everything or nothing does no harm to the program', async () => {
    await check('abc', '[redacted: your pattern 1]', ['[^]*']);
    await check('abc', 'abc', ['x*']);
  });
});

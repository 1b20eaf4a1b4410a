import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { root } from '../../scripts/paths.ts';
import { isNewer, npmPackage, pythonPackage } from '../../src/registry/packages.ts';
import { targetOf, wayTo } from '../../src/registry/offers.ts';
import { readRegistry } from '../../src/registry/registryFile.ts';

const entry = (distribution: unknown, more: object = {}): string =>
  JSON.stringify({ version: '1', agents: [{ id: 'one', name: 'One', version: '1.2.3', description: 'd', distribution, ...more }] });
const archive = (more: object = {}): unknown => ({ 'linux-x86_64': { archive: 'https://example.org/a.zip', cmd: './a', ...more } });
const only = (text: string) => readRegistry(text).agents[0];

describe('R5.4 The list of agents that is shipped', () => {
  const { agents, problems } = readRegistry(readFileSync(join(root, 'media/agents.json'), 'utf8'));

  it('can be read whole, and has the agents that people ask for', () => {
    assert.deepEqual(problems, []);
    assert.ok(agents.length >= 20, String(agents.length));
    const ids = agents.map(({ id }) => id);
    for (const id of ['claude-acp', 'gemini', 'codex-acp', 'opencode', 'qwen-code', 'github-copilot-cli', 'goose', 'cursor'])
      assert.ok(ids.includes(id), id);
  });

  it('pins every package to an exact version', () => {
    for (const { id, npx, uvx } of agents)
      for (const offer of [npx, uvx]) if (offer !== undefined) assert.match(offer.package.version, /^\d+\.\d+/, id);
  });

  it('offers something for each common machine', () => {
    for (const target of ['linux-x86_64', 'darwin-aarch64', 'windows-x86_64']) {
      const ready = agents.filter((agent) => wayTo(agent, { npm: true, uv: true, target }).kind !== 'none');
      assert.ok(ready.length >= 15, `${target}: ${String(ready.length)}`);
    }
  });
});

describe('R5.4 A list of agents from elsewhere', () => {
  it('is no reason to fail when it is not JSON, or something else', () => {
    for (const text of ['', '{', '[]', 'null', '{"agents":{}}', '"x"']) {
      const { agents, problems } = readRegistry(text);
      assert.deepEqual(agents, []);
      assert.equal(problems.length, 1);
    }
  });

  it('loses only the entries that cannot be used, and says which', () => {
    const good = {
      id: 'good',
      name: 'Good',
      version: '1.0.0',
      distribution: { npx: { package: 'good@1.0.0', surprise: true } },
      icon: 'x',
    };
    const bad = [3, {}, { ...good, id: '../up' }, { ...good, id: 'b2', version: 'latest' }, { ...good, id: 'b3', distribution: {} }];
    const { agents, problems } = readRegistry(JSON.stringify({ agents: [...bad, good, { ...good, name: 'Again' }] }));
    assert.deepEqual(
      agents.map(({ name }) => name),
      ['Good'],
    );
    assert.equal(problems.length, bad.length);
    assert.match(problems[2] ?? '', /Entry 3 .*id/);
  });

  it('never fails to be read, whatever it is, and what is taken of it is safe in a path and in a command', () => {
    const wild = fc.record(
      {
        id: fc.oneof(fc.constant('ok'), fc.string()),
        name: fc.anything(),
        version: fc.oneof(fc.constant('1.0.0'), fc.anything()),
        description: fc.anything(),
        distribution: fc.record(
          { npx: fc.anything(), uvx: fc.anything(), binary: fc.dictionary(fc.string(), fc.anything()) },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.array(wild).map((agents) => JSON.stringify({ agents })),
        ),
        (text) => {
          return readRegistry(text).agents.every(
            ({ id, npx, uvx, binary }) =>
              /^[a-z][a-z0-9-]*$/.test(id) &&
              [npx, uvx].every((offer) => offer === undefined || /^\d/.test(offer.package.version)) &&
              Object.values(binary).every(({ program }) => !program.split('/').includes('..')),
          );
        },
      ),
    );
  });

  it('names packages only, never addresses, paths or options', () => {
    for (const spec of [
      'https://x/y.tgz',
      'file:../x',
      './x',
      '--registry=http://x',
      'git+ssh://x',
      'a b',
      '@x',
      'x/../y',
      'npm:other@1.0.0',
    ])
      assert.equal(npmPackage(spec, '1.0.0'), undefined, spec);
    assert.deepEqual(npmPackage('@scope/name@1.2.3-rc.1', '9.9.9'), { name: '@scope/name', version: '1.2.3-rc.1' });
    assert.deepEqual(npmPackage('name@latest', '9.9.9'), { name: 'name', version: '9.9.9' });
    assert.deepEqual(npmPackage('name', '9.9.9'), { name: 'name', version: '9.9.9' });
    assert.deepEqual(pythonPackage('name==1.2', '9'), { name: 'name', version: '1.2' });
    assert.deepEqual(pythonPackage('name[acp]@1.2', '9'), { name: 'name[acp]', version: '1.2' });
    for (const spec of ['name @ https://x', '-r x', 'name>=1']) assert.equal(pythonPackage(spec, '1.0'), undefined, spec);
  });

  it('cannot lead out of an archive, out of the network’s safe part, or into the environment', () => {
    assert.equal(only(entry({ binary: archive() }))?.binary['linux-x86_64']?.program, 'a');
    assert.equal(only(entry({ binary: archive({ cmd: './x\\y.exe' }) }))?.binary['linux-x86_64']?.program, 'x/y.exe');
    for (const cmd of ['../a', '/bin/sh', 'C:\\a', 'a/../../b', '', 'a\nb', '$(x)', 'a;b', '\\\\host\\a'])
      assert.equal(only(entry({ binary: archive({ cmd }) })), undefined, cmd);
    for (const url of ['http://example.org/a.zip', 'file:///a.zip', 'a.zip', 'https://example.org/a.dmg', 'https://example.org/a.msi'])
      assert.equal(only(entry({ binary: archive({ archive: url }) })), undefined, url);
    for (const name of ['PATH', 'NODE_OPTIONS', 'LD_PRELOAD', 'DYLD_INSERT_LIBRARIES', 'npm_config_registry', 'a b'])
      assert.equal(only(entry({ npx: { package: 'x@1.0.0', env: { [name]: '1' } } })), undefined, name);
    assert.equal(only(entry({ npx: { package: 'x@1.0.0', cmd: '../../sh' } })), undefined);
    assert.equal(only(entry({ binary: archive({ sha256: 'abc' }) })), undefined);
  });

  it('is taken in the way that this machine has: npm, an archive, uv; else the row says what is missing', () => {
    const agent = only(entry({ npx: { package: 'x@1.0.0' }, uvx: { package: 'x==1.0.0' }, binary: archive() }));
    assert.ok(agent !== undefined);
    const kind = (npm: boolean, uv: boolean, target: string): string => wayTo(agent, { npm, uv, target }).kind;
    assert.equal(kind(true, true, 'linux-x86_64'), 'npm');
    assert.equal(kind(false, true, 'linux-x86_64'), 'archive');
    assert.equal(kind(false, true, 'linux-aarch64'), 'uv');
    const none = wayTo(agent, { npm: false, uv: false, target: 'linux-aarch64' });
    assert.match(none.kind === 'none' ? none.reason : '', /npm, which was not found/);
    assert.equal(targetOf('win32', 'arm64'), 'windows-aarch64');
    assert.equal(targetOf('darwin', 'x64'), 'darwin-x86_64');
  });
});

describe('R5.4 Versions', () => {
  it('are compared by their numbers, and a release comes after its candidates', () => {
    const rising = ['0.9.0', '0.10.0', '1.0.0-rc.2', '1.0.0-rc.10', '1.0.0', '1.0.1', '2026.10.01'];
    for (const [index, version] of rising.entries())
      for (const [other, than] of rising.entries()) assert.equal(isNewer(version, than), index > other, `${version} > ${than}`);
  });
});

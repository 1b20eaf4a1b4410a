import assert from 'node:assert/strict';
import { catalogueOf } from '../../src/registry/catalogue.ts';
import { isInUse } from '../../src/registry/inUse.ts';
import type { InstalledAgent } from '../../src/registry/installed.ts';
import { readRegistry } from '../../src/registry/registryFile.ts';

const registry = readRegistry(
  JSON.stringify({
    agents: [
      { id: 'gemini', name: 'Gemini CLI', version: '2.0.0', description: 'Google’s', distribution: { npx: { package: 'gem@2.0.0' } } },
      {
        id: 'goose',
        name: 'goose',
        version: '1.0.0',
        description: '',
        distribution: { binary: { 'linux-x86_64': { archive: 'https://example.org/g.zip', cmd: 'g' } } },
      },
      { id: 'snake', name: 'Snake', version: '1.0.0', description: '', distribution: { uvx: { package: 'snake==1.0.0' } } },
    ],
  }),
).agents;
const installed = (id: string, version: string): InstalledAgent => ({
  id,
  name: id,
  version,
  folder: `/agents/${id}/${version}`,
  command: `/agents/${id}/${version}/bin`,
  args: ['--acp'],
  env: { A: '1' },
});
const means = { npm: true, uv: false, target: 'linux-x86_64' };
const none = { settings: [], installed: [], found: [], registry: [], means };
const geminiOnPath = {
  known: { id: 'gemini', name: 'Gemini CLI', command: 'gemini', args: ['--acp'] },
  path: '/usr/bin/gemini',
  command: '/usr/bin/gemini',
  args: [],
};

describe('R5.4 The catalogue of agents', () => {
  it('says of each agent of the registry whether it can be installed here, and why not', () => {
    const { rows, launches } = catalogueOf({ ...none, registry });
    assert.deepEqual(
      rows.map(({ id, state, version, detail, reason }) => [id, state, version, detail ?? reason]),
      [
        ['gemini', 'needs-install', '2.0.0', 'npm: gem@2.0.0'],
        ['goose', 'needs-install', '1.0.0', 'example.org'],
        ['snake', 'unavailable', '1.0.0', 'It comes with uv, which was not found on the path. Install uv first.'],
      ],
    );
    assert.deepEqual(launches, []);
  });

  it('takes what was found on the path before what could be installed, and what was installed before that, the newest', () => {
    const onPath = catalogueOf({ ...none, registry, found: [geminiOnPath] });
    assert.deepEqual([onPath.rows[0]?.state, onPath.rows[0]?.source, onPath.rows[0]?.detail], ['ready', 'path', '/usr/bin/gemini']);
    assert.deepEqual(onPath.launches, [{ id: 'gemini', name: 'Gemini CLI', command: '/usr/bin/gemini', args: ['--acp'], env: {} }]);
    const both = catalogueOf({
      ...none,
      registry,
      found: [geminiOnPath],
      installed: [installed('gemini', '1.9.0'), installed('gemini', '1.10.0')],
    });
    assert.deepEqual([both.rows[0]?.source, both.rows[0]?.version, both.rows[0]?.newer], ['installed', '1.10.0', '2.0.0']);
    assert.equal(both.launches[0]?.command, '/agents/gemini/1.10.0/bin');
    assert.equal(both.rows.filter(({ id }) => id === 'gemini').length, 1);
  });

  it('leaves an agent of the settings as the person has set it, and says when its command cannot be started', () => {
    const launch = { id: 'gemini', name: 'My Gemini', command: 'nowhere', args: ['--x'], env: {} };
    const { rows, launches } = catalogueOf({
      ...none,
      registry,
      found: [geminiOnPath],
      settings: [{ launch, problem: 'The command "nowhere" was not found.' }],
    });
    assert.deepEqual([rows[0]?.name, rows[0]?.state, rows[0]?.reason], ['My Gemini', 'missing', 'The command "nowhere" was not found.']);
    assert.deepEqual(launches, []);
  });

  it('says that nothing newer is there when what is installed is the newest, or was taken from the registry', () => {
    const { rows } = catalogueOf({ ...none, registry, installed: [installed('gemini', '2.0.0'), installed('gone', '1.0.0')] });
    assert.deepEqual(rows.map(({ id, newer }) => [id, newer]).slice(0, 2), [
      ['gemini', undefined],
      ['gone', undefined],
    ]);
  });
});

describe('R5.4 A version that is not needed any more', () => {
  it('is in use while a command line names a program of its folder', () => {
    const folder = '/agents/gemini/1.0.0~aa';
    assert.equal(isInUse(folder, [`node ${folder}/node_modules/.bin/gemini --acp`]), true);
    assert.equal(isInUse(folder, [`${folder}b/files/gemini`, 'vim notes']), false);
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { AgentCatalogue } from '../../src/extension/agents/agentCatalogue.ts';
import type { AgentChoice } from '../../src/extension/agents/agentItems.ts';
import { agentItems } from '../../src/extension/agents/agentItems.ts';
import { english } from '../../src/extension/translate.ts';
import { commandLines, isInUse } from '../../src/registry/inUse.ts';
import { temporaryFolders } from '../registry/temporary.ts';
import { until } from '../support/hostRig.ts';

const agent = (id: string, more: Partial<AgentChoice> = {}): AgentChoice => ({
  id,
  name: id,
  description: `About ${id}`,
  builtIn: false,
  source: 'registry',
  state: 'ready',
  ...more,
});

describe('R5.4 The list of agents', () => {
  it('has groups by what has to happen first, and says version, source, newer version and reason', () => {
    const items = agentItems(
      [
        agent('built-in', { builtIn: true, source: 'built-in' }),
        agent('gemini', { source: 'installed', version: '1.0.0', newer: '2.0.0', detail: '/agents/gemini' }),
        agent('codex', { source: 'path', state: 'needs-login', reason: 'It wants a login.' }),
        agent('goose', { state: 'needs-install', version: '3.0.0', detail: 'example.org' }),
        agent('mine', { source: 'setting', state: 'missing', reason: 'It is a folder.' }),
      ],
      english,
    );
    assert.deepEqual(
      items.map((item) => ('group' in item ? item.group : `${item.label} | ${item.description} | ${item.detail}`)),
      [
        'Ready',
        '$(robot) built-in | built in, needs no account | About built-in',
        '$(check) gemini | 1.0.0 · installed · 2.0.0 is available | About gemini · /agents/gemini',
        'Need a Login',
        '$(key) codex | on the path | It wants a login.',
        'Can Be Installed',
        '$(cloud-download) goose | 3.0.0 | About goose · example.org',
        'Not Usable Here',
        '$(warning) mine | from your settings | It is a folder.',
      ],
    );
  });

  it('makes one plain line of what strangers wrote', () => {
    const [, item] = agentItems([agent('x', { name: 'A\n$(alert) B\u202e', description: 'one\ntwo' })], english);
    assert.ok(item !== undefined && 'label' in item);
    assert.doesNotMatch(item.label, /\n|\$\(alert\)|\u202e/);
    assert.doesNotMatch(item.detail, /\n/);
  });
});

describe('R5.4 The agents of a window', function () {
  this.timeout(60_000);
  const folder = temporaryFolders();
  const made: AgentCatalogue[] = [];
  afterEach(() => {
    for (const catalogue of made.splice(0)) catalogue.dispose();
  });

  const npm = [
    'for last; do :; done',
    'while [ "$1" != "--prefix" ]; do shift; done',
    'mkdir -p "$2/node_modules/one" "$2/node_modules/.bin"; echo \'{"bin":"a.js"}\' > "$2/node_modules/one/package.json"',
    'printf "#!/bin/sh\\nexec sleep 600\\n" > "$2/node_modules/.bin/one"; chmod 755 "$2/node_modules/.bin/one"; echo "got $last"',
  ].join('\n');
  const list = (version: string): string =>
    JSON.stringify({
      agents: [{ id: 'one', name: 'One', version, distribution: { npx: { package: `one@${version}`, args: ['--acp'] } } }],
    });

  const setUp = () => {
    const storage = folder();
    const bin = folder();
    const shipped = join(storage, 'shipped.json');
    writeFileSync(shipped, list('1.0.0'));
    writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${npm}\n`);
    chmodSync(join(bin, 'npm'), 0o755);
    const open = (): AgentCatalogue => {
      const catalogue = new AgentCatalogue({
        storage,
        shipped,
        environment: () => Promise.resolve({ PATH: `${bin}:/usr/bin:/bin` }),
        settings: () => ({ agents: [], refreshes: false }),
        fetch: () => Promise.reject(new Error('nothing is loaded')),
        log: silentLog,
      });
      made.push(catalogue);
      return catalogue;
    };
    return { storage, shipped, bin, open };
  };
  const stateOf = async (catalogue: AgentCatalogue): Promise<unknown[]> => {
    const [row] = (await catalogue.read()).rows;
    return [row?.state, row?.version, row?.newer];
  };
  const install = (catalogue: AgentCatalogue): Promise<unknown> => catalogue.install('one', () => undefined, new AbortController().signal);

  it('can be installed, are updated beside the version that is there, and are removed', async () => {
    const { storage, shipped, open } = setUp();
    const catalogue = open();
    assert.deepEqual(await stateOf(catalogue), ['needs-install', '1.0.0', undefined]);
    let changes = 0;
    catalogue.onDidChange(() => (changes += 1));
    await install(catalogue);
    assert.equal(changes, 1);
    assert.deepEqual(await stateOf(catalogue), ['ready', '1.0.0', undefined]);
    writeFileSync(shipped, list('1.1.0'));
    await catalogue.lookAgain();
    assert.deepEqual(await stateOf(catalogue), ['ready', '1.0.0', '1.1.0']);
    await install(catalogue);
    assert.deepEqual(await stateOf(catalogue), ['ready', '1.1.0', undefined]);
    assert.match((await catalogue.read()).launches[0]?.command ?? '', /one\/1\.1\.0~/);
    assert.equal(readdirSync(join(storage, 'agents', 'one')).length, 2);
    await catalogue.remove('one');
    assert.deepEqual(await stateOf(catalogue), ['needs-install', '1.1.0', undefined]);
    assert.deepEqual(readdirSync(join(storage, 'agents', 'one')), []);
  });

  it('are known to another window as soon as one has installed one', async () => {
    const { open } = setUp();
    const here = open();
    await install(here);
    const there = open();
    assert.deepEqual(await stateOf(there), ['ready', '1.0.0', undefined]);
    const heard = new Promise((resolve) => there.onDidChange(() => resolve(undefined)));
    await here.remove('one');
    await heard;
    assert.deepEqual(await stateOf(there), ['needs-install', '1.0.0', undefined]);
  });

  it('keep a version that runs, and one that was replaced only lately', async () => {
    const { storage, shipped, open } = setUp();
    const catalogue = open();
    await install(catalogue);
    const old = (await catalogue.installed())[0];
    assert.ok(old !== undefined);
    writeFileSync(shipped, list('2.0.0'));
    await catalogue.lookAgain();
    await install(catalogue);
    await catalogue.cleanUp();
    assert.equal(existsSync(old.folder), true);
    const note = join((await catalogue.installed())[0]?.folder ?? '', 'installed.json');
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    utimesSync(note, yesterday, yesterday);
    const running = spawn('/bin/sh', ['-c', `: ${old.folder}/x; sleep 600 & wait`], { detached: true });
    // A process is there before its command line can be read.
    await until(async () => isInUse(old.folder, await commandLines()));
    await catalogue.cleanUp();
    assert.equal(existsSync(old.folder), true);
    await assert.rejects(catalogue.remove('one'), /still runs/);
    const gone = new Promise((resolve) => running.once('exit', resolve));
    process.kill(-(running.pid ?? 0), 'SIGKILL');
    await gone;
    await catalogue.cleanUp();
    assert.equal(existsSync(old.folder), false);
    assert.equal(readdirSync(join(storage, 'agents', 'one')).length, 1);
  });

  it('are those that can be found when the list that ships is broken', async () => {
    const { shipped, bin, open } = setUp();
    writeFileSync(shipped, 'broken');
    writeFileSync(join(bin, 'gemini'), '#!/bin/sh\n');
    chmodSync(join(bin, 'gemini'), 0o755);
    const { rows, launches } = await open().read();
    assert.deepEqual(
      rows.map(({ id, state, source }) => [id, state, source]),
      [['gemini', 'ready', 'path']],
    );
    assert.deepEqual(launches[0]?.args, ['--acp']);
  });
});

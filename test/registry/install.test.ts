import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { LoomError } from '../../src/base/errors.ts';
import type { Fetch } from '../../src/registry/download.ts';
import { installFailure } from '../../src/registry/installFailure.ts';
import { installAgent } from '../../src/registry/install.ts';
import { listInstalled, makeInstallFolder, newestOf, removeHalfInstalled, removeInstalled } from '../../src/registry/installed.ts';
import type { InstalledAgent } from '../../src/registry/installed.ts';
import { wayTo } from '../../src/registry/offers.ts';
import { readRegistry } from '../../src/registry/registryFile.ts';
import { temporaryFolders } from './temporary.ts';

const system = { PATH: '/usr/bin:/bin' };
const agentText = '#!/bin/sh\necho agent\n';

describe('R5.4 Installing an agent', function () {
  this.timeout(60_000);
  const folder = temporaryFolders();
  const files = new Map<string, Buffer>();
  let server: Server;
  let fetchHere: Fetch;
  before(async () => {
    server = createServer((request, response) => {
      const file = files.get(request.url ?? '');
      if (request.url === '/hangs.zip') response.writeHead(200, { 'content-length': '1000' }).write('x');
      else if (request.url === '/moved.zip') response.writeHead(302, { location: '/good.zip' }).end();
      else if (file === undefined) response.writeHead(404).end();
      else response.end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    fetchHere = (url, init) => fetch(url.replace('https://agents.test', `http://127.0.0.1:${String(port)}`), init);
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  interface Wish {
    readonly distribution: unknown;
    readonly root?: string;
    readonly path?: string;
    readonly signal?: AbortSignal;
    readonly progress?: (text: string) => void;
    readonly lines?: string[];
  }
  const install = async ({
    distribution,
    root = folder(),
    path,
    signal,
    progress = () => undefined,
    lines = [],
  }: Wish): Promise<InstalledAgent> => {
    const [agent] = readRegistry(JSON.stringify({ agents: [{ id: 'one', name: 'One', version: '1.2.3', distribution }] })).agents;
    assert.ok(agent !== undefined, 'the entry can be read');
    const way = wayTo(agent, { npm: true, uv: true, target: 'linux-x86_64' });
    const environment = { ...system, ...(path === undefined ? {} : { PATH: `${path}:${system.PATH}` }) };
    return installAgent(agent, way, { root, environment, fetch: fetchHere, line: (line) => lines.push(line), progress }, signal);
  };
  const binary = (file: string, more: object = {}) => ({
    binary: { 'linux-x86_64': { archive: `https://agents.test/${file}`, cmd: './bin/agent', args: ['acp'], ...more } },
  });
  const offer = (file: string, bytes: Uint8Array): string => {
    files.set(`/${file}`, Buffer.from(bytes));
    return createHash('sha256').update(bytes).digest('hex');
  };
  const failure = (code: string, text: RegExp) => (error: unknown) =>
    error instanceof LoomError && error.code === code && text.test(error.message);
  const nothingIn = (root: string): void => assert.deepEqual(existsSync(join(root, 'one')) ? readdirSync(join(root, 'one')) : [], []);

  /** A program on a path of its own. */
  const tool = (name: string, text: string): string => {
    const bin = folder();
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
    return bin;
  };

  describe('with npm', () => {
    const npm = [
      'while [ "$1" != "--prefix" ]; do shift; done',
      'folder="$2"; echo "added 1 package for $*"',
      'mkdir -p "$folder/node_modules/@scope/agent" "$folder/node_modules/.bin"',
      `echo '{"bin":{"agent":"a.js","other":"b.js"}}' > "$folder/node_modules/@scope/agent/package.json"`,
      `printf '${agentText.replaceAll('\n', '\\n')}' > "$folder/node_modules/.bin/agent"; chmod 755 "$folder/node_modules/.bin/agent"`,
    ].join('\n');
    const distribution = { npx: { package: '@scope/agent@1.2.3', args: ['--acp'], env: { A: '1' } } };

    it('takes exactly one version, into a folder of its own, and knows what to start', async () => {
      const root = folder();
      const lines: string[] = [];
      const installed = await install({ distribution, root, path: tool('npm', npm), lines });
      assert.match(lines.join('\n'), /@scope\/agent@1\.2\.3$/m);
      assert.deepEqual([installed.version, installed.args, installed.env], ['1.2.3', ['--acp'], { A: '1' }]);
      assert.equal(execFileSync(installed.command, { encoding: 'utf8' }), 'agent\n');
      assert.deepEqual(await listInstalled(root), [installed]);
      assert.ok(installed.command.startsWith(join(root, 'one', '1.2.3~')));
    });

    it('says what npm said when it fails, and leaves nothing', async () => {
      const root = folder();
      const fails = (code: string): string => tool('npm', `echo "npm error code ${code}" >&2\necho "npm error more" >&2\nexit 1`);
      await assert.rejects(
        install({ distribution, root, path: fails('ENOTFOUND') }),
        failure('unavailable', /could not be reached \(ENOTFOUND\)\. Check the network/),
      );
      await assert.rejects(install({ distribution, root, path: fails('ETARGET') }), failure('unavailable', /does not have this version/));
      await assert.rejects(install({ distribution, root, path: fails('ENOSPC') }), failure('storage', /no space left/));
      await assert.rejects(install({ distribution, root, path: fails('EOTHER') }), failure('agent', /npm ended with code 1\..*\nmore/s));
      await assert.rejects(install({ distribution, root, path: tool('npm', 'true') }), failure('agent', /was not installed/));
      nothingIn(root);
    });

    it('says so when there is no npm', async () => {
      const root = folder();
      await assert.rejects(
        installAgent(
          { id: 'one', name: 'One', version: '1', description: '', binary: {} },
          { kind: 'npm', version: '1', offer: { package: { name: 'x', version: '1' }, args: [], env: {} } },
          { root, environment: { PATH: folder() }, fetch: fetchHere, line: () => undefined, progress: () => undefined },
        ),
        failure('unavailable', /npm was not found on the path/),
      );
      nothingIn(root);
    });

    it('ends with all that it started when it is cancelled, and leaves nothing half', async () => {
      const root = folder();
      const stop = new AbortController();
      const path = tool('npm', `sleep 600 & echo started; echo $! > "${join(root, 'child')}"; wait`);
      const lines: string[] = [];
      const running = install({ distribution, root, path, signal: stop.signal, lines });
      const timer = setInterval(() => {
        if (existsSync(join(root, 'child')) && lines.length > 0) stop.abort();
      }, 10);
      await assert.rejects(running, failure('cancelled', /cancelled/));
      clearInterval(timer);
      nothingIn(root);
      const child = Number(readFileSync(join(root, 'child'), 'utf8'));
      // One that nobody has fetched the exit code of has ended all the same.
      const stat = await readFile(`/proc/${String(child)}/stat`, 'utf8').catch(() => '');
      assert.match(stat, /^$|\) [ZX] /);
    });
  });

  it('with uv: the tool and its programs lie in the folder', async () => {
    const uv = [
      'echo "$*"',
      'mkdir -p "$UV_TOOL_DIR/snake" "$UV_TOOL_BIN_DIR"',
      `printf '${agentText.replaceAll('\n', '\\n')}' > "$UV_TOOL_BIN_DIR/snake"; chmod 755 "$UV_TOOL_BIN_DIR/snake"`,
    ].join('\n');
    const lines: string[] = [];
    const installed = await install({ distribution: { uvx: { package: 'snake==1.2.3' } }, path: tool('uv', uv), lines });
    assert.match(lines[0] ?? '', /^tool install .*snake==1\.2\.3$/);
    assert.equal(execFileSync(installed.command, { encoding: 'utf8' }), 'agent\n');
  });

  describe('from an archive', () => {
    const zip = (entries: Parameters<typeof zipSync>[0]): Uint8Array => zipSync(entries);
    const withMode = (text: string, mode: number): [Uint8Array, { os: number; attrs: number }] => [
      Buffer.from(text),
      { os: 3, attrs: mode << 16 },
    ];

    it('zip: programs can be executed, the checksum holds, progress is told', async () => {
      const bytes = zip({
        'bin/agent': withMode(agentText, 0o100755),
        'bin/helper': withMode(agentText, 0o100755),
        'notes.txt': withMode('n'.repeat(300_000), 0o100644),
      });
      const sha256 = offer('good.zip', bytes);
      const said: string[] = [];
      const installed = await install({ distribution: binary('good.zip', { sha256 }), progress: (text) => said.push(text) });
      assert.equal(execFileSync(installed.command, { encoding: 'utf8' }), 'agent\n');
      assert.equal(execFileSync(join(installed.folder, 'files/bin/helper'), { encoding: 'utf8' }), 'agent\n');
      assert.equal(statSync(join(installed.folder, 'files/notes.txt')).mode & 0o111, 0);
      assert.equal(readFileSync(join(installed.folder, 'files/notes.txt'), 'utf8').length, 300_000);
      assert.deepEqual(installed.args, ['acp']);
      assert.deepEqual(readdirSync(installed.folder).sort(), ['files', 'installed.json']);
      assert.ok(said.some((text) => /Loads good\.zip \(.* of .* MB\)/.test(text)) && said.includes('Unpacks good.zip'), said.join('\n'));
    });

    it('a bare program is what it is, and can be executed', async () => {
      offer('agent-linux', Buffer.from(agentText));
      const lines: string[] = [];
      const installed = await install({ distribution: binary('agent-linux'), lines });
      assert.equal(execFileSync(installed.command, { encoding: 'utf8' }), 'agent\n');
      assert.match(lines.join('\n'), /names no checksum for agent-linux; its SHA-256 is [0-9a-f]{64}/);
    });

    it('tar: as well, with links inside of it', async () => {
      const top = folder();
      mkdirSync(join(top, 'bin'));
      writeFileSync(join(top, 'bin/real'), agentText, { mode: 0o755 });
      symlinkSync('real', join(top, 'bin/agent'));
      execFileSync('tar', ['-czf', join(top, 'out.tgz'), '-C', top, 'bin']);
      offer('good.tar.gz', readFileSync(join(top, 'out.tgz')));
      const installed = await install({ distribution: binary('good.tar.gz') });
      assert.equal(execFileSync(installed.command, { encoding: 'utf8' }), 'agent\n');
    });

    it('that is not what its checksum says, is none, or cannot be loaded leaves nothing', async () => {
      const root = folder();
      offer('good.zip', zip({ 'bin/agent': withMode(agentText, 0o100755) }));
      await assert.rejects(
        install({ root, distribution: binary('good.zip', { sha256: 'a'.repeat(64) }) }),
        failure('damaged', /checksum differs/),
      );
      offer('torn.zip', zip({ 'bin/agent': withMode(agentText.repeat(100), 0o100755) }).subarray(0, 60));
      await assert.rejects(install({ root, distribution: binary('torn.zip') }), failure('damaged', /no zip file, or it is cut off/));
      offer('none.zip', Buffer.from('hello'));
      await assert.rejects(install({ root, distribution: binary('none.zip') }), failure('damaged', /no zip file/));
      offer('none.tar.gz', Buffer.from('hello'));
      await assert.rejects(install({ root, distribution: binary('none.tar.gz') }), failure('damaged', /could not be unpacked/));
      await assert.rejects(install({ root, distribution: binary('missing.zip') }), failure('unavailable', /answered 404/));
      await assert.rejects(install({ root, distribution: binary('moved.zip') }), failure('unavailable', /not encrypted/));
      offer('empty.zip', zip({ 'other/agent': withMode(agentText, 0o100755) }));
      await assert.rejects(install({ root, distribution: binary('empty.zip') }), failure('agent', /no program files\/bin\/agent/));
      nothingIn(root);
    });

    it('that would leave its folder, by a name or by a link, is not unpacked', async () => {
      const root = folder();
      const outside = folder();
      const link = 0o120777;
      const bad: Record<string, Parameters<typeof zipSync>[0]> = {
        'up.zip': { '../up': withMode('x', 0o100644) },
        'root.zip': { '/root': withMode('x', 0o100644) },
        'windows.zip': { 'a\\..\\..\\b': withMode('x', 0o100644) },
        'link.zip': { 'bin/agent': withMode('/bin/sh', link) },
        'uplink.zip': { 'bin/agent': withMode('../../../../x', link) },
        'through.zip': { d: withMode(outside, link), 'd/evil': withMode('x', 0o100644) },
      };
      for (const [name, entries] of Object.entries(bad)) {
        offer(name, zip(entries));
        await assert.rejects(
          install({ root, distribution: binary(name) }),
          (error) => error instanceof LoomError && /leads out|not installed/.test(error.message),
          name,
        );
      }
      assert.deepEqual(readdirSync(outside), []);
      const top = folder();
      mkdirSync(join(top, 'bin'));
      symlinkSync('/bin/sh', join(top, 'bin/agent'));
      execFileSync('tar', ['-cf', join(top, 'link.tar'), '-C', top, 'bin']);
      execFileSync('tar', ['-cPf', join(top, 'up.tar'), '-C', join(top, 'bin'), '--transform', 's,^agent,../../agent,', 'agent']);
      for (const name of ['link', 'up']) {
        offer(`${name}.tar.gz`, readFileSync(join(top, `${name}.tar`)));
        await assert.rejects(
          install({ root, distribution: binary(`${name}.tar.gz`) }),
          failure('damaged', /leads out of its folder/),
          name,
        );
      }
      nothingIn(root);
    });

    it('is given up in the middle of its download when a person cancels', async () => {
      const root = folder();
      const stop = new AbortController();
      const running = install({
        root,
        distribution: binary('hangs.zip'),
        signal: stop.signal,
        progress: (text) => /of/.test(text) && stop.abort(),
      });
      await assert.rejects(running, failure('cancelled', /cancelled/));
      nothingIn(root);
    });
  });

  it('a disk that is full or cannot be written is said in words', () => {
    const of = (code: string): LoomError => installFailure('One', Object.assign(new Error(`${code}: write`), { code }));
    assert.deepEqual([of('ENOSPC').code, of('EROFS').code], ['storage', 'storage']);
    assert.match(of('ENOSPC').message, /^"One" was not installed: there is no space left on the disk\. Make some, and try again\.$/);
    assert.match(of('EACCES').message, /Nothing can be written there/);
  });

  it('what was left half installed is removed, unless somebody works on it; what is installed stays', async () => {
    const root = folder();
    const mine = await makeInstallFolder(root, 'one', '1.0.0');
    const dead = await makeInstallFolder(root, 'one', '1.0.0');
    writeFileSync(join(dead, 'installing'), '999999');
    offer('agent-linux', Buffer.from(agentText));
    const installed = await install({ root, distribution: binary('agent-linux') });
    await removeHalfInstalled(root, (pid) => pid === process.pid);
    assert.deepEqual([existsSync(mine), existsSync(dead), existsSync(installed.folder)], [true, false, true]);
    await removeInstalled(installed);
    assert.deepEqual(await listInstalled(root), []);
    assert.deepEqual(
      newestOf([installed, { ...installed, version: '1.10.0' }, { ...installed, version: '1.9.0' }]).map(({ version }) => version),
      ['1.10.0'],
    );
  });
});

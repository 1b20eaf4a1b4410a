import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { installAgent } from '../../src/registry/install.ts';
import { findProgram } from '../../src/registry/findProgram.ts';
import { wayTo } from '../../src/registry/offers.ts';
import { readRegistry } from '../../src/registry/registryFile.ts';
import { temporaryFolders } from './temporary.ts';

describe('R5.4 Installing an agent with the npm of this machine', function () {
  this.timeout(60_000);
  const folder = temporaryFolders();
  let server: Server;
  let environment: NodeJS.ProcessEnv;
  before(async function () {
    if ((await findProgram('npm', process.env)) === undefined) this.skip();
    const packed = folder();
    mkdirSync(join(packed, 'package'));
    // The script stands for those that fetch a program after the install.
    const manifest = {
      name: '@scope/one',
      version: '1.2.3',
      bin: { one: 'one.js' },
      scripts: { postinstall: "node -e \"require('fs').writeFileSync('fetched','')\"" },
    };
    writeFileSync(join(packed, 'package/package.json'), JSON.stringify(manifest));
    writeFileSync(join(packed, 'package/one.js'), '#!/usr/bin/env node\nprocess.stdout.write(`one ${process.argv[2]}`);\n', {
      mode: 0o755,
    });
    execFileSync('tar', ['-czf', join(packed, 'one.tgz'), '-C', packed, 'package']);
    const tarball = readFileSync(join(packed, 'one.tgz'));
    server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo;
      if (request.url?.endsWith('.tgz') === true) response.end(tarball);
      else if (request.url === '/@scope%2fone') {
        const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
        const dist = { tarball: `http://127.0.0.1:${String(port)}/one.tgz`, integrity };
        const versions = { '1.2.3': { ...manifest, dist, hasInstallScript: true } };
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ name: manifest.name, 'dist-tags': { latest: '1.2.3' }, versions }));
      } else response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const home = folder();
    environment = {
      PATH: process.env['PATH'],
      HOME: home,
      npm_config_registry: `http://127.0.0.1:${String(port)}/`,
      npm_config_cache: join(home, 'cache'),
      npm_config_update_notifier: 'false',
      npm_config_fetch_retries: '0',
    };
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const install = (root: string, version: string): ReturnType<typeof installAgent> => {
    const distribution = { npx: { package: `@scope/one@${version}`, args: ['--acp'] } };
    const [agent] = readRegistry(JSON.stringify({ agents: [{ id: 'one', name: 'One', version, distribution }] })).agents;
    assert.ok(agent !== undefined);
    const way = wayTo(agent, { npm: true, uv: false, target: '' });
    const nothing = (): void => undefined;
    return installAgent(agent, way, { root, environment, fetch, line: nothing, progress: nothing });
  };

  it('gives a program that runs, and runs what the package does after its install', async () => {
    const installed = await install(folder(), '1.2.3');
    assert.equal(execFileSync(installed.command, installed.args, { encoding: 'utf8', env: environment }), 'one --acp');
    assert.equal(existsSync(join(installed.folder, 'node_modules/@scope/one/fetched')), true);
  });

  it('says that a version is not there', async () => {
    const root = folder();
    await assert.rejects(install(root, '9.9.9'), /the registry of packages does not have this version \((ETARGET|E404): .*one@9\.9\.9\)/);
    assert.deepEqual(readdirSync(join(root, 'one')), []);
  });
});

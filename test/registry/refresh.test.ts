import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { cachedRegistry, refreshRegistry, registryAddress } from '../../src/registry/refresh.ts';
import { temporaryFolders } from './temporary.ts';

const list = (version: string): string =>
  JSON.stringify({
    version: '1',
    agents: [{ id: 'one', name: 'One', version, description: '', distribution: { npx: { package: `one@${version}` } } }],
  });

describe('R5.4 The list of agents, loaded anew', function () {
  this.timeout(60_000);
  const folder = temporaryFolders();
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let asked = 0;
  let time = 1_800_000_000_000;
  const said: string[] = [];
  before(async () => {
    server = createServer((request, response) => {
      asked += 1;
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const refresh = (file: string, signal?: AbortSignal): Promise<boolean> => {
    const { port } = server.address() as AddressInfo;
    const local = (url: string, init: RequestInit): Promise<Response> => {
      assert.equal(url, registryAddress);
      return fetch(`http://127.0.0.1:${String(port)}/registry.json`, init);
    };
    const log = {
      ...silentLog,
      info: (message: string, data?: Record<string, unknown>) => said.push(`${message} ${JSON.stringify(data)}`),
    };
    return refreshRegistry({ file, fetch: local, log, now: () => time }, signal);
  };

  it('is kept, asked for at most twice a day, and then only where it has changed', async () => {
    const file = join(folder(), 'kept', 'registry.json');
    answer = (_request, response) => void response.setHeader('etag', '"a"').end(list('1.0.0'));
    assert.equal(await refresh(file), true);
    assert.equal((await cachedRegistry(file))?.[0]?.version, '1.0.0');
    const before = asked;
    assert.equal(await refresh(file), false);
    assert.equal(asked, before);
    time += 13 * 60 * 60 * 1000;
    answer = (request, response) => void response.writeHead(request.headers['if-none-match'] === '"a"' ? 304 : 500).end();
    assert.equal(await refresh(file), false);
    assert.equal((await cachedRegistry(file))?.[0]?.version, '1.0.0');
    assert.equal(await refresh(file), false);
    assert.equal(asked, before + 1);
    time += 13 * 60 * 60 * 1000;
    answer = (_request, response) => void response.end(list('2.0.0'));
    assert.equal(await refresh(file), true);
    assert.equal((await cachedRegistry(file))?.[0]?.version, '2.0.0');
  });

  it('leaves the one at hand when the answer is no list, an error, or does not come, and says so in the log', async () => {
    const file = join(folder(), 'registry.json');
    const answers: (typeof answer)[] = [
      (_request, response) => void response.end('<html>'),
      (_request, response) => void response.end('{"agents":[]}'),
      (_request, response) => void response.writeHead(503).end(),
      (request) => void request.socket.destroy(),
    ];
    for (const each of answers) {
      answer = each;
      assert.equal(await refresh(file), false);
    }
    const stop = new AbortController();
    answer = () => stop.abort();
    assert.equal(await refresh(file, stop.signal), false);
    assert.equal(existsSync(file), false);
    assert.equal(said.filter((line) => line.includes('was not loaded anew')).length, answers.length + 1);
  });

  it('that was damaged on the disk is as if it were not there', async () => {
    const file = join(folder(), 'registry.json');
    writeFileSync(file, '{"checkedAt": 1, "text"');
    assert.equal(await cachedRegistry(file), undefined);
    answer = (_request, response) => void response.end(list('3.0.0'));
    assert.equal(await refresh(file), true);
    assert.match(readFileSync(file, 'utf8'), /3\.0\.0/);
  });
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { mcpParams } from '../../../src/host/agents/mcpParams.ts';
import { McpSources } from '../../../src/host/instances/mcpSources.ts';
import { filledServer, inputsIn, serversIn } from '../../../src/protocol/mcpServers.ts';

describe('R2.8 R1.14 MCP servers for agents', () => {
  let cwd = '';
  beforeEach(() => (cwd = realpathSync(mkdtempSync(join(tmpdir(), 'loom-mcp-')))));
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const sources = (approved: Set<string>, own: object = {}): { readonly of: McpSources; readonly asked: string[] } => {
    const asked: string[] = [];
    const of = new McpSources({
      own: () => serversIn(own, 'test').servers,
      approvals: {
        isApproved: (_kind, subject, sha256) => approved.has(`${subject} ${sha256}`),
        ask: ({ title }) => (asked.push(title), Promise.resolve(false)),
      },
      windows: {
        ask: (method, params) =>
          Promise.resolve(
            method === 'window/inputs' && (params as { server: string }).server === 'keyed' ? { values: { key: 'k-1' } } : undefined,
          ) as never,
      },
      environment: () => ({ HOME: '/home/ada' }),
      log: silentLog,
    });
    return { of, asked };
  };
  const session = () => ({ id: 's', cwd, folder: cwd });

  it('of the repository are passed on only while what stands in .mcp.json is what was approved', async () => {
    const file = join(cwd, '.mcp.json');
    const text = JSON.stringify({ mcpServers: { files: { command: 'files', args: ['${workspaceFolder}'] }, broken: { command: 7 } } });
    writeFileSync(file, text);
    const approved = new Set<string>();
    const { of, asked } = sources(approved);
    assert.deepEqual(await of.of(session()), {});
    assert.deepEqual(asked, ['Use the MCP servers of the repository: files']);
    approved.add(`${file} ${createHash('sha256').update(text).digest('hex')}`);
    assert.deepEqual(await of.of(session()), { files: { command: 'files', args: [cwd], env: {} } });
    writeFileSync(file, text.replace('"files","args"', '"rm","args"'));
    assert.deepEqual(await of.of(session()), {});
    assert.equal(asked.length, 2, 'what was changed is asked about again');
  });

  it('of the person need no approval, go before those of the repository, and get their secret values from a window', async () => {
    const own = {
      keyed: { url: 'https://example.org/${input:key}', headers: { A: '${env:HOME}' } },
      lost: { command: 'x', env: { K: '${input:none}' } },
    };
    const { of, asked } = sources(new Set(), own);
    assert.deepEqual(await of.of(session()), { keyed: { type: 'http', url: 'https://example.org/k-1', headers: { A: '/home/ada' } } });
    assert.deepEqual(asked, []);
  });

  it('are told to an agent as it can reach them', () => {
    const { servers, problems } = serversIn(
      {
        a: { command: 'a', env: { N: 1 } },
        b: { url: 'https://b' },
        c: { type: 'sse', url: 'https://c' },
        d: { url: 'file:///etc' },
        e: 5,
      },
      'x',
    );
    assert.equal(problems.length, 2);
    const a = { name: 'a', command: 'a', args: [], env: [{ name: 'N', value: '1' }] };
    assert.deepEqual(mcpParams(servers, { http: false, sse: false }), [a]);
    assert.deepEqual(mcpParams(servers, { http: true, sse: true }), [
      a,
      { type: 'http', name: 'b', url: 'https://b', headers: [] },
      { type: 'sse', name: 'c', url: 'https://c', headers: [] },
    ]);
  });

  it('have variables filled in, with what stands for a missing one', () => {
    const server = { command: '${HOME}/x', args: ['${NOTHING:-default}', '${odd name}', '${input:a}'], env: {} };
    assert.deepEqual(inputsIn(server), ['a']);
    assert.deepEqual(filledServer(server, { inputs: { a: '1' }, environment: { HOME: '/h' }, folder: '/f' }), {
      command: '/h/x',
      args: ['default', '${odd name}', '1'],
      env: {},
    });
  });
});

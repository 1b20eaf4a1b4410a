/** Real agents from npm, in the versions that the tests were made with, installed into the checkout's cache on first use. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { InputOf } from '../../src/protocol/contract.ts';
import type { HostRequests } from '../../src/protocol/host.ts';
import { fetchOnce } from '../support/cache.ts';

type AgentLaunch = InputOf<HostRequests['host/configure']>['agents'][number];

/** The packages, exactly. */
export const packages = { opencode: 'opencode-ai@1.18.33', gemini: '@google/gemini-cli@0.61.0' } as const;

const cache = join(import.meta.dirname, '..', '..', '.vscode-test', 'agents');

/** Installs an agent unless it is there, and gives the folder of its programs. */
export async function installAgent(name: keyof typeof packages): Promise<string> {
  const folder = await fetchOnce(cache, packages[name].replaceAll(/[^A-Za-z0-9.@-]/g, '_'), async (into) => {
    writeFileSync(join(into, 'package.json'), '{ "private": true }\n');
    const args = ['install', '--no-audit', '--no-fund', '--save-exact', packages[name]];
    await promisify(execFile)('npm', args, { cwd: into, shell: process.platform === 'win32', maxBuffer: 64 * 1024 * 1024 });
  });
  return join(folder, 'node_modules');
}

/** What both agents have to know to stay on this machine: a home of their own, and no proxy on the way to loopback. */
function ownHome(home: string): Record<string, string> {
  return {
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
    NO_PROXY: '127.0.0.1,localhost',
  };
}

/** OpenCode with the endpoint as its only model; it asks before it edits or runs anything. */
export async function openCode(home: string, endpoint: string): Promise<AgentLaunch> {
  const modules = await installAgent('opencode');
  const config = join(home, 'opencode.json');
  mkdirSync(home, { recursive: true });
  const settings = {
    $schema: 'https://opencode.ai/config.json',
    model: 'scripted/scripted',
    small_model: 'scripted/scripted',
    autoupdate: false,
    share: 'disabled',
    provider: {
      scripted: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Scripted',
        options: { baseURL: `${endpoint}/v1`, apiKey: 'none' },
        models: { scripted: { name: 'Scripted', tool_call: true, limit: { context: 100_000, output: 4096 } } },
      },
    },
    permission: { edit: 'ask', bash: 'ask' },
  };
  writeFileSync(config, JSON.stringify(settings));
  return {
    id: 'opencode',
    name: 'OpenCode',
    command: join(modules, '.bin', 'opencode'),
    args: ['acp'],
    env: { ...ownHome(home), OPENCODE_CONFIG: config, OPENCODE_DISABLE_MODELS_FETCH: '1' },
  };
}

/** Gemini CLI with a key that opens nothing, and the endpoint in the place of the service. */
export async function geminiCli(home: string, endpoint: string): Promise<AgentLaunch> {
  const modules = await installAgent('gemini');
  mkdirSync(join(home, '.gemini'), { recursive: true });
  const settings = { security: { auth: { selectedType: 'gemini-api-key' } }, privacy: { usageStatisticsEnabled: false } };
  writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify(settings));
  return {
    id: 'gemini',
    name: 'Gemini CLI',
    command: join(modules, '.bin', 'gemini'),
    args: ['--acp'],
    env: { ...ownHome(home), GEMINI_API_KEY: 'fake', GOOGLE_GEMINI_BASE_URL: endpoint, GEMINI_CLI_TRUST_WORKSPACE: 'true' },
  };
}

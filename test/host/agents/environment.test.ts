import assert from 'node:assert/strict';
import { agentEnvironment } from '../../../src/host/agents/environment.ts';
import { Heard, agents, inlineAgent } from './heard.ts';

describe('R6.14 the environment of an agent', function () {
  this.timeout(60_000);
  const test = agents();

  const editor = {
    ELECTRON_RUN_AS_NODE: '1',
    ELECTRON_NO_ASAR: '1',
    VSCODE_IPC_HOOK_CLI: '/x',
    VSCODE_GIT_ASKPASS_MAIN: '/x',
    GIT_ASKPASS: '/x',
    SSH_ASKPASS: '/x',
    SSH_ASKPASS_REQUIRE: 'force',
    NODE_OPTIONS: '--inspect',
    CDPATH: '/etc',
    BROWSER: '/vscode-server/bin/helpers/browser.sh',
  };
  const own = { PATH: '/bin', HOME: '/home/me', NODE_ENV: 'test', MY_VSCODE_NAME: 'kept', GIT_AUTHOR_NAME: 'me' };

  it('is that of the window without what belongs to the editor', () => {
    assert.deepEqual(agentEnvironment({ ...own, ...editor, GONE: undefined }, {}, 'linux'), own);
    assert.deepEqual(agentEnvironment({ BROWSER: 'firefox' }, {}, 'linux'), { BROWSER: 'firefox' });
  });

  it('has what the settings add, also what would have been taken out', () => {
    assert.deepEqual(agentEnvironment(editor, { ELECTRON_RUN_AS_NODE: '1', KEY: 'a=b' }, 'linux'), {
      ELECTRON_RUN_AS_NODE: '1',
      KEY: 'a=b',
    });
  });

  it('has one path on Windows, whichever way it is spelled', () => {
    assert.deepEqual(agentEnvironment({ Path: 'old', Other: 'x' }, { PATH: 'new' }, 'win32'), { Other: 'x', PATH: 'new' });
    assert.deepEqual(agentEnvironment({ Path: 'old' }, { PATH: 'new' }, 'linux'), { Path: 'old', PATH: 'new' });
  });

  it('arrives, together with the token by which a host finds what it started', async () => {
    const program = inlineAgent(
      `
      require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id, method, params } = JSON.parse(line);
        if (method === 'session/prompt') console.log(JSON.stringify({ jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's', update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: JSON.stringify(process.env) } } } }));
        console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { protocolVersion: 1, sessionId: 's', stopReason: 'end_turn' } }));
      }).on('close', () => process.exit(0));
    `,
      { FROM_SETTINGS: 'yes' },
    );
    const instance = await test.start(program, {
      environment: { ...process.env, VSCODE_PID: '1', FROM_WINDOW: 'yes' },
      token: 'the-token',
    });
    const heard = new Heard();
    const session = await instance.open({ cwd: test.folder, listener: heard });
    await session.prompt([{ type: 'text', text: 'env' }]);
    const environment = JSON.parse(heard.text) as Record<string, string>;
    assert.equal(environment['SESSION_LOOM_TOKEN'], 'the-token');
    assert.equal(environment['FROM_SETTINGS'], 'yes');
    assert.equal(environment['FROM_WINDOW'], 'yes');
    assert.equal(environment['VSCODE_PID'], undefined);
  });
});

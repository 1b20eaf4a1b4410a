import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { RunningAgent, temporaryFolder } from './runningAgent.ts';

describe('R6.14 the built-in agent is one file that needs nothing beside it', () => {
  it('works when it is bundled as CommonJS into a folder of its own', async () => {
    const folder = temporaryFolder();
    try {
      const program = join(folder.path, 'agent.cjs');
      const entry = fileURLToPath(new URL('../../src/agent/main.ts', import.meta.url));
      await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'cjs', outfile: program, logLevel: 'silent' });
      const agent = await RunningAgent.start({ program });
      const id = await agent.open(folder.path);
      await agent.prompt(id, '/run echo bundled');
      await agent.prompt(id, '/search /bundled/ *.txt');
      assert.match(JSON.stringify(agent.updates(id)), /bundled\\n\[exit code 0\]/);
      assert.equal(await agent.close(), 0);
    } finally {
      folder.remove();
    }
  });
});

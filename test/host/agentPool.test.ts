import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import type { AgentListener, AgentProgram } from '../../src/host/agents/agentPort.ts';
import { AgentPool } from '../../src/host/agentPool.ts';
import { FakeAgents } from '../support/fakeAgents.ts';

const program: AgentProgram = { id: 'a', name: 'A', command: 'a', args: [], env: {} };
const listener: AgentListener = { update: () => undefined, ask: () => Promise.resolve(undefined), closed: () => undefined };
const options = { cwd: '/w', listener };

describe('R3.3 R5.4 The pool of agents', () => {
  it('starts an agent once however many sessions ask, and another one for a session with other variables', async () => {
    const agents = new FakeAgents();
    const pool = new AgentPool(agents.start, silentLog);
    const withPort: AgentProgram = { ...program, env: { PORT: '4000' } };
    await Promise.all([
      ...Array.from({ length: 5 }, () => pool.open(program, options)),
      ...Array.from({ length: 2 }, () => pool.open(withPort, options)),
    ]);
    assert.deepEqual(
      agents.started.map(({ program: { env }, sessionCount }) => [env['PORT'], sessionCount]),
      [
        [undefined, 5],
        ['4000', 2],
      ],
    );
    await pool.close();
    assert.deepEqual(agents.running, []);
  });
});

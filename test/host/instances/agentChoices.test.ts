import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LoomError } from '../../../src/base/errors.ts';
import { AgentChoices } from '../../../src/host/instances/agentChoices.ts';
import { loginNeeded, startFailure } from '../../../src/host/agents/failures.ts';
import { LoginMarks } from '../../../src/host/instances/loginMarks.ts';
import { silentLog } from '../../../src/base/log.ts';
import { temporaryFolders } from '../../registry/temporary.ts';
import type { AgentRow } from '../../../src/protocol/settings.ts';

const builtIn = { id: 'built-in', name: 'Built-in Agent', command: 'node', args: [], env: {} };
const launch = (id: string) => ({ id, name: id.toUpperCase(), command: `/bin/${id}`, args: [], env: {} });
const row = (id: string, more: Partial<AgentRow> = {}): AgentRow => ({
  id,
  name: id.toUpperCase(),
  description: '',
  source: 'path',
  state: 'ready',
  ...more,
});

function choices(defaultAgent = 'built-in'): AgentChoices {
  const made = new AgentChoices(builtIn);
  made.configure({
    agents: [launch('a'), launch('b'), launch('typo')],
    catalogue: [
      row('a'),
      row('b', { source: 'installed', version: '1.0' }),
      row('typo', { source: 'setting', state: 'missing', reason: 'There is no program "/bin/typo".' }),
      row('gets', { source: 'registry', state: 'needs-install', version: '2.0' }),
      row('no', { source: 'registry', state: 'unavailable', reason: 'It is not offered for this machine.' }),
    ],
    defaultAgent,
    history: 'off',
    redactionPatterns: [],
  });
  return made;
}

const states = (made: AgentChoices): readonly string[] => made.list().map(({ id, state }) => `${id} ${state}`);

describe('R5.4 R5.2 The agents of a host', () => {
  const folder = temporaryFolders();

  it('are listed with the default first, then by what has to happen before they can be used', () => {
    assert.deepEqual(states(choices()), ['built-in ready', 'a ready', 'b ready', 'gets needs-install', 'typo missing', 'no unavailable']);
    assert.equal(choices('gets').list()[0]?.id, 'gets');
    assert.deepEqual(states(new AgentChoices(builtIn)), ['built-in ready']);
  });

  it('need a login from the start that asked for one until a start that did not', () => {
    const made = choices();
    made.noteStart('a', loginNeeded(launch('a'), [{ id: 'x', name: 'Account' }], new Error('no key')));
    const first = made.list().find(({ id }) => id === 'a');
    assert.equal(first?.state, 'needs-login');
    assert.match(first.reason ?? '', /wants a login first/);
    assert.equal(states(made).indexOf('a needs-login'), 2);
    made.noteStart('a', startFailure(launch('a'), { kind: 'not-started' }));
    assert.ok(states(made).includes('a needs-login'));
    made.noteStart('a');
    assert.ok(states(made).includes('a ready'));
  });

  it('still need that login when the next host starts, and not when what was kept cannot be read', async () => {
    const file = join(folder(), 'logins.json');
    const marks = new LoginMarks(file, silentLog);
    const first = new AgentChoices(builtIn, marks);
    first.noteStart('a', loginNeeded(launch('a'), [], new Error('no key')));
    await marks.idle();
    const next = new AgentChoices(builtIn, new LoginMarks(file, silentLog));
    next.configure({ agents: [launch('a')], catalogue: [row('a')], defaultAgent: 'built-in', history: 'off', redactionPatterns: [] });
    assert.ok(states(next).includes('a needs-login'));
    writeFileSync(file, '{"a":');
    assert.deepEqual(new LoginMarks(file, silentLog).read(), new Map());
  });

  it('are started where there is something to start, and the error says what else to do', () => {
    const made = choices();
    assert.equal(made.program('a').source, 'path');
    assert.equal(made.program('b').source, 'installed');
    assert.equal(made.program('typo').source, undefined);
    assert.equal(made.program('built-in'), builtIn);
    const failure = (id: string): LoomError => {
      try {
        made.program(id);
      } catch (error) {
        if (error instanceof LoomError) return error;
      }
      throw new Error('It did not fail.');
    };
    assert.deepEqual([failure('gets').code, failure('gets').data], ['agent', { agent: 'gets', kind: 'not-installed' }]);
    assert.match(failure('no').message, /cannot be used here\. It is not offered for this machine\./);
    assert.equal(failure('nobody').code, 'not-found');
    assert.match(failure('nobody').message, /Known are: built-in, a, b\./);
  });

  it('that were installed or found are not blamed on a setting', () => {
    const of = (source?: 'installed' | 'path'): string =>
      startFailure({ ...launch('a'), source }, { kind: 'version', version: 2, lastLines: [] }).message;
    assert.match(of(), /Install a version of the agent that fits/);
    assert.match(of('installed'), /“Update Agents…”, or remove it/);
    assert.match(of('path'), /It was found as \/bin\/a: bring that up to date/);
  });
});

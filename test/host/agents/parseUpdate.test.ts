import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as path from 'node:path';
import { parseUpdate } from '../../../src/host/agents/parseUpdate.ts';
import { Transcript } from '../../../src/host/agents/transcript.ts';

const folder = path.resolve('/work space');
const nothing = { type: 'nothing' };

/** Compares without fields that are undefined: they mean "not changed" or "not known". */
function check(update: unknown, expected: unknown): void {
  assert.deepEqual(plain(parseUpdate(update, folder)), expected);
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const said = (update: object) => ({ type: 'said', update });
const tool = (fields: object, more: object = {}) => ({ type: 'tool', callId: 'c', fields, ...more });
const notice = (level: string, text: string, detail?: string) =>
  said({ type: 'notice', level, text, ...(detail !== undefined && { detail }) });

describe('R6.14 every update of the protocol', () => {
  const text = (sessionUpdate: string, content: unknown, more: object = {}) => ({ sessionUpdate, content, ...more });

  it('text of messages and thoughts is passed on as it is', () => {
    check(text('agent_message_chunk', { type: 'text', text: ' a\n' }), said({ type: 'text', kind: 'message', text: ' a\n' }));
    check(text('agent_thought_chunk', { type: 'text', text: 'hm' }), said({ type: 'text', kind: 'thought', text: 'hm' }));
    check(text('agent_message_chunk', { type: 'text', text: 'a' }, { messageId: 'm1' }), {
      ...said({ type: 'text', kind: 'message', text: 'a' }),
      message: 'm1',
    });
  });

  it('other content of a message is shown as far as it can be', () => {
    check(
      text('agent_message_chunk', { type: 'image', mimeType: 'image/png', data: 'aGk=' }),
      said({ type: 'image', mimeType: 'image/png', data: 'aGk=' }),
    );
    check(
      text('agent_message_chunk', { type: 'resource_link', uri: 'file:///a b.ts', name: 'a [b]' }),
      said({ type: 'text', kind: 'message', text: '[a \\[b\\]](<file:///a%20b.ts>)' }),
    );
    check(
      text('agent_message_chunk', { type: 'resource', resource: { uri: 'file:///x/y.md', text: 'long' } }),
      said({ type: 'text', kind: 'message', text: '[y.md](<file:///x/y.md>)' }),
    );
    check(
      text('agent_message_chunk', { type: 'audio', mimeType: 'audio/wav', data: '' }),
      said({ type: 'file', name: 'sound', mimeType: 'audio/wav', data: '' }),
    );
  });

  it('what is malformed or empty is left out, and what the person said is told apart', () => {
    for (const content of [
      undefined,
      null,
      'a',
      [],
      {},
      { type: 'text' },
      { type: 'text', text: 1 },
      { type: 'text', text: '' },
      { type: 'smell' },
    ]) {
      check(text('agent_message_chunk', content), nothing);
    }
    check(text('agent_message_chunk', { type: 'image', mimeType: 'text/html', data: 'aGk=' }), nothing);
    check(text('agent_message_chunk', { type: 'image', mimeType: 'image/png', data: '<svg>' }), nothing);
    // Heard only where a session of the agent's own is taken in.
    check(text('user_message_chunk', { type: 'text', text: 'a' }), { type: 'repeated', text: 'a' });
  });

  it('of a kind that nobody knows is named', () => {
    check({ sessionUpdate: 'telepathy' }, { type: 'unknown', kind: '“telepathy”' });
    check({ sessionUpdate: 'x'.repeat(500) }, { type: 'unknown', kind: `“${'x'.repeat(59)}…”` });
    for (const broken of [undefined, null, 1, 'x', [], {}, { sessionUpdate: 7 }])
      check(broken, { type: 'unknown', kind: 'without a name' });
  });

  it('a tool call is read whole', () => {
    check(
      {
        sessionUpdate: 'tool_call',
        toolCallId: 'c',
        title: ' Read a.ts ',
        kind: 'read',
        status: 'in_progress',
        rawInput: { path: 'a.ts', lines: [1, 2] },
        content: [
          { type: 'content', content: { type: 'text', text: 'x' } },
          { type: 'diff', path: 'b.ts', oldText: 'old', newText: 'new' },
          { type: 'diff', path: '/c.ts', oldText: null, newText: 'new' },
          { type: 'diff', path: '/d.ts', oldText: 'gone', newText: null },
          { type: 'content', content: { type: 'image', mimeType: 'image/gif', data: 'aGk=' } },
          { type: 'content', content: { type: 'resource', resource: { uri: 'file:///d/e.md', text: 'e' } } },
          { type: 'content', content: { type: 'audio', mimeType: 'audio/wav', data: '' } },
          { type: 'terminal', terminalId: 't' },
        ],
        locations: [{ path: 'a.ts', line: 3 }, { path: '/c.ts' }],
      },
      tool({
        title: 'Read a.ts',
        toolKind: 'read',
        state: 'running',
        input: '{\n  "path": "a.ts",\n  "lines": [\n    1,\n    2\n  ]\n}',
        content: [
          { type: 'text', text: 'x' },
          { type: 'diff', path: path.join(folder, 'b.ts'), before: 'old', after: 'new' },
          { type: 'diff', path: path.resolve('/c.ts'), after: 'new' },
          { type: 'diff', path: path.resolve('/d.ts'), before: 'gone', after: '', isDeleted: true },
          { type: 'image', mimeType: 'image/gif', data: 'aGk=' },
          { type: 'resource', uri: 'file:///d/e.md', name: 'e.md', text: 'e' },
          { type: 'file', name: 'sound', mimeType: 'audio/wav', data: '' },
          { type: 'text', text: '', terminal: { id: 't' } },
        ],
        locations: [{ path: path.join(folder, 'a.ts'), line: 2 }, { path: path.resolve('/c.ts') }],
      }),
    );
  });

  it('an update of a tool call changes only what it names', () => {
    check({ sessionUpdate: 'tool_call_update', toolCallId: 'c', status: 'completed' }, tool({ state: 'completed' }));
    check(
      { sessionUpdate: 'tool_call_update', toolCallId: 'c', content: null, title: null, kind: null, locations: null, rawInput: null },
      tool({}),
    );
    check({ sessionUpdate: 'tool_call_update', toolCallId: 'c', content: [] }, tool({ content: [] }));
  });

  it('a title that is all code loses the marks of markdown around it, and no others', () => {
    const title = (text: string): unknown =>
      plain(parseUpdate({ sessionUpdate: 'tool_call_update', toolCallId: 'c', title: text }, folder));
    for (const [written, read] of [
      ['`npm test`', 'npm test'],
      ['``a | b``', 'a | b'],
      ['Run `npm test`', 'Run `npm test`'],
      ['`a` and `b`', '`a` and `b`'],
    ] as const)
      assert.deepEqual(title(written), plain(tool({ title: read })));
  });

  it('malformed fields of a tool call are left out singly', () => {
    check(
      {
        sessionUpdate: 'tool_call',
        toolCallId: 'c',
        title: 7,
        kind: 'teleport',
        status: 'levitating',
        rawInput: {},
        content: [null, 'x', { type: 'diff', newText: 'no path' }, { type: 'diff', path: 'a' }, { type: 'content' }],
        locations: [{}, 'x', { path: 'a', line: -1 }, { path: 'nul\0' }],
      },
      tool({ toolKind: 'other', content: [], locations: [{ path: path.join(folder, 'a') }] }),
    );
    check({ sessionUpdate: 'tool_call', title: 'no id' }, nothing);
  });

  it('the states of a call are read in the words of ACP and of others', () => {
    const states = {
      pending: 'pending',
      in_progress: 'running',
      completed: 'completed',
      failed: 'failed',
      cancelled: 'cancelled',
      done: 'completed',
    };
    for (const [status, state] of Object.entries(states)) check({ sessionUpdate: 'tool_call', toolCallId: 'c', status }, tool({ state }));
  });

  it('a command is shown as a command', () => {
    const input = (rawInput: unknown) => plain(parseUpdate({ sessionUpdate: 'tool_call', toolCallId: 'c', rawInput }, folder));
    assert.deepEqual(input({ command: 'git status', description: 'Looks' }), tool({ input: 'git status' }, { command: 'git status' }));
    assert.deepEqual(
      input({ command: ['git', 'commit', '-m', "it's"] }),
      tool({ input: "git commit -m 'it'\\''s'" }, { command: "git commit -m 'it'\\''s'" }),
    );
    assert.deepEqual(input({ command: [1] }), tool({ input: '{\n  "command": [\n    1\n  ]\n}' }));
    assert.deepEqual(input('plain words'), tool({ input: 'plain words' }));
  });

  it('an input of any size is bounded', () => {
    const parsed = parseUpdate({ sessionUpdate: 'tool_call', toolCallId: 'c', rawInput: { text: 'x'.repeat(3_000_000) } }, folder);
    assert.ok(parsed.type === 'tool' && (parsed.fields.input ?? '').length <= 256 * 1024);
  });

  it('a plan keeps the entries that say something', () => {
    check(
      {
        sessionUpdate: 'plan',
        entries: [
          { content: 'one', priority: 'high', status: 'completed' },
          { content: 'two', priority: 'odd', status: 'in_progress' },
          { content: '' },
          7,
        ],
      },
      said({
        type: 'plan',
        items: [
          { text: 'one', priority: 'high', state: 'completed' },
          { text: 'two', priority: 'medium', state: 'running' },
        ],
      }),
    );
    check({ sessionUpdate: 'plan' }, nothing);
  });

  it('one of several plans is told by its id: as a list, as a text with boxes, as a file, and that it was given up', () => {
    const update = (plan: object): object => ({ sessionUpdate: 'plan_update', plan: { planId: 'p', ...plan } });
    const item = { text: 'one', priority: 'medium', state: 'pending' };
    check(
      update({ type: 'items', entries: [{ content: 'one', priority: 'medium', status: 'pending' }, 7] }),
      said({ type: 'plan', plan: 'p', items: [item] }),
    );
    check(
      update({ type: 'markdown', content: '# Why\n\n- [ ] one\n- [x] two\n- [~] three\n* plain' }),
      said({
        type: 'plan',
        plan: 'p',
        items: [item, { ...item, text: 'two', state: 'completed' }, { ...item, text: 'three', state: 'running' }],
        text: '# Why\n\n* plain',
      }),
    );
    check(update({ type: 'file', uri: 'file:///p.md' }), said({ type: 'plan', plan: 'p', items: [], text: 'The plan is in file:///p.md' }));
    check({ sessionUpdate: 'plan_removed', planId: 'p' }, said({ type: 'plan-removed', plan: 'p' }));
    for (const odd of [
      update({ type: 'scroll' }),
      update({ type: 'items' }),
      { sessionUpdate: 'plan_update' },
      { sessionUpdate: 'plan_removed' },
    ])
      check(odd, nothing);
  });

  it('what an agent and its sub-agents write to each other is shown as thoughts', () => {
    const content = { type: 'text', text: 'look there' };
    const expected = { type: 'said', update: { type: 'text', kind: 'thought', text: 'look there' }, message: 'm' };
    check({ sessionUpdate: 'session_message', messageId: 'm', content: [content] }, expected);
    check({ sessionUpdate: 'session_message_chunk', messageId: 'm', content }, expected);
    check({ sessionUpdate: 'session_message', messageId: 'm', senderSessionId: 'a' }, nothing);
  });

  for (const schema of ['schema.json', 'schema.unstable.json'])
    it(`is of a kind that is known: all those of the protocol's own ${schema}`, () => {
      const kinds = updateKinds(schema);
      assert.ok(kinds.length > 10, kinds.join());
      const unknown = kinds.filter((kind) => parseUpdate({ sessionUpdate: kind }, folder).type === 'unknown');
      assert.deepEqual(unknown, []);
    });

  it('commands, modes and options are offers', () => {
    check(
      {
        sessionUpdate: 'available_commands_update',
        availableCommands: [
          { name: '/test', description: 'Tests', input: { hint: 'file' } },
          { name: 'bare' },
          { description: 'nameless' },
          null,
        ],
      },
      {
        type: 'offered',
        change: {
          type: 'commands',
          commands: [
            { name: 'test', description: 'Tests', hint: 'file' },
            { name: 'bare', description: '' },
          ],
        },
      },
    );
    check({ sessionUpdate: 'available_commands_update' }, nothing);
    check({ sessionUpdate: 'current_mode_update', currentModeId: 'plan' }, { type: 'offered', change: { type: 'mode', mode: 'plan' } });
    check({ sessionUpdate: 'current_mode_update' }, nothing);
    check({ sessionUpdate: 'config_option_update', configOptions: [] }, { type: 'offered', change: { type: 'config', config: [] } });
    check({ sessionUpdate: 'config_option_update' }, nothing);
  });

  it('title and usage are read, and only what is a number counts', () => {
    check({ sessionUpdate: 'session_info_update', title: ' A\n title ' }, said({ type: 'title', title: 'A title' }));
    check({ sessionUpdate: 'session_info_update', title: null }, nothing);
    check(
      { sessionUpdate: 'usage_update', used: 10, size: 100, cost: { amount: 0.5, currency: 'USD' } },
      said({ type: 'usage', usage: { contextUsed: 10, contextSize: 100, cost: { amount: 0.5, currency: 'USD' } } }),
    );
    check({ sessionUpdate: 'usage_update', used: '10', size: -1, cost: { amount: 1 } }, nothing);
  });

  it('notices and the summing up of a conversation are told', () => {
    check({ sessionUpdate: 'notice', severity: 'warning', title: 'Slow', description: 'Very' }, notice('warning', 'Slow', 'Very'));
    check({ sessionUpdate: 'notice', severity: 'strange', title: 'Slow' }, notice('info', 'Slow'));
    check({ sessionUpdate: 'notice', severity: 'info' }, nothing);
    check(
      { sessionUpdate: 'compaction_update', compactionId: 'x', status: 'in_progress' },
      { ...notice('info', 'The agent is summing up the conversation to make room.'), message: 'x in_progress' },
    );
    check(
      { sessionUpdate: 'compaction_update', compactionId: 'x', status: 'completed', summary: [{ type: 'text', text: 'In short' }] },
      { ...notice('info', 'The agent has summed up the conversation to make room.', 'In short'), message: 'x completed' },
    );
    check(
      { sessionUpdate: 'compaction_update', compactionId: 'x', status: 'failed', error: 'too long' },
      { ...notice('warning', 'The agent could not sum up the conversation.', 'too long'), message: 'x failed' },
    );
    check(
      { sessionUpdate: 'compaction_update', compactionId: 'x', status: 'cancelled' },
      { ...notice('info', 'The agent no longer sums up the conversation.'), message: 'x cancelled' },
    );
    check({ sessionUpdate: 'compaction_update', compactionId: 'x', status: 'resting' }, nothing);
    check({ sessionUpdate: 'compaction_summary_chunk', compactionId: 'x', content: { type: 'text', text: 'a' } }, nothing);
  });
});

describe('R6.14 what the updates of a session add up to', () => {
  function shown(updates: readonly object[]): unknown[] {
    const transcript = new Transcript();
    return updates.flatMap((update) => {
      const parsed = parseUpdate(update, folder);
      return parsed.type === 'offered' || parsed.type === 'repeated' ? [] : [plain(transcript.show(parsed) ?? null)];
    });
  }
  const chunk = (text: string, messageId?: string) => ({
    sessionUpdate: 'agent_message_chunk',
    content: { type: 'text', text },
    messageId,
  });
  const update = (fields: object) => ({ sessionUpdate: 'tool_call_update', toolCallId: 'c', ...fields });
  const texts = (updates: readonly object[]) => shown(updates).flatMap((one) => (one as { text?: string }).text ?? []);

  it('two messages in a row are kept apart, two pieces of one are not', () => {
    assert.deepEqual(texts([chunk('a', '1'), chunk('b', '1'), chunk('c', '2'), chunk('d')]), ['a', 'b', '\n\nc', 'd']);
    assert.deepEqual(texts([chunk('a', '1'), update({}), chunk('b', '2')]), ['a', 'b']);
  });

  it('an unknown kind is told once', () => {
    assert.equal(shown([{ sessionUpdate: 'x' }, { sessionUpdate: 'x' }, { sessionUpdate: 'y' }]).filter((one) => one !== null).length, 2);
    const many = Array.from({ length: 100 }, (_, index) => ({ sessionUpdate: `kind ${index}` }));
    assert.equal(shown(many).filter((one) => one !== null).length, 20);
  });

  it('a step of one summing up is told once, however often its update comes', () => {
    const compaction = (compactionId: string, status: string) => ({ sessionUpdate: 'compaction_update', compactionId, status });
    const all = [
      compaction('x', 'in_progress'),
      compaction('x', 'in_progress'),
      compaction('y', 'in_progress'),
      compaction('x', 'completed'),
    ];
    assert.deepEqual(
      shown(all).map((one) => one !== null),
      [true, false, true, true],
    );
  });

  it('the raw output of a call is shown when it has no content of its own, and never instead of it', () => {
    const contents = (updates: readonly object[]) => shown(updates).map((one) => (one as { fields: { content?: unknown } }).fields.content);
    const output = [{ type: 'text', text: 'out' }];
    assert.deepEqual(contents([update({}), update({ rawOutput: { output: 'out' } })]), [undefined, output]);
    assert.deepEqual(contents([update({ content: [], rawOutput: 'out' })]), [output]);
    const diff = { type: 'diff', path: '/a', newText: 'b' };
    assert.deepEqual(contents([update({ content: [diff] }), update({ status: 'completed', rawOutput: { output: 'out' } })])[1], undefined);
    assert.deepEqual(contents([update({ rawOutput: { exitCode: 0 } })]), [undefined]);
  });
});

/** The kinds of `session/update` that a schema of the SDK lists. */
function updateKinds(schema: string): readonly string[] {
  const file = fileURLToPath(import.meta.resolve(`@agentclientprotocol/sdk/schema/v1/${schema}`));
  const { $defs } = JSON.parse(readFileSync(file, 'utf8')) as {
    $defs: { SessionUpdate: { oneOf: readonly { properties: { sessionUpdate: { const: string } } }[] } };
  };
  return $defs.SessionUpdate.oneOf.map(({ properties }) => properties.sessionUpdate.const);
}

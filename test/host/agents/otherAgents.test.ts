import assert from 'node:assert/strict';
import { silentLog } from '../../../src/base/log.ts';
import { loginMethodsOf } from '../../../src/host/agents/logins.ts';
import { chunkTokensOf, turnTokensOf } from '../../../src/host/agents/parseUsage.ts';
import { permissionOf } from '../../../src/host/agents/permission.ts';
import { contentBlocks } from '../../../src/host/agents/promptParts.ts';
import { parseUpdate } from '../../../src/host/agents/parseUpdate.ts';
import type { SessionSurroundings } from '../../../src/host/agents/session.ts';
import { AcpSession } from '../../../src/host/agents/session.ts';
import { Transcript } from '../../../src/host/agents/transcript.ts';
import { Heard } from './heard.ts';

/** A session that is only spoken to: none of these needs an agent. */
function sessionOf(heard: Heard): AcpSession {
  const around: Partial<SessionSurroundings> = { environment: {}, log: silentLog };
  return new AcpSession('s', '/work', heard, around as SessionSurroundings);
}

/** Messages of agents that came from npm, as they were recorded and shortened. */
describe('R6.14 What other agents send is understood', () => {
  it('Codex runs its commands itself: their output and their end come in the _meta of the call', async () => {
    const heard = new Heard();
    const session = sessionOf(heard);
    const call = { sessionUpdate: 'tool_call_update', toolCallId: 'call_4' };
    session.hear({
      ...call,
      sessionUpdate: 'tool_call',
      name: 'exec_command',
      kind: 'execute',
      title: 'seq 2; exit 3',
      status: 'in_progress',
      content: [{ type: 'terminal', terminalId: 'call_4' }],
      rawInput: { command: 'seq 2; exit 3', cwd: '/work' },
      _meta: { terminal_info: { cwd: '/work', terminal_id: 'call_4' } },
    });
    session.hear({ ...call, _meta: { terminal_output: { data: '1\n', terminal_id: 'call_4' } } });
    session.hear({ ...call, _meta: { terminal_output_delta: { data: '2\n', terminal_id: 'call_4' } } });
    const shown = (): unknown => heard.of('tool').at(-1)?.fields.content ?? [];
    await heard.until(() => JSON.stringify(shown()).includes(String.raw`1\n2\n`));
    session.hear({ ...call, status: 'failed', _meta: { terminal_exit: { exit_code: 3, signal: null, terminal_id: 'call_4' } } });
    const last = heard.of('tool').at(-1)?.fields;
    assert.equal(last?.state, 'failed');
    assert.deepEqual(last.content, [{ type: 'text', text: '1\n2\n', terminal: { id: 'call_4', exitCode: 3 } }]);
    // It can be watched as a terminal of the host can.
    assert.equal(session.terminal('call_4')?.command, 'seq 2; exit 3');
    await session.end('over');
  });

  it('a command of which an agent tells the output only, without a terminal in its content, shows it', async () => {
    const heard = new Heard();
    const session = sessionOf(heard);
    session.hear({ sessionUpdate: 'tool_call', toolCallId: 'c', kind: 'execute', title: 'ls', status: 'in_progress' });
    session.hear({
      sessionUpdate: 'tool_call_update',
      toolCallId: 'c',
      status: 'completed',
      _meta: {
        terminal_output_delta: { data: 'a.txt\n', terminal_id: 'c' },
        terminal_exit: { exit_code: 0, signal: null, terminal_id: 'c' },
      },
    });
    assert.deepEqual(heard.of('tool').at(-1)?.fields.content, [{ type: 'text', text: 'a.txt\n', terminal: { id: 'c', exitCode: 0 } }]);
    await session.end('over');
  });

  it('Claude puts what a call returned between the marks of a code block: they are left out where nothing else is there', () => {
    const shown = (text: string): unknown => {
      const content = [{ type: 'content', content: { type: 'text', text } }];
      const parsed = parseUpdate({ sessionUpdate: 'tool_call_update', toolCallId: 'c', content }, '/work');
      return parsed.type === 'tool' ? parsed.fields.content : undefined;
    };
    assert.deepEqual(shown('```console\nfrom-the-shell\n1\n```'), [{ type: 'text', text: 'from-the-shell\n1' }]);
    assert.deepEqual(shown('````\n```js\nx\n```\n````'), [{ type: 'text', text: '```js\nx\n```' }]);
    for (const text of ['```\na\n```\nand\n```\nb\n```', 'before\n```\na\n```', '```\nopen', '```not a fence```'])
      assert.deepEqual(shown(text), [{ type: 'text', text }]);
  });

  it('Claude numbers its messages: the first one of a turn begins without the gap that parts two messages', () => {
    const transcript = new Transcript();
    const text = (messageId: string): string | undefined => {
      const update = { sessionUpdate: 'agent_message_chunk', messageId, content: { type: 'text', text: 'Hello' } };
      const parsed = parseUpdate(update, '/work');
      const shown = parsed.type === 'said' ? transcript.show(parsed) : undefined;
      return shown?.type === 'text' ? shown.text : undefined;
    };
    transcript.begin();
    assert.deepEqual([text('msg_1'), text('msg_1'), text('msg_2')], ['Hello', 'Hello', '\n\nHello']);
    transcript.begin();
    assert.equal(text('msg_3'), 'Hello');
  });

  it('Claude names a session after the first line of its prompt: the address of what was sent along is no title', () => {
    const named = (title: string): unknown => parseUpdate({ sessionUpdate: 'session_info_update', title }, '/work');
    assert.deepEqual(named('attachment:///Earlier%20conversation%20of%20this%20session'), { type: 'nothing' });
    assert.deepEqual(named('Mend the tests'), { type: 'said', update: { type: 'title', title: 'Mend the tests' } });
  });

  it('the tokens of a turn are in its answer, or in the updates before it', () => {
    // Claude 0.100.0 and Codex 2.6.0.
    const usage = { inputTokens: 100, outputTokens: 10, cachedReadTokens: 50, cachedWriteTokens: 0, totalTokens: 160 };
    const told = { inputTokens: 100, outputTokens: 10, totalTokens: 160 };
    assert.deepEqual(turnTokensOf({ stopReason: 'end_turn', usage, _meta: { quota: { token_count: { totalTokens: 1 } } } }), told);
    // Gemini CLI 0.61.0.
    const gemini = { stopReason: 'end_turn', _meta: { quota: { token_count: { input_tokens: 100, output_tokens: 10 }, model_usage: [] } } };
    assert.deepEqual(turnTokensOf(gemini), { inputTokens: 100, outputTokens: 10, totalTokens: 110 });
    // Qwen Code 0.24.4.
    const chunk = { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: '' }, _meta: { usage, durationMs: 30 } };
    assert.deepEqual(chunkTokensOf(chunk), told);
    assert.equal(chunkTokensOf({ sessionUpdate: 'agent_message_chunk' }), undefined);
    assert.deepEqual(turnTokensOf({ stopReason: 'end_turn' }), {});
  });

  it('Qwen Code and Gemini CLI begin with the widest choice: the first of a question is the narrowest here', () => {
    const options = [
      { optionId: 'proceed_always_project', name: 'Always Allow in project: touch *', kind: 'allow_always' },
      { optionId: 'proceed_always_user', name: 'Always Allow for user: touch *', kind: 'allow_always' },
      { optionId: 'proceed_once', name: 'Allow', kind: 'allow_once' },
      { optionId: 'cancel', name: 'Reject', kind: 'reject_once' },
    ];
    const asked = permissionOf({ toolCall: { toolCallId: 'c' }, options }, '/work', () => undefined);
    assert.deepEqual(
      asked?.options.map(({ id }) => id),
      ['proceed_once', 'proceed_always_project', 'proceed_always_user', 'cancel'],
    );
  });

  it('Gemini CLI and Qwen Code put an address in the place of what is sent along: the words behind it begin on a line of their own', async () => {
    const along = { type: 'attachment' as const, name: 'Log', text: 'a' };
    const texts = async (text: string): Promise<unknown> => {
      const blocks = await contentBlocks([along, { type: 'text', text }], { image: true, embedded: true });
      return blocks.map((block) => (block.type === 'text' ? block.text : block.type));
    };
    assert.deepEqual(await texts('Mend it.'), ['resource', '\nMend it.']);
    for (const same of [' and more', '/compact']) assert.deepEqual(await texts(same), ['resource', same]);
  });

  it('a key that an agent takes from its environment when it is asked to let one in is asked for', () => {
    const key = (name: string) => ({
      type: 'variables',
      variables: [{ name, label: name, isSecret: true, isOptional: false }],
      authenticates: true,
    });
    const [codex, gemini, droid, qwen, ...others] = loginMethodsOf([
      { id: 'api-key', name: 'API Key', description: 'Use an API key to authenticate', _meta: { 'api-key': { provider: 'openai' } } },
      { id: 'gemini-api-key', name: 'Gemini API key', _meta: { 'api-key': { provider: 'google' } } },
      {
        id: 'f',
        name: 'Factory API Key',
        description: 'Authenticate using a Factory API key set in the FACTORY_API_KEY environment variable.',
      },
      {
        id: 'openai',
        name: 'Use OpenAI API key',
        description: 'Requires setting the `OPENAI_API_KEY` environment variable',
        _meta: { type: 'terminal', args: ['--auth-type=openai'] },
      },
      { id: 'chat-gpt', name: 'ChatGPT', description: 'Use ChatGPT to authenticate' },
      { id: 'two', name: 'Two', description: 'Set the environment variable A_KEY or B_TOKEN' },
      { id: 'new', name: 'New', _meta: { 'api-key': { provider: 'someone' } } },
    ]);
    assert.deepEqual(
      { ...codex },
      { id: 'api-key', name: 'API Key', description: 'Use an API key to authenticate', ...key('OPENAI_API_KEY') },
    );
    assert.deepEqual({ ...gemini }, { id: 'gemini-api-key', name: 'Gemini API key', ...key('GEMINI_API_KEY') });
    assert.deepEqual(
      [droid, qwen].map((method) => method?.type === 'variables' && method.variables[0]?.name),
      ['FACTORY_API_KEY', 'OPENAI_API_KEY'],
    );
    assert.deepEqual(
      others.map(({ type }) => type),
      ['agent', 'agent', 'agent'],
    );
  });
});

/**
 * Differs from the protocol, and from other agents, in each way in which real ones do; the text of a prompt names the way (see `ways`). What it
 * was told is answered as text, so that a test sees both sides. `session/new` is answered after the session has spoken already.
 */
import type { Params } from './wire.ts';
import { request, say, send, serve, update, write } from './wire.ts';

let greeting: Params = {};
let sessions = 0;
const atWork = new Map<unknown, number>();
const cancels = new Map<unknown, () => void>();
const options = [
  { optionId: 'proceed_always_and_save', name: 'Yes, and do not ask again in /w', kind: 'allow_always' },
  { optionId: '2', name: '**No** <b>thanks</b>', kind: 'reject_once' },
  { optionId: 'perhaps', name: 'Tell it what to do instead', kind: 'suggest' },
];
const cancelled = (sessionId: unknown): Promise<void> => new Promise((resolve) => cancels.set(sessionId, resolve));
const told = (sessionId: unknown, what: unknown): Promise<void> => say(sessionId, JSON.stringify(what));

const ways: Readonly<Record<string, (sessionId: unknown) => Promise<unknown>>> = {
  version: (id) => told(id, greeting),
  slow: async (id) => {
    await say(id, `${atWork.get(id)} at work`);
    await cancelled(id);
  },
  late: (id) => {
    setTimeout(() => void say(id, ' after the turn'), 5);
    return say(id, 'in it,');
  },
  orphan: (id) => update(id, { sessionUpdate: 'tool_call_update', toolCallId: 'never-announced', status: 'in_progress' }),
  'refused call': async (id) => {
    await update(id, { sessionUpdate: 'tool_call', toolCallId: 'c', title: 'Delete', kind: 'delete', status: 'pending' });
    await update(id, { sessionUpdate: 'tool_call', toolCallId: 'left', title: 'Left open', kind: 'read', status: 'in_progress' });
    await request('session/request_permission', { sessionId: id, toolCall: { toolCallId: 'c' }, options });
  },
  'missing file': async (id) => told(id, await request('fs/read_text_file', { sessionId: id, path: '/no/such/file' })),
  permission: async (id) =>
    told(id, await request('session/request_permission', { sessionId: id, toolCall: { toolCallId: 'p', title: 'Do it' }, options })),
  form: async (id) => {
    const requestedSchema = { type: 'object', properties: { name: { type: 'string' }, deep: { type: 'boolean' } }, required: ['name'] };
    await told(id, await request('elicitation/create', { sessionId: id, mode: 'form', message: 'Who?', requestedSchema }));
  },
  'sub-agent': async (id) => {
    await say('a-sub-agent', 'from below');
    await told(id, await request('session/request_permission', { sessionId: 'a-sub-agent', toolCall: { title: 'Below' }, options }));
  },
  dialogs: async (id) => {
    const form = request('elicitation/create', { sessionId: id, mode: 'form', message: 'Who?', requestedSchema: { type: 'object' } });
    const asked = request('session/request_permission', { sessionId: id, toolCall: { title: 'Do it' }, options });
    await cancelled(id);
    await told(id, await Promise.all([asked, form]));
    // One that is put after the cancel.
    await told(id, await request('session/request_permission', { sessionId: id, toolCall: { title: 'Too late' }, options }));
  },
  terminal: async (id) => {
    const made = (await request('terminal/create', { sessionId: id, command: 'echo', args: ['in a terminal'] })) as { result: Params };
    const { terminalId } = made.result;
    await request('terminal/wait_for_exit', { sessionId: id, terminalId });
    await told(id, await request('terminal/output', { sessionId: id, terminalId }));
    await request('terminal/release', { sessionId: id, terminalId });
  },
  telepathy: async (id) => {
    for (let time = 0; time < 3; time++) await update(id, { sessionUpdate: 'telepathy', content: 'x' });
  },
  duplicates: async (id) => {
    for (const title of ['First', 'Second']) await update(id, { sessionUpdate: 'tool_call', toolCallId: 'same', title });
    const twice = [...options, { ...options[0], name: 'Once more' }];
    const asked = { sessionId: id, toolCall: { toolCallId: 'same' }, options: twice };
    await told(id, await request('session/request_permission', asked));
    await write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, result: { sessionId: 'differs-1' } })}\n`);
  },
  noise: async (id) => {
    await write('Debugger attached.\n{"half":\n[1, 2]\nnull\n');
    await say(id, 'heard');
  },
  commands: (id) =>
    update(id, {
      sessionUpdate: 'available_commands_update',
      availableCommands: Array.from({ length: 560 }, (_, index) => ({ name: `c${index}`, description: 'y'.repeat(1000) })),
    }),
  large: (id) => say(id, 'x'.repeat(5 * 1024 * 1024)),
  shapes: async (id) => {
    const odd = [null, 7, 'text', [], {}, { content: null }, { content: [null, 7, {}] }, { toolCallId: 7 }, { entries: 'none' }];
    const kinds = ['agent_message_chunk', 'tool_call', 'tool_call_update', 'plan', 'usage_update', 'config_option_update', 'notice'];
    for (const sessionUpdate of kinds) for (const fields of odd) await update(id, { sessionUpdate, ...(fields as object) });
    for (const params of [null, 7, [], { sessionId: 7 }, { sessionId: id }, { sessionId: id, update: null }])
      await send({ method: 'session/update', params });
    await told(id, await request('session/request_permission', { sessionId: id, toolCall: null, options: 'none' }));
  },
};

serve({
  initialize: (params) => {
    greeting = params;
    return { protocolVersion: 1, agentInfo: { name: 'differs' }, agentCapabilities: {} };
  },
  'session/new': async () => {
    const sessionId = `differs-${++sessions}`;
    const availableCommands = [{ name: '/early', description: 'Told before the session had an id' }];
    await update(sessionId, { sessionUpdate: 'available_commands_update', availableCommands });
    await say(sessionId, 'early. ');
    const modes = { currentModeId: 'ask', availableModes: [{ id: 'ask', name: 'Ask' }] };
    const models = { currentModelId: 'small', availableModels: [{ modelId: 'small', name: 'Small' }] };
    const choice = { id: 'model', name: 'Model', category: 'model', type: 'select', currentValue: 's' };
    const configOptions = [{ ...choice, options: [{ value: 's', name: 'S' }] }];
    // The first has all three, the second the two older ones, and all others what is usual.
    return sessions === 1 ? { sessionId, modes, models, configOptions } : sessions === 2 ? { sessionId, modes, models } : { sessionId };
  },
  'session/cancel': ({ sessionId }) => cancels.get(sessionId)?.(),
  'session/prompt': async ({ sessionId, prompt }) => {
    atWork.set(sessionId, (atWork.get(sessionId) ?? 0) + 1);
    const way = (prompt as readonly { text?: string }[]).map(({ text }) => text ?? '').join('');
    await ways[way]?.(sessionId);
    atWork.set(sessionId, (atWork.get(sessionId) ?? 1) - 1);
    return { stopReason: 'end_turn' };
  },
});

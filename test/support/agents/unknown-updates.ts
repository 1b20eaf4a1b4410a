/**
 * Sends what no schema foresees: updates before the answer to `session/new` and after the turn, unknown kinds, an update of a tool call that
 * never began, wrong field types, updates of a session that nobody opened, and a permission request with unknown option kinds. The turn's last
 * word is the response to that request, as JSON.
 */
import { request, say, serve, update } from './wire.ts';

serve({
  'session/new': async () => {
    await update('strange', {
      sessionUpdate: 'available_commands_update',
      availableCommands: [{ name: 'early', description: 'Came early' }],
    });
    await say('strange', 'early ');
    return { sessionId: 'strange' };
  },
  'session/prompt': async ({ sessionId }) => {
    await update(sessionId, { sessionUpdate: 'telepathy', thought: 'unheard of' });
    await update(sessionId, {});
    await update(sessionId, { sessionUpdate: 'tool_call_update', toolCallId: 'orphan', status: 'in_progress', title: 'Never began' });
    await update(sessionId, {
      sessionUpdate: 'tool_call',
      toolCallId: 'odd',
      title: 'Odd',
      kind: 'teleport',
      status: 'levitating',
      content: [{ type: 'hologram' }],
    });
    await update(sessionId, { sessionUpdate: 'plan', entries: [{ content: 'no status' }, 'no object'] });
    await update(sessionId, { sessionUpdate: 'agent_message_chunk', content: { type: 'smell', data: 'coffee' } });
    await update('nobody', { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'lost' } });
    const options = [
      { optionId: 'maybe', name: 'Maybe', kind: 'allow_perhaps' },
      { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
    ];
    const response = await request('session/request_permission', { sessionId, toolCall: { toolCallId: 'odd' }, options });
    await say(sessionId, JSON.stringify(response));
    setImmediate(() => void say(sessionId, ' after the turn'));
    return { stopReason: 'bored' };
  },
});

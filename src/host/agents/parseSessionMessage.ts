import type { Fields } from './fields.ts';
import { fieldsOf, listOf, wordsOf } from './fields.ts';
import { contentOf } from './parseContent.ts';

/**
 * Reads what an agent and its sub-agents write to each other: `session_message` with all of it, `session_message_chunk` with a piece (both
 * unstable). Undefined where it holds no text. `id` is the agent's id of the message.
 */
export function sessionMessageOf(raw: Fields): { readonly id: string | undefined; readonly text: string } | undefined {
  const blocks = fieldsOf(raw['content']) === undefined ? listOf(raw['content']) : [raw['content']];
  const text = blocks
    .map((block) => contentOf(block))
    .map((content) => (content?.type === 'text' ? content.text : ''))
    .join('');
  return text === '' ? undefined : { id: wordsOf(raw['messageId']), text };
}

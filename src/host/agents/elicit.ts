import { fieldsOf, wordsOf } from './fields.ts';
import type { Fields } from './fields.ts';
import type { OpenSessions } from './openSessions.ts';
import { questionOf } from './parseQuestion.ts';

/** Answers an `elicitation/create`: the question goes to its session, or to the one that is being opened. */
export async function elicit(sessions: OpenSessions, params: Fields, signal: AbortSignal): Promise<Fields> {
  const question = questionOf(params);
  const asked = sessions.askedBy(params['sessionId']);
  // What cannot be shown was not declined by anybody.
  if (question === undefined || asked === undefined) return { action: 'cancel' };
  const id = question.url === undefined ? undefined : wordsOf(params['elicitationId']);
  const elsewhere = id === undefined ? undefined : sessions.elicitations.opened(id);
  try {
    const reply = await asked(question, elsewhere === undefined ? signal : AbortSignal.any([signal, elsewhere]));
    if (reply === undefined) return { action: elsewhere?.aborted === true ? 'accept' : 'cancel' };
    if (reply.action !== 'accept' || question.url !== undefined) return { action: reply.action };
    return { action: 'accept', content: fieldsOf(reply.values) ?? {} };
  } finally {
    if (id !== undefined) sessions.elicitations.closed(id);
  }
}

import type { CreateElicitationRequest } from '@agentclientprotocol/sdk';
import { LoomError } from '../base/errors.ts';
import type { Turn } from './turn.ts';

/** `/ask [question]`: puts a form with a text, a choice and a switch to the person, and says what was filled in. */
export async function ask(turn: Turn, argument: string): Promise<void> {
  const { elicitation } = turn.client.capabilities;
  if (elicitation?.form === undefined || elicitation.form === null)
    throw new LoomError('unavailable', 'This client shows no forms, so I cannot ask with one.');
  const question = argument === '' ? 'What would you like to tell me?' : argument;
  const answer = await turn.request((wait) => turn.client.context.request('elicitation/create', formOf(turn.session.id, question), wait));
  // A client closes its forms when it cancels; that is the end of the turn and no answer.
  turn.signal.throwIfAborted();
  if (answer.action === 'decline') return turn.say('You declined to answer.');
  if (answer.action !== 'accept') return turn.say('The form was closed without an answer.');
  const content = new Map<string, unknown>(Object.entries(answer.content ?? {}));
  const said = content.get('answer');
  const words = typeof said === 'string' && said !== '' ? `“${said}”` : 'nothing';
  await turn.say(
    `You said ${words}, ${content.get('certainty') === 'guess' ? 'as a guess' : 'for certain'}. ${content.get('again') === true ? 'I may ask again.' : 'I shall not ask again.'}`,
  );
}

function formOf(sessionId: string, message: string): CreateElicitationRequest {
  return {
    sessionId,
    mode: 'form',
    message,
    requestedSchema: {
      type: 'object',
      properties: {
        answer: { type: 'string', title: 'Your answer', maxLength: 2000 },
        certainty: {
          type: 'string',
          title: 'How sure are you?',
          oneOf: [
            { const: 'certain', title: 'Certain' },
            { const: 'guess', title: 'It is a guess' },
          ],
          default: 'certain',
        },
        again: { type: 'boolean', title: 'May I ask again?', default: true },
      },
      required: ['answer', 'certainty'],
    },
  };
}

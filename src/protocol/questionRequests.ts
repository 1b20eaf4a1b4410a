import * as z from 'zod';
import { Id } from '../model/entries.ts';
import { QuestionAnswer, QuestionValues } from '../model/questions.ts';
import { request } from './contract.ts';

/** What can be asked of a host about the forms of agents. */
export const questionRequests = {
  'question/answer': request(
    'Answers a form of the agent, declines it, or closes it without a word. The first answer counts; a later one gets the error "conflict", one that does not fit "invalid-input" with a sentence for each field.',
    z.object({
      sessionId: Id,
      entry: Id,
      reply: z.discriminatedUnion('action', [
        z.object({ action: z.literal('answer'), values: QuestionValues }),
        z.object({ action: z.enum(['decline', 'cancel']) }),
      ]),
    }),
    z.object({ answer: QuestionAnswer }),
  ),
} as const;

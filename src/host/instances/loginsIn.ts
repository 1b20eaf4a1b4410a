import * as z from 'zod';
import { messageOf } from '../../base/errors.ts';
import type { Fact } from '../../model/events.ts';
import { LoginChoice } from '../../model/logins.ts';

const LoginFailure = z.object({ kind: z.literal('login'), methods: z.array(LoginChoice) });

/** The ways to sign in that an error of an agent names; undefined for an error that is no wish for a login. */
export function loginsIn(error: unknown): readonly LoginChoice[] | undefined {
  const data = error instanceof Error && 'data' in error ? error.data : undefined;
  const parsed = LoginFailure.safeParse(data);
  return parsed.success ? parsed.data.methods : undefined;
}

/** What a session records of an agent that cannot be used, with the ways to sign in where it wants that. */
export function agentFailed(error: unknown): Fact {
  const logins = loginsIn(error);
  return { type: 'agent.changed', phase: 'failed', reason: messageOf(error), ...(logins === undefined ? {} : { logins: [...logins] }) };
}

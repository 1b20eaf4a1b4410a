import * as z from 'zod';
import { LoginChoice } from '../model/logins.ts';

const LoginFailure = z.object({ kind: z.literal('login'), methods: z.array(LoginChoice) });

/** The ways to sign in that an error of an agent names; undefined for an error that is no wish for a login. */
export function loginsIn(error: unknown): readonly LoginChoice[] | undefined {
  const data = error instanceof Error && 'data' in error ? error.data : undefined;
  const parsed = LoginFailure.safeParse(data);
  return parsed.success ? parsed.data.methods : undefined;
}

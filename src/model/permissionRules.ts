import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { ToolKind } from './toolKind.ts';

/**
 * A rule about what agents ask for. All that it names must hold.
 * `kind`: the kind of the tool call. `command`: a command of a shell, word for word; a `*` in a word stands for any letters, and a `*` as the last word
 * for any further words. `path`: a glob relative to the session's folder (`src/**`), or the name of a file anywhere in it (`.env`), or absolute.
 */
export const PermissionRule = z
  .strictObject({
    decision: z.enum(['allow', 'ask', 'deny']),
    kind: ToolKind.optional(),
    command: z.string().trim().min(1).max(2000).optional(),
    path: z.string().trim().min(1).max(500).optional(),
  })
  .refine(({ kind, command, path }) => kind !== undefined || command !== undefined || path !== undefined, {
    message: 'must name a kind, a command or a path',
  })
  .refine(({ command, path }) => command === undefined || path === undefined, { message: 'names a command or a path, not both' });
export type PermissionRule = Immutable<z.infer<typeof PermissionRule>>;

/** A rule that a person has made for one session. `at` is ISO 8601. */
export const SessionRule = z.object({ id: z.string(), rule: PermissionRule, by: z.string(), at: z.string() });
export type SessionRule = Immutable<z.infer<typeof SessionRule>>;

/** Something that kept a question from being answered by a rule: a sentence, and the part of the command that it is about. */
export const AskReason = z.object({ text: z.string(), part: z.string().optional() });
export type AskReason = Immutable<z.infer<typeof AskReason>>;

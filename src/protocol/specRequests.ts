import * as z from 'zod';
import { request } from './contract.ts';

/** One file that would go into a commit. */
export const CommitCandidate = z.object({
  path: z.string(),
  change: z.enum(['added', 'modified', 'deleted', 'renamed']),
  added: z.number().int(),
  removed: z.number().int(),
});

/** What can be asked of a host about committing spec documents. */
export const specRequests = {
  'specs/candidates': request(
    'What a commit of the spec documents would take in: changes under specs/ and .kiro/specs/, and the message.',
    z.object({ folder: z.string() }),
    z.object({
      branch: z.string().optional(),
      files: z.array(CommitCandidate),
      message: z.string(),
      /** Changed files that the person has to commit: a filter of git changes them on their way in, or they are in conflict. */
      leftOut: z.array(z.string()),
    }),
  ),
  'specs/commit': request(
    'Commits these spec documents on the current branch; everything else stays staged or unstaged as it was.',
    z.object({ folder: z.string(), paths: z.array(z.string()).min(1), message: z.string().min(1) }),
    /** `skippedHooks` names the hooks that an ordinary commit would have run; ours run none. */
    z.object({ commit: z.string(), skippedHooks: z.array(z.string()) }),
  ),
} as const;

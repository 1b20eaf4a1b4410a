import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { Id, Instant } from '../model/entries.ts';
import { PermissionRule, SessionRule } from '../model/permissionRules.ts';
import { ApprovalSubject, Verdict } from './capability.ts';
import { request } from './contract.ts';

const Nothing = z.object({});

/** Something that waits for an approval bound to its content. Title and detail are plain text. */
export const PendingApproval = ApprovalSubject.extend({
  id: Id,
  title: z.string(),
  detail: z.string(),
  /** The session for which it was asked, where there is one. */
  sessionId: Id.optional(),
  at: Instant,
});
export type PendingApproval = Immutable<z.infer<typeof PendingApproval>>;

/** A decision that counts. `by` is the name of the window in which it was made. */
export const DecidedApproval = ApprovalSubject.extend({ title: z.string(), verdict: Verdict, by: z.string(), at: Instant });
export type DecidedApproval = Immutable<z.infer<typeof DecidedApproval>>;

const Signed = z.object({ verdict: Verdict, at: Instant, signature: z.string().max(200) });

/** Requests about the right to approve, and about approvals bound to a hash. */
export const approvalRequests = {
  'approvals/list': request(
    'What waits for an approval bound to its content, oldest first, and what was decided.',
    Nothing,
    z.object({ pending: z.array(PendingApproval), decided: z.array(DecidedApproval) }),
  ),
  'approvals/decide': request(
    'Approves or refuses what waits. The window signs `verdictStatement`; needs the right to approve.',
    Signed.extend({ id: Id }),
    Nothing,
  ),
  'approvals/withdraw': request(
    'Takes a decision back: it is asked again. Signed as a decision is; needs the right to approve.',
    Signed.extend(ApprovalSubject.shape),
    Nothing,
  ),
  'session/rules': request(
    'The permission rules of one session, after adding some and removing others by their ids; what waits is put to them again. Needs the right to approve.',
    z.object({ sessionId: Id, add: z.array(PermissionRule).max(20).optional(), remove: z.array(z.string()).optional() }),
    z.object({ rules: z.array(SessionRule) }),
  ),
  'capability/pair': request(
    'Asks the windows that may approve to let this client approve as well. `code` is shown on both sides; `nobody`: no such window is attached.',
    Nothing,
    z.object({ state: z.enum(['paired', 'asked', 'nobody']), code: z.string() }),
  ),
} as const;

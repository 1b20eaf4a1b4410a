import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';
import { Id, Instant, PermissionOption } from '../model/entries.ts';
import { PermissionRule } from '../model/permissionRules.ts';
import { ToolKind } from '../model/toolKind.ts';
import { PendingApproval } from './approvalRequests.ts';
import { notification, request } from './contract.ts';

const item = { id: z.string(), at: Instant, title: z.string(), detail: z.string() };
const ofSession = { sessionId: Id, sessionTitle: z.string(), entry: Id };

/** Something that waits for a person, ready to be listed. Titles and details are strangers' text: to be shown as plain text. */
export const InboxItem = z.discriminatedUnion('kind', [
  z.object({
    ...item,
    ...ofSession,
    kind: z.literal('permission'),
    toolKind: ToolKind,
    options: z.array(PermissionOption),
    /** What made it ask, and the paths outside of the session's folder, as lines. */
    reasons: z.array(z.string()),
    /** Rules that would allow it from now on, the narrowest first. */
    offers: z.array(z.array(PermissionRule)),
  }),
  z.object({ ...item, ...ofSession, kind: z.literal('question') }),
  z.object({ ...item, kind: z.literal('approval'), approval: PendingApproval }),
]);
export type InboxItem = Immutable<z.infer<typeof InboxItem>>;

/** Requests about what waits for a person; it is answered with `permission/answer`, `question/answer` and `approvals/decide`. */
export const inboxRequests = {
  'inbox/list': request(
    'All that waits for a person, over all sessions of this host, the oldest first.',
    z.object({}),
    z.object({ items: z.array(InboxItem) }),
  ),
} as const;

/** What a host says when something waits for a person, or no longer does. */
export const inboxNotifications = {
  'inbox/changed': notification('All that waits for a person now, the oldest first.', z.object({ items: z.array(InboxItem) })),
} as const;

import { LoomError } from '../../base/errors.ts';
import type { Handlers } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { pairCode } from '../../protocol/capability.ts';
import type { Client, Clients } from '../clients.ts';
import { windowKind } from '../permissions/approvalFile.ts';
import type { LiveSessions } from '../live/liveSessions.ts';
import type { PermissionDesk } from './permissionDesk.ts';
import { reconsider } from './permissionDesk.ts';
import { assertMayApprove } from '../permissions/guard.ts';
import { sha256Of } from '../permissions/signatures.ts';

type ApprovalMethod =
  'inbox/list' | 'permission/answer' | 'approvals/list' | 'approvals/decide' | 'approvals/withdraw' | 'session/rules' | 'capability/pair';

/** Keys that can wait at a time to be let in: whoever has the endpoint file can make as many as it likes. */
const mostAsking = 3;

/** What the requests about permissions are answered with. */
export interface ApprovalSurroundings {
  readonly desk: PermissionDesk;
  readonly sessions: LiveSessions;
  readonly clients: Clients;
  readonly now: () => string;
}

/** The requests about permissions: answers, rules, approvals that are bound to content, and the right to approve. */
export function approvalHandlers({
  desk,
  sessions,
  clients,
  now,
}: ApprovalSurroundings): Pick<Handlers<HostRequests, Client>, ApprovalMethod> {
  const { approvals } = desk;
  return {
    'inbox/list': () => ({ items: [...desk.inbox.items] }),
    'permission/answer': async ({ sessionId, entry, optionId, rules = [] }, client) => {
      const may = approvals.mayApprove(client);
      if (rules.length > 0) assertMayApprove(may);
      const live = await sessions.get(sessionId);
      const answer = await live.turns.answer(entry, optionId, client.name, now(), may);
      if (rules.length > 0) {
        live.permissions.change(rules, [], client.name);
        void reconsider(live);
      }
      return { answer };
    },
    'approvals/list': () => ({ pending: [...approvals.pending], decided: [...approvals.decided] }),
    'approvals/decide': ({ id, ...signed }, client) => {
      approvals.decide(id, signed, client);
      return {};
    },
    'approvals/withdraw': ({ kind, subject, sha256, ...signed }, client) => {
      approvals.withdraw({ kind, subject, sha256 }, signed, client);
      return {};
    },
    'session/rules': async ({ sessionId, add = [], remove = [] }, client) => {
      const live = await sessions.get(sessionId);
      const rules = live.permissions.change(add, remove, client.name);
      await live.session.barrier();
      void reconsider(live);
      return { rules: [...rules] };
    },
    'capability/pair': (_params, client) => {
      const { key, name } = client;
      if (key === undefined) throw new LoomError('not-allowed', 'This client has shown no key. Update it, and connect again.');
      const hash = sha256Of(key);
      const code = pairCode(hash);
      if (approvals.mayApprove(client)) return { state: 'paired', code };
      if (!clients.all.some((each) => approvals.mayApprove(each))) return { state: 'nobody', code };
      const asking = approvals.pending.filter(({ kind, subject }) => kind === windowKind && subject !== key).length;
      if (asking >= mostAsking) throw new LoomError('conflict', 'Others wait for the same answer. Answer them first, in the Inbox.');
      const request = {
        kind: windowKind,
        subject: key,
        sha256: hash.toString('hex'),
        title: `May "${name.slice(0, 80)}" approve in this repository?`,
        detail: `It shows the code ${code}. Say no when you do not see that code there.`,
      };
      // The answer is told by a notification: whoever asks does not keep a request open until a person has come.
      void approvals.ask(request).then((isApproved) => client.notify('capability/changed', { mayApprove: isApproved }));
      return { state: 'asked', code };
    },
  };
}

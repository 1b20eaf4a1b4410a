import { LoomError } from '../../base/errors.ts';
import type { Handlers } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { pairCode } from '../../protocol/capability.ts';
import type { Client, Clients } from '../clients.ts';
import { windowKind } from './approvalFile.ts';
import type { Approvals } from './approvals.ts';
import { sha256Of } from './signatures.ts';

type ApprovalMethod = 'approvals/list' | 'approvals/decide' | 'approvals/withdraw' | 'capability/pair';

/** The requests about approvals that are bound to content, and about the right to approve. */
export function approvalHandlers(approvals: Approvals, clients: Clients): Pick<Handlers<HostRequests, Client>, ApprovalMethod> {
  return {
    'approvals/list': () => ({ pending: [...approvals.pending], decided: [...approvals.decided] }),
    'approvals/decide': ({ id, ...signed }, client) => {
      approvals.decide(id, signed, client);
      return {};
    },
    'approvals/withdraw': ({ kind, subject, sha256, ...signed }, client) => {
      approvals.withdraw({ kind, subject, sha256 }, signed, client);
      return {};
    },
    'capability/pair': (_params, client) => {
      const { key, name } = client;
      if (key === undefined) throw new LoomError('not-allowed', 'This client has shown no key. Update it, and connect again.');
      const hash = sha256Of(key);
      const code = pairCode(hash);
      if (approvals.mayApprove(client)) return { state: 'paired', code };
      if (!clients.all.some((each) => approvals.mayApprove(each))) return { state: 'nobody', code };
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

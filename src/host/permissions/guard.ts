import { LoomError } from '../../base/errors.ts';
import type { HostRequests } from '../../protocol/host.ts';
import type { Handlers } from '../../protocol/contract.ts';
import type { Client } from '../clients.ts';

/** All requests but those that a door answers itself. */
type Answered = Omit<Handlers<HostRequests, Client>, 'hello'>;

/**
 * The requests that need the right to approve: what lets an agent do more than it may by itself. Reading, following, sending messages and stopping
 * need none, and neither has a "no": `permission/answer` is looked at by `Turns`, since it depends on the choice.
 */
export const guarded: readonly (keyof Answered)[] = [
  'session/pick',
  'session/rules',
  'approvals/decide',
  'approvals/withdraw',
  'agent/login',
  'agent/logout',
  'worktree/bring',
  'worktree/remove',
  'worktree/deleteRescue',
  'session/goOn',
  'worktree/useFolder',
];

/** Throws `not-allowed` with what to do, unless the client may approve. */
export function assertMayApprove(may: boolean): void {
  if (may) return;
  throw new LoomError(
    'not-allowed',
    'This client may read, send messages and stop, but not approve. Approve in the editor that started the session host, or let this one approve with "Session Loom: Allow This Editor to Approve…".',
  );
}

/** The same handlers, with those that need the right to approve behind a look for it. */
export function guard(handlers: Answered, mayApprove: (client: Client) => boolean): Answered {
  const behind = guarded.map((method) => [
    method,
    (params: never, client: Client) => {
      assertMayApprove(mayApprove(client));
      return handlers[method](params, client);
    },
  ]);
  return { ...handlers, ...(Object.fromEntries(behind) as Partial<Answered>) };
}

/** Who is asked for what lives only in an editor: where somebody who may approve is there, nobody else, since anyone can call itself a window. */
export function trustedFirst(clients: readonly Client[], mayApprove: (client: Client) => boolean): readonly Client[] {
  const trusted = clients.filter(mayApprove);
  return trusted.length > 0 ? trusted : clients;
}

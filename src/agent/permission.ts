import type { PermissionOption, RequestPermissionRequest, ToolCall } from '@agentclientprotocol/sdk';
import type { Grant } from './session.ts';
import type { Turn } from './turn.ts';

const asked: Record<Grant, { readonly once: string; readonly always: string; readonly never: string }> = {
  run: { once: 'Run', always: 'Run, and allow every command in this session', never: 'Refuse every command in this session' },
  write: { once: 'Write', always: 'Write, and allow every edit in this session', never: 'Refuse every edit in this session' },
};

/**
 * Asks the person whether a tool call may go on, unless the session has a standing answer. "Always" and "never" are remembered for this session.
 * A client that closes the question without an answer, or answers with an option that was not offered, has refused.
 */
export async function isPermitted(turn: Turn, grant: Grant, toolCall: ToolCall): Promise<boolean> {
  const standing = turn.session.grants.get(grant);
  if (standing !== undefined) return standing === 'allow';
  const options: PermissionOption[] = [
    { optionId: 'allow_once', kind: 'allow_once', name: asked[grant].once },
    { optionId: 'allow_always', kind: 'allow_always', name: asked[grant].always },
    { optionId: 'reject_once', kind: 'reject_once', name: 'Refuse' },
    { optionId: 'reject_always', kind: 'reject_always', name: asked[grant].never },
  ];
  const chosen = await askClient(turn, toolCall, options);
  if (chosen === 'allow_always') turn.session.grants.set(grant, 'allow');
  if (chosen === 'reject_always') turn.session.grants.set(grant, 'reject');
  return chosen === 'allow_once' || chosen === 'allow_always';
}

/** Puts one question about a tool call to the person. Answers with the id of the option that was chosen, or undefined for none. */
export async function askClient(turn: Turn, toolCall: ToolCall, options: readonly PermissionOption[]): Promise<string | undefined> {
  const question: RequestPermissionRequest = { sessionId: turn.session.id, toolCall, options: [...options] };
  const { outcome } = await turn.request((wait) => turn.client.context.request('session/request_permission', question, wait));
  if (outcome.outcome === 'selected') return outcome.optionId;
  // A client closes its questions when it cancels; that is the end of the turn and no refusal.
  turn.signal.throwIfAborted();
  return undefined;
}

import type { SessionSummary } from '../../model/summary.ts';

/** What becomes of that which agents themselves have stored of sessions that are deleted here; undefined where they have stored nothing. */
export function fateOfCopies(sessions: readonly SessionSummary[]): 'deleted' | 'kept' | 'mixed' | undefined {
  const copies = sessions.filter(({ acpSessionId }) => acpSessionId !== undefined);
  if (copies.length === 0) return undefined;
  const deleted = copies.filter(({ agentForgets }) => agentForgets === true).length;
  return deleted === copies.length ? 'deleted' : deleted === 0 ? 'kept' : 'mixed';
}

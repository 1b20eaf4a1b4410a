import type { SessionSummary } from '../../model/summary.ts';
import type { Call, InputOf, ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { assertSaved } from './unsaved.ts';

type HostCall = Call<HostRequests>;
type Result = ResultOf<HostRequests['session/review']>;
type Choice = Omit<InputOf<HostRequests['session/review']>, 'sessionId'>;

/** Keeps or undoes changes; nothing is undone in a file that an editor has not saved. */
export async function reviewChanges(call: HostCall, session: Pick<SessionSummary, 'id' | 'cwd'>, choice: Choice): Promise<Result> {
  if (choice.decision === 'undo') {
    const { path, turn } = choice;
    assertSaved(path === undefined ? await changedPaths(call, session.id, turn) : [path], session.cwd);
  }
  return call('session/review', { sessionId: session.id, ...choice });
}

/** Takes an earlier restore back, with the same care. */
export async function takeRestoreBack(call: HostCall, session: Pick<SessionSummary, 'id' | 'cwd'>, restore: string): Promise<Result> {
  assertSaved(await changedPaths(call, session.id, undefined), session.cwd);
  return call('session/restore', { sessionId: session.id, to: { restore } });
}

async function changedPaths(call: HostCall, sessionId: string, turn: string | undefined): Promise<readonly string[]> {
  const { turns } = await call('session/changes', { sessionId });
  return turns.filter((each) => turn === undefined || each.turn === turn).flatMap(({ files }) => files.map(({ path }) => path));
}

import assert from 'node:assert/strict';
import { fateOfCopies } from '../../src/extension/sessions/agentCopies.ts';
import { summaryOf } from '../../src/model/summary.ts';
import { emptySession } from '../../src/model/session.ts';

describe('R3.4 What becomes of the copies that agents have of deleted sessions', () => {
  const of = (acpSessionId?: string, agentForgets?: boolean): ReturnType<typeof summaryOf> =>
    summaryOf({
      ...emptySession,
      ...(acpSessionId === undefined ? {} : { acpSessionId }),
      ...(agentForgets === undefined ? {} : { agentForgets }),
    });

  it('is said of all of them: nothing is stored, all goes, all stays, or some of it goes', () => {
    const fates = [[of()], [of('a', true), of()], [of('a'), of('b', false)], [of('a', true), of('b')]].map(fateOfCopies);
    assert.deepEqual(fates, [undefined, 'deleted', 'kept', 'mixed']);
  });
});

import type { Entry } from '../entries.ts';
import type { Fact } from '../events.ts';
import type { SessionPage, TurnPage } from './readPages.ts';

/** What a session that is made again needs besides its pages. */
export interface RecoveredInto {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** The agent that goes on with it: its own, where that one is known here. */
  readonly agent: string;
  /** Where its pages lay, for a person. */
  readonly from: string;
}

/** A fact with the time at which it happened. */
export interface DatedFact {
  readonly at: string;
  readonly fact: Fact;
}

/**
 * A session again as facts, out of its pages: under its own id, with its own times, title and agent. An answer is one message, as the page has it.
 * A turn whose page is missing keeps its place, so that the number of each turn stays what it is in the history. The last turn says what
 * was done.
 */
export function recoveredFacts(page: SessionPage, turns: readonly TurnPage[], into: RecoveredInto): readonly DatedFact[] {
  const byNumber = new Map(turns.filter(({ session }) => session === page.id).map((turn) => [turn.number, turn]));
  const count = Math.max(0, ...byNumber.keys());
  const { branch, parent, agentName } = page;
  const facts: DatedFact[] = [
    {
      at: page.createdAt,
      fact: {
        type: 'session.created',
        id: page.id,
        title: page.title,
        agent: into.agent,
        ...(agentName === undefined || into.agent !== page.agent ? {} : { agentName }),
        folder: into.folder,
        cwd: into.folder,
        ...(branch === undefined ? {} : { branch }),
        ...(parent === undefined ? {} : { parent }),
        recoveredFrom: into.from,
      },
    },
    // Its title is its own: the next message must not give it another one.
    { at: page.createdAt, fact: { type: 'session.renamed', title: page.title, by: 'person' } },
  ];
  let last = page.createdAt;
  for (let number = 1; number <= count; number++) {
    const turn = byNumber.get(number);
    facts.push(...(turn === undefined ? missingTurn(number, last) : turnFacts(turn, number === count ? into.from : undefined)));
    last = facts.at(-1)?.at ?? last;
  }
  if (page.tokens !== undefined) facts.push({ at: last, fact: { type: 'usage.changed', usage: { totalTokens: page.tokens } } });
  return [...facts, { at: last, fact: { type: 'session.viewed', read: true } }];
}

function turnFacts(page: TurnPage, from: string | undefined): readonly DatedFact[] {
  // Ids are made anew: those of later turns are counted on from here.
  const turn = turnId(page.number);
  const at = page.endedAt ?? page.startedAt;
  const note = 'What stands here was written for readers: secrets are redacted, long outputs are cut, pictures are left out.';
  const entries: Entry[] = [
    ...(page.answer === '' ? [] : [{ id: `${turn}-1`, at, kind: 'message', text: page.answer } as const]),
    ...(from === undefined
      ? []
      : [
          {
            id: `${turn}-2`,
            at,
            kind: 'notice',
            level: 'info',
            text: `Recovered from the written history in ${from}.`,
            detail: note,
          } as const,
        ]),
  ];
  const reason = page.outcome ?? 'interrupted';
  return [
    { at: page.startedAt, fact: { type: 'turn.started', turn, prompt: [...page.prompt] } },
    { at, fact: { type: 'turn.sealed', turn, entries } },
    { at, fact: { type: 'turn.ended', turn, reason, ...(page.commits.length === 0 ? {} : { commits: [...page.commits] }) } },
  ];
}

function missingTurn(number: number, at: string): readonly DatedFact[] {
  const turn = turnId(number);
  const entry = {
    id: `${turn}-1`,
    at,
    kind: 'notice',
    level: 'warning',
    text: 'The page of this turn is not in the written history.',
  } as const;
  return [
    { at, fact: { type: 'turn.started', turn, prompt: [] } },
    { at, fact: { type: 'turn.sealed', turn, entries: [entry] } },
    { at, fact: { type: 'turn.ended', turn, reason: 'cancelled' } },
  ];
}

function turnId(number: number): string {
  return `t${String(number - 1)}`;
}

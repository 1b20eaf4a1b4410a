import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PromptPart } from '../../../src/model/content.ts';
import { Fact } from '../../../src/model/events.ts';
import { reduce } from '../../../src/model/reduce.ts';
import type { SessionState, Turn } from '../../../src/model/session.ts';
import { emptySession } from '../../../src/model/session.ts';
import { summaryOf } from '../../../src/model/summary.ts';
import { readSessionPage, readTurnPage } from '../../../src/model/transcript/readPages.ts';
import { recoveredFacts } from '../../../src/model/transcript/recoveredFacts.ts';
import { sessionMarkdown } from '../../../src/model/transcript/session.ts';
import { turnMarkdown } from '../../../src/model/transcript/turn.ts';
import { sessionOf, turnOf } from '../../host/history/sessions.ts';

const folder = '/home/ada/shop';

/** A session out of its pages, as a fresh clone makes it. */
function recovered(session: SessionState, turns: readonly Turn[] = session.turns, agent = session.agent): SessionState {
  const page = readSessionPage(sessionMarkdown(session, { roots: [folder] }));
  assert.ok(page);
  const pages = turns.map((turn) => readTurnPage(turnMarkdown(session, turn, { roots: [folder] }), folder));
  const facts = recoveredFacts(
    page,
    pages.map((each) => each ?? assert.fail('a page was not read')),
    { folder, agent, from: 'refs/heads/shared' },
  );
  for (const { fact } of facts) Fact.parse(fact);
  return facts.reduce((state, { at, fact }, index) => reduce(state, { epoch: 1, seq: index + 1, at, fact }), emptySession);
}

describe('R6.6 A session is read from its written pages', () => {
  it('with its id, title, agent, times, branch, parent, turns, outcomes and commits', () => {
    const turns = [turnOf(0), { ...turnOf(1), reason: 'failed', state: 'failed', error: 'No room', commits: ['ab12cd34'] } as const];
    const session = sessionOf('s1', turns, { branch: 'main', parent: 'p1', usage: { totalTokens: 1200 }, title: 'Fix "the" login: now' });
    const state = recovered(session);
    assert.deepEqual(
      { ...summaryOf(state), position: undefined },
      {
        ...summaryOf({ ...session, agentPhase: 'none' }),
        status: 'failed',
        reason: 'The last turn failed.',
        cwd: folder,
        folder,
        messages: 4,
        errors: 1,
        lastMessage: state.lastMessage,
        recoveredFrom: 'refs/heads/shared',
        position: undefined,
      },
    );
    assert.deepEqual(
      state.turns.map(({ index, startedAt, endedAt, reason }) => ({ index, startedAt, endedAt, reason })),
      turns.map(({ index, startedAt, endedAt, reason }) => ({ index, startedAt, endedAt, reason })),
    );
    assert.deepEqual(state.turns[1]?.commits, ['ab12cd34']);
    assert.equal(state.titledBy, 'person');
    const first = state.turns.flatMap(({ entries }) => entries)[0];
    assert.ok(first);
    assert.equal(first.kind === 'message' ? first.text : '', 'Answer 1.');
    const last = state.turns[1].entries.at(-1);
    assert.ok(last);
    assert.match(last.kind === 'notice' ? last.text : '', /^Recovered from the written history in refs\/heads\/shared\.$/);
  });

  it('a prompt comes back with its lines, files, ranges and attachments', () => {
    const prompt: readonly PromptPart[] = [
      { type: 'text', text: 'Compare <this> with\n`code` & the [file](x.md)\n\n> quoted' },
      { type: 'file', path: `${folder}/src/a b.ts`, name: 'a b.ts', range: { start: 2, end: 9 } },
      { type: 'attachment', name: 'log.txt', content: { text: 'one\n## Answer\n```\nthree' } },
      { type: 'text', text: 'and say why' },
    ];
    const session = sessionOf('s1', [{ ...turnOf(0), prompt }]);
    assert.deepEqual(recovered(session).turns[0]?.prompt, prompt);
  });

  it('headings and fences in an answer do not end it', () => {
    const answer = '# Prompt\n\n## Answer\n\n```ts\n## Commits\n```\n\n````md\n```\n## Prompt\n```\n````\n\nthe end';
    const entry = recovered(sessionOf('s1', [turnOf(0, answer)])).turns[0]?.entries[0];
    const text = entry?.kind === 'message' ? entry.text : '';
    assert.match(text, /^### Prompt\n\n#### Answer[\s\S]*## Commits[\s\S]*the end$/);
  });

  it('a turn whose page is missing keeps its place, so that every turn keeps its number', () => {
    const session = sessionOf('s1', [turnOf(0), turnOf(1), turnOf(2)]);
    const state = recovered(session, [turnOf(0), turnOf(2)]);
    assert.deepEqual(
      state.turns.map(({ entries }) => (entries[0]?.kind === 'message' ? entries[0].text : entries[0]?.kind)),
      ['Answer 1.', 'notice', 'Answer 3.'],
    );
    assert.equal(state.turnCount, 3);
  });

  it('an agent that is not known here is replaced, and its name is not given to the other', () => {
    const state = recovered(sessionOf('s1', [turnOf(0)], { agent: 'gemini', agentName: 'Gemini' }), undefined, 'built-in');
    assert.equal(state.agent, 'built-in');
    assert.equal(state.agentName, undefined);
  });

  it('pages of others are left out: what is no page of ours, or of another session', () => {
    assert.equal(readSessionPage('# A readme\n'), undefined);
    assert.equal(readSessionPage(turnMarkdown(sessionOf('s1', [turnOf(0)]), turnOf(0))), undefined);
    assert.equal(readTurnPage(sessionMarkdown(sessionOf('s1', [turnOf(0)])), folder), undefined);
    assert.equal(readSessionPage('---\nsession: "../../etc"\ncreated: "2026-11-21T10:00:00.000Z"\n---\n'), undefined);
    assert.equal(readTurnPage('---\nsession: "s1"\nturn: 1000000\nstarted: "2026-11-21T10:00:00.000Z"\n---\n', folder), undefined);
  });

  it('whatever a page holds, reading it gives facts that a journal takes, or nothing', () => {
    const line = fc.constantFrom(
      '---',
      'session: "s1"',
      'turn: 1',
      'started: "2026-11-21T10:00:00.000Z"',
      'outcome: "finished"',
      'outcome: "\\u0000"',
      'commits: ["zz"]',
      '## Prompt',
      '## Answer',
      '> said',
      '```',
      '````',
      'Attachment `x`:',
      'File `../../x`, lines 3–1.',
      'File ```` ` ````.',
      '\u202e\u0007<img src=x>',
    );
    const head = '---\nsession: "s1"\nturn: 1\nstarted: "2026-11-21T10:00:00.000Z"\n';
    fc.assert(
      fc.property(fc.boolean(), fc.array(line, { maxLength: 30 }), (isPage, lines) => {
        const page = readTurnPage(`${isPage ? head : ''}${lines.join('\n')}`, folder);
        if (page === undefined) return;
        const session = { id: 's1', title: 'x', agent: 'a', createdAt: '2026-11-21T10:00:00.000Z', turns: 1 };
        for (const { fact } of recoveredFacts(session, [page], { folder, agent: 'a', from: 'x' })) Fact.parse(fact);
      }),
    );
  });
});

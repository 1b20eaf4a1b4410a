import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import MarkdownIt from 'markdown-it';
import { parse } from 'yaml';
import { indexMarkdown, indexRowOf, monthMarkdown, rowsOf, withRow } from '../../../src/model/transcript/indexPage.ts';
import type { TranscriptOptions } from '../../../src/model/transcript/options.ts';
import { sessionMarkdown, transcriptMarkdown } from '../../../src/model/transcript/session.ts';
import { turnMarkdown } from '../../../src/model/transcript/turn.ts';
import { session, turn } from './session.ts';

const golden = join(import.meta.dirname, '..', '..', 'golden', 'transcript');
const options: TranscriptOptions = {
  roots: ['/home/ada/project'],
  diffOf: () => '--- a/src/parse.ts\n+++ b/src/parse.ts\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n',
  redacted: [{ kind: 'github token', count: 2 }],
  parent: { title: 'The [plan]', href: '../../2026-10/2026-10-01-the-plan-p1/README.md' },
  children: [{ title: 'Tests', href: '../2026-11-22-tests-c1/README.md' }],
};

/** Compares with the golden page; `UPDATE_GOLDEN=1` writes it anew, to be read before it is committed. */
function checkGolden(name: string, actual: string): void {
  const file = join(golden, name);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
  }
  assert.equal(actual, readFileSync(file, 'utf8'));
}

describe('R0.3 A session is written as markdown that a person would write', () => {
  it('a turn with an entry of every kind', () => checkGolden('turn.md', turnMarkdown(session, turn, options)));
  it('the page of a session', () => checkGolden('session.md', sessionMarkdown(session, options)));
  it('the whole session as one document', () => checkGolden('whole.md', transcriptMarkdown(session, session.turns, options)));
  it('the index and the page of a month', () => {
    const row = indexRowOf(session, '2026-11', '2026-11-21-fix-k3v9');
    const older = {
      ...row,
      folder: '2026-10-01-the-plan-p1',
      month: '2026-10',
      started: '2026-10-01 08:00 UTC',
      title: 'The \\[plan\\] \\| x',
    };
    checkGolden('index.md', indexMarkdown([older, row], ['2026-10', '2026-11']));
    checkGolden('month.md', monthMarkdown('2026-11', [row]));
  });

  it('no page says where on the machine the repository lies', () => {
    for (const page of [turnMarkdown(session, turn, options), sessionMarkdown(session, options)]) {
      assert.ok(!page.replace('file:///home/ada/x', '').includes('/home/ada'));
    }
  });

  it('front matter is YAML with ids, agent, model, tokens, times, branch, commits and what was redacted', () => {
    const page = turnMarkdown(session, turn, options);
    assert.deepEqual(parse(page.slice(4, page.indexOf('\n---', 4))), {
      session: 'k3v9',
      title: 'Fix the parser | "now"',
      turn: 2,
      turn_id: 't1',
      agent: 'built-in',
      agent_name: 'Built-in',
      agent_version: '1.0.0',
      model: 'Model X',
      started: '2026-11-21T10:00:00.000Z',
      ended: '2026-11-21T10:00:16.000Z',
      outcome: 'failed',
      tokens: 1545,
      branch: 'feat/parser',
      commits: ['0123456789abcdef0123456789abcdef01234567'],
      redacted: { 'github token': 2 },
    });
  });

  it('nothing on a page is HTML or loads an image', () => {
    const renderer = new MarkdownIt({ html: true });
    for (const page of [turnMarkdown(session, turn, options), transcriptMarkdown(session, session.turns, options)]) {
      const types = renderer.parse(page, {}).flatMap((token) => [token.type, ...(token.children ?? []).map((child) => child.type)]);
      assert.ok(!types.some((type) => type.startsWith('html') || type === 'image'));
    }
  });

  it('a turn of 100,000 entries makes a page that can still be opened', () => {
    const entries = Array.from({ length: 100_000 }, (_, index) => ({
      id: `e${index}`,
      at: turn.startedAt,
      kind: 'message' as const,
      text: 'word '.repeat(20),
    }));
    const page = turnMarkdown(session, { ...turn, entries }, options);
    assert.ok(page.length < 1_200_000);
    assert.match(page, /This page has grown long/);
  });
});

describe('R0.3 Index pages are read back', () => {
  const row = indexRowOf({ ...session, title: 'A [b](c) | `d` \\ <e> #1' }, '2026-11', '2026-11-21-ä-(x)-k3v9');

  it('a row that was written is the row that is read', () => {
    assert.deepEqual(rowsOf(indexMarkdown([row], ['2026-11'])), [row]);
    assert.deepEqual(rowsOf(monthMarkdown('2026-11', [row]), '2026-11'), [row]);
  });

  it('a session has one row, the newest stands first, and foreign lines are left out', () => {
    const other = { ...row, folder: 'b', started: '2026-12-01 00:00 UTC' };
    const rows = withRow(withRow([row], other), { ...row, turns: 9 });
    const page = monthMarkdown('2026-11', rows);
    assert.deepEqual(rowsOf(`${page}\n| evil | [x](javascript:y) | a | 1 | b |`, '2026-11'), [other, { ...row, turns: 9 }]);
  });
});

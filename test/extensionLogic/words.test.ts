import assert from 'node:assert/strict';
import { problemReport, scrub } from '../../src/extension/commands/problemReport.ts';
import { rankMentions } from '../../src/extension/panel/mentionRank.ts';
import { joined, noticeFor } from '../../src/extension/sessions/notices.ts';
import { resolveName } from '../../src/extension/sessions/resolveName.ts';
import { english } from '../../src/extension/translate.ts';
import type { SessionSummary } from '../../src/model/summary.ts';
import { summary } from './summaries.ts';

describe('R1.12 A mistyped session', () => {
  const sessions = [
    summary('k3x9', { title: 'Fix the login' }),
    summary('p7q2', { title: 'Fix the tests' }),
    summary('m1', { title: 'Docs' }),
  ];
  const check = (typed: string, expected: string): void => {
    const resolved = resolveName(typed, sessions);
    const text =
      resolved.kind === 'found'
        ? resolved.session.id
        : resolved.kind === 'several'
          ? resolved.sessions.map(({ id }) => id).join('|')
          : `${resolved.meant?.id ?? 'none'}?`;
    assert.equal(text, expected, typed);
  };

  it('a session is found by its id, its title in any case, or a part of the title that only it has', () => {
    check('k3x9', 'k3x9');
    check(' docs ', 'm1');
    check('login', 'k3x9');
  });

  it('where several fit, none is taken for another', () => check('fix', 'k3x9|p7q2'));

  it('what may have been meant is said, and nothing is guessed where nothing is near', () => {
    check('Fix the logn', 'k3x9?');
    check('dosc', 'm1?');
    check('something else entirely', 'none?');
    check('', 'none?');
  });
});

describe('R1.9 Notices of background sessions', () => {
  const notice = (before: Partial<SessionSummary> | undefined, after: Partial<SessionSummary>): string | undefined => {
    const found = noticeFor(before === undefined ? undefined : summary('a', before), summary('a', { title: 'Login', ...after }), english);
    return found === undefined ? undefined : `${found.kind}: ${found.text}`;
  };

  it('a session that asks, ends or fails is news', () => {
    assert.equal(
      notice({ status: 'working' }, { status: 'waiting', reason: 'Run npm test' }),
      'needsYou: “Login” waits for you: Run npm test',
    );
    assert.equal(notice({ status: 'working' }, { status: 'finished', unread: true }), 'finished: “Login” has finished its turn.');
    assert.equal(notice({ status: 'working' }, { status: 'failed', reason: 'No network.' }), 'failed: “Login”: No network.');
  });

  it('a session that is seen for the first time, read, renamed or hibernates is no news', () => {
    assert.equal(notice(undefined, { status: 'waiting' }), undefined);
    assert.equal(notice({ status: 'finished' }, { status: 'idle' }), undefined);
    assert.equal(notice({ status: 'waiting' }, { status: 'waiting' }), undefined);
    assert.equal(notice({ status: 'idle' }, { status: 'hibernating' }), undefined);
    assert.equal(notice({ status: 'starting' }, { status: 'idle' }), undefined);
  });

  it('several things at once make one notice', () => {
    const news = (kind: 'needsYou' | 'finished') => ({ kind, sessionId: 'a', text: 'x' });
    assert.equal(joined([news('needsYou'), news('finished')], english), '2 sessions have news, 1 of them wait for you.');
    assert.equal(joined([news('finished')], english), 'x');
  });
});

describe('R1.12 A report of a problem', () => {
  it('no secret, no name and no home folder is in it', () => {
    const log = [
      'Authorization: Bearer abcdef123456',
      'url https://me:pass@example.org/x',
      'OPENAI_API_KEY=sk-abcdefghijklmnop',
      '{"token":"0123456789abcdef0123456789abcdef"}',
      'open /home/ada/shop as ada, not adamant',
      'hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
    ].join('\n');
    assert.deepEqual(scrub(log, '/home/ada', 'ada').split('\n'), [
      'Authorization: Bearer <removed>',
      'url https://<removed>@example.org/x',
      'OPENAI_API_KEY=<removed>',
      '{"token":"<removed>"}',
      'open ~/shop as <user>, not adamant',
      'hash <removed>',
    ]);
  });

  it('it says what runs where, names settings without their values, and cannot be broken by the log', () => {
    const text = problemReport({
      version: '0.1.0',
      editor: 'Code 1.139',
      system: 'linux',
      hosts: ['connected'],
      settings: ['sessionLoom.agents'],
      log: '```\nend',
      home: '/h',
      user: 'u',
    });
    assert.match(text, /Session Loom 0\.1\.0, Code 1\.139, linux/);
    assert.match(text, /Settings that were changed: sessionLoom\.agents/);
    assert.equal(text.match(/```/g)?.length, 2);
  });
});

describe('R0.2 What @ offers', () => {
  const file = (label: string, description: string) => ({ kind: 'file', label, description }) as const;
  const files = [
    file('sessionPanel.ts', 'src/panel/sessionPanel.ts'),
    file('readme.md', 'readme.md'),
    file('panel.css', 'media/panel.css'),
  ];
  const found = (query: string): readonly string[] => rankMentions(files, query).map(({ label }) => label);

  it('files are found by pieces of their names and folders', () => {
    assert.deepEqual(found('readme'), ['readme.md']);
    assert.deepEqual(found('panel css'), ['panel.css']);
    assert.deepEqual(found('src/pan'), ['sessionPanel.ts']);
    assert.deepEqual(found('nothing'), []);
  });

  it('of names that begin as typed the shortest comes first', () => {
    const both = [file('greet.test.ts', 'test/greet.test.ts'), file('greet.ts', 'src/greet.ts')];
    assert.deepEqual(
      rankMentions(both, 'gre').map(({ label }) => label),
      ['greet.ts', 'greet.test.ts'],
    );
  });

  it('everything is offered before anything is typed, up to a limit', () => {
    assert.equal(found('').length, 3);
    assert.equal(rankMentions(files, '', 2).length, 2);
  });
});

import assert from 'node:assert/strict';
import { readTasks } from '../../src/specs/tasks.ts';
import { showTasks, textAt } from './show.ts';

function check(text: string, expected: readonly string[]): void {
  assert.deepEqual(showTasks(text), expected);
}

describe('R3.2 R6.4 tasks of tasks.md', () => {
  it('the id gives the hierarchy, flat or nested or mixed', () => {
    const expected = ['1 | Set up | open', '1.1 | Folder | done < 1', '1.2 | Tools | open < 1', '2 | Next | open'];
    check('- [ ] 1. Set up\n- [x] 1.1 Folder\n- [ ] 1.2 Tools\n- [ ] 2. Next\n', expected);
    check('- [ ] 1. Set up\n  - [x] 1.1 Folder\n    - [ ] 1.2 Tools\n- [ ] 2. Next', expected);
  });
  it('a third level hangs on the second, and on the first when the second is missing', () => {
    check('- [ ] 2. A\n- [ ] 2.3 B\n- [ ] 2.3.1 C\n- [ ] 2.9.1 D', [
      '2 | A | open',
      '2.3 | B | open < 2',
      '2.3.1 | C | open < 2.3',
      '2.9.1 | D | open < 2',
    ]);
  });
  it('without any id the indent gives the hierarchy', () => {
    check('- [ ] A\n  - [x] B\n    - [ ] C\n- [ ] D', ['- | A | open', '- | B | done < A', '- | C | open < B', '- | D | open']);
  });
  it('headings with a number group the boxes that carry it, other numbered headings do not', () => {
    check('## 1. Overview\n## 2. Export\n- [ ] 2.1 A\n- [ ] 2.2 B\n', ['2 | Export | group', '2.1 | A | open < 2', '2.2 | B | open < 2']);
    check('## 1. Phase one\n- [ ] 1. A\n- [ ] 1.1 B\n', ['1 | A | open', '1.1 | B | open < 1']);
    check('## Phase 2\n- [ ] 2.1 A', ['2.1 | A | open']);
  });
  it('headings that say "task" are tasks, and bare boxes below are their items', () => {
    check('### Task 1: Store\n- [ ] tests pass\n- [ ] docs\n### T-002 Show\n_Requirements: 1_', [
      '1 | Store | group | 2 items',
      'T-002 | Show | group | requirements 1',
    ]);
    check('- [ ] 任務 1.1: Export\n- [ ] タスク 2: Import\n- [ ] Task 3 Read', [
      '1.1 | Export | open',
      '2 | Import | open',
      '3 | Read | open',
    ]);
  });
  it('headings with a box are tasks', () => {
    check('#### [x] 1.1 A\n### - [ ] 2. B\n- detail', ['1.1 | A | done', '2 | B | open | 1 details']);
  });
  it('state marks are told apart, and unknown ones keep their text', () => {
    check('- [x] 1. A\n- [X] 2. B\n- [-] 3. C\n- [~] 4. D\n- [⏭️] 5. E\n- [N/A] 6. F\n- [?] 7. G\n- [done] 8. H', [
      '1 | A | done',
      '2 | B | done',
      '3 | C | running',
      '4 | D | queued',
      '5 | E | other:⏭️',
      '6 | F | other:N/A',
      '7 | G | other:?',
      '8 | H | other:done',
    ]);
  });
  it('trap 8: code, legends, footnotes and links are no tasks', () => {
    check(
      'Use `- [ ] 1. x`.\n```md\n- [ ] 1. A\n```\n- [P] tasks = parallel\n- "`[P]`" = parallel\n- [docs](x.md) 1. y\n[x] 3. no list\n<!--\n- [ ] 4. hidden\n-->\n- [ ] 5. Real',
      ['5 | Real | open'],
    );
  });
  it('trap 9: labels count at the start of a line only, and a long prompt is one value', () => {
    const prompt = `_Prompt: Role: engineer | Task: see "- [ ] 9. x" and _Requirements: 9.9_ and _Leverage: y_ ${'word '.repeat(500)}_`;
    const { tasks } = readTasks(`- [ ] 1. A\n  - File: src/a.ts\n  - _Leverage: src/b.ts_\n  - ${prompt}\n  - _Requirements: 1.1_\n`);
    const [task, ...others] = tasks;
    assert.ok(task);
    assert.deepEqual(others, []);
    assert.deepEqual(
      task.values.map((value) => value.label),
      ['File', 'Leverage', 'Prompt', 'Requirements'],
    );
    assert.deepEqual(
      task.values.flatMap((value) => value.references.map((reference) => reference.text)),
      ['1.1'],
    );
  });
  it('trap 10: a star is optional beside the bracket or the number, and bold elsewhere', () => {
    check('- [ ]* 2.2 A\n- [x]* 2.3 B\n- [ ] **T001** C\n- [ ] 7.9* D\n- [ ] **7.10** E\n- [ ] **8. F**', [
      '2.2 | A | open optional',
      '2.3 | B | done optional',
      'T001 | C | open',
      '7.9 | D | open optional',
      '7.10 | E | open',
      '8 | F | open',
    ]);
  });
  it('trap 12: what may follow an id, and what is no id', () => {
    check(
      '- [ ] 1. A\n- [ ] 2: B\n- [ ] 3) C\n- [ ] 4 (P) D\n- [ ] 5：E\n- [ ] 2.1. F\n- [ ] 1.2a G\n- [ ] 6 - H\n- [ ]   7. I\n- [ ] 8.設計\n- [ ] 10 pages in 5 minutes\n- [ ] 10:30 stand-up',
      [
        '1 | A | open',
        '2 | B | open',
        '3 | C | open',
        '4 | D | open parallel',
        '5 | E | open',
        '2.1 | F | open < 2',
        '1.2a | G | open < 1',
        '6 | H | open',
        '7 | I | open',
        '8 | 設計 | open | 2 items',
      ],
    );
  });
  it('trap 13: the whole line is kept as written, as other tools key test results by it', () => {
    const line = '  - [x]* 2.1 Do **it**  <!-- gh:#12 --> ';
    const [task] = readTasks(`- [ ] 2. A\n${line}\n`).tasks.slice(1);
    assert.ok(task);
    assert.equal(task.lineText, line);
    assert.equal(task.title, 'Do **it**');
  });
  it('trap 15: a summary list that repeats the tasks is marked as such, before or after the real list', () => {
    const real = '## Tasks\n- [ ] 1. A\n  - do\n- [ ] 2. B\n  - do\n- [ ] 3. C\n  - do\n';
    const summary = '## Summary\n- [ ] 1. A\n- [ ] 2. B\n- [ ] 3. C\n';
    const shown = ['1 | A | open | 1 details', '2 | B | open | 1 details', '3 | C | open | 1 details'];
    const repeated = ['1 | A | open repeat', '2 | B | open repeat', '3 | C | open repeat'];
    check(real + summary, [...shown, ...repeated]);
    check(summary + real, [...repeated, ...shown]);
    assert.equal(readTasks(summary + real).byKey.get('1'), 3);
  });
  it('trap 16: right-to-left text keeps UTF-16 columns', () => {
    const text = '- [ ] 1. إعداد المشروع 🎉\n  - _المتطلبات: 1.1, 2.3_\n';
    const [task] = readTasks(text).tasks;
    assert.ok(task);
    assert.equal(textAt(text, task.titleRange), 'إعداد المشروع 🎉');
    assert.deepEqual(
      task.values.flatMap((value) => value.references.map((reference) => textAt(text, reference.range))),
      ['1.1', '2.3'],
    );
  });
  it('(P) after the id or at the end, spec-kit tags, checkpoints', () => {
    check(
      '- [ ] 1.1 (P) A\n- [ ] 1.2 B (P)\n- [ ] T003 [P] [US1] C in src/c.ts\n- [ ] 5. Checkpoint - all tests pass\n- [ ] 6. Final checkpoint\n- [ ] 7. チェックポイント：確認\n- [ ] 8. Checkpointing of data',
      [
        '1.1 | A | open parallel',
        '1.2 | B | open parallel',
        'T003 | C in src/c.ts | open parallel US1',
        '5 | Checkpoint - all tests pass | open checkpoint',
        '6 | Final checkpoint | open checkpoint',
        '7 | チェックポイント：確認 | open checkpoint',
        '8 | Checkpointing of data | open',
      ],
    );
  });
  it('values in italic, bold and plain form, in any language; unknown labels are kept', () => {
    check(
      [
        '- [ ] 1. A',
        '  - _Requirements: 1.1_',
        '  _Requirements: 1.2_',
        '  - **對應需求**: 1, 2',
        '  - **Validates: Requirements 3.1**',
        '  - Requirements: 4.1',
        '  - _要件: 5_',
        '  - *Requirements: 6*',
        '  - _Requirements:_ 7',
        '  - _Requirements: 8_ (later)',
        '  - _Contracts: api_v2, core_',
        '  - _Bug_Condition: two_saves_',
        '  - **Property 3: round trip**',
        '  - Some: plain text',
      ].join('\n'),
      [
        '1 | A | open | requirements 1.1 1.2 1 2 3.1 4.1 5 6 7 8 | Contracts=api_v2, core | Bug_Condition=two_saves | Property 3=round trip | 1 details',
      ],
    );
  });
  it('_Depends:_ and _Boundary:_ in the shapes of the templates', () => {
    check(
      '- [ ] 1. A\n  - _Depends: 1.1, 2.3_\n  - _Boundary: UserStore, mail_out_\n- [ ] 2. B\n  - _Depends on: T1.2_ _Boundary: X_\n- [ ] 3. C\n  - **依賴**: 1\n  - _Blocked by: 1–2_',
      [
        '1 | A | open | after 1.1 2.3 | Boundary=UserStore, mail_out',
        '2 | B | open | after T1.2! | Boundary=X',
        '3 | C | open | after 1 1…2',
      ],
    );
  });
  it('unnumbered boxes beside numbered ones are items of the task above, and of none after a heading', () => {
    check('- [ ] loose\n- [ ] 1. A\n  - [ ] x\n- [x] y\n## Progress\n- [ ] z', ['1 | A | open | 2 items']);
  });
  it('an anchor before the id is not in the way', () => {
    check('- [x] <a id="1-a"></a>1. A\n  - [ ] <a id="11-b"></a>1.1 B', ['1 | A | done', '1.1 | B | open < 1']);
  });
  it('an unfilled template number is no id', () => {
    check('- [ ] {{MAJOR_NUMBER}}. {{TITLE}}\n- [ ] 2. B', ['2 | B | open']);
  });
  it('an indented fence that nobody closes ends with its list item', () => {
    check('- [ ] 1. A\n  ```sh\n  run\n- [ ] 2. B', ['1 | A | open', '2 | B | open']);
  });
  it('CRLF, a lone CR, a byte order mark and no final newline change nothing', () => {
    const text = '# Implementation Plan\n\n- [ ] 1. A\n  - x\n  - _Requirements: 1.1_\n- [x] 1.1 B';
    for (const ending of ['\r\n', '\r']) assert.deepEqual(showTasks(text.replaceAll('\n', ending)), showTasks(text));
    assert.deepEqual(showTasks(`\uFEFF- [ ] 1. A`), ['1 | A | open']);
  });
});

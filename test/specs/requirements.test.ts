import assert from 'node:assert/strict';
import { readRequirements } from '../../src/specs/requirements.ts';
import { showRequirements, textAt } from './show.ts';

function check(text: string, expected: readonly string[]): void {
  assert.deepEqual(showRequirements(text), expected);
}

/** The heading line as the only requirement of a file. */
function checkHeading(heading: string, expected: string | undefined): void {
  assert.equal(showRequirements(`## Requirements\n${heading}\n#### Acceptance Criteria\n1. x\n`)[0], expected, heading);
}

/** The criteria of requirement 2 under the given lines. */
function checkCriteria(lines: string, expected: readonly string[]): void {
  assert.deepEqual(
    showRequirements(`### Requirement 2\n${lines}`).slice(1),
    expected.map((line) => `  ${line}`),
    lines,
  );
}

describe('R3.2 R6.3 requirement headings', () => {
  it('every known form is read, with its label', () => {
    checkHeading('### Requirement 2: Export', '2 | Requirement | Export');
    checkHeading('### Requirement 2', '2 | Requirement | ');
    checkHeading('### Requirement 2：Export', '2 | Requirement | Export');
    checkHeading('### Requirement 2 - Export', '2 | Requirement | Export');
    checkHeading('### REQ-2: Export', '2 | REQ | Export');
    checkHeading('### REQ-002 Export', '002 | REQ | Export');
    checkHeading('### FR-2: Export', 'FR-2 | FR | Export');
    checkHeading('### NFR-1: Speed', 'NFR-1 | NFR | Speed');
    checkHeading('### 2. Export', '2 |  | Export');
    checkHeading('### 2.1 Export', '2.1 |  | Export');
    checkHeading('### **Requirement 2: Export**', '2 | Requirement | Export');
  });
  it('localized labels are read', () => {
    checkHeading('### 需求 2: 导出', '2 | 需求 | 导出');
    checkHeading('### 要件2:出力', '2 | 要件 | 出力');
    checkHeading('### 需求 2 — 导出', '2 | 需求 | 导出');
    checkHeading('### 요구사항 2: 내보내기', '2 | 요구사항 | 내보내기');
    checkHeading('### المتطلب 2: تصدير', '2 | المتطلب | تصدير');
    checkHeading('### Требование 2', '2 | Требование | ');
    checkHeading('### Requisito 2: Exportar', '2 | Requisito | Exportar');
  });
  it('other headings are none', () => {
    checkHeading('### Overview', undefined);
    checkHeading('### 2024 goals', undefined);
    checkHeading('### S3 buckets', undefined);
    assert.deepEqual(showRequirements('## Steps\n### 2. Export\n1. x'), []);
    assert.deepEqual(showRequirements('## Non-Functional Requirements\n### 1. Speed\n1. The x shall y'), []);
  });
  it('stories are found under their many labels', () => {
    const stories = [
      '**User Story:** As a',
      '**User Story**: As a',
      '**Objective:** As a',
      '**用户故事：** As a',
      '**ユーザーストーリー:** As a',
      'User Story: As a',
      '- **User Story:** As a',
    ];
    for (const line of stories) assert.equal(showRequirements(`### Requirement 1\n\n${line}\n`)[0], '1 | Requirement |  | As a', line);
  });
  it('the glossary gives its terms', () => {
    const text = '## Glossary\n- **Loom**: the frame\n- **Shed:** the gap\n- Weft - the thread\n## Requirements\n- **No**: term\n';
    assert.deepEqual(
      readRequirements(text).terms.map((term) => [term.name, term.definition, textAt(text, term.nameRange)]),
      [
        ['Loom', 'the frame', 'Loom'],
        ['Shed', 'the gap', 'Shed'],
        ['Weft', 'the thread', 'Weft'],
      ],
    );
  });
});

describe('R3.2 R6.3 acceptance criteria', () => {
  it('trap 1: the written number counts, not the place in the list', () => {
    checkCriteria('#### Acceptance Criteria\n1. a\n2. b\n4. c\n5. d', ['2.1 | a', '2.2 | b', '2.4 | c', '2.5 | d']);
  });
  it('a list in which every number is 1 is counted', () => {
    checkCriteria('#### Acceptance Criteria\n1. a\n1. b\n1. c', ['2.1 | a | counted', '2.2 | b | counted', '2.3 | c | counted']);
  });
  it('trap 2: keywords that touch Chinese or Japanese letters are left whole', () => {
    checkCriteria('#### 受け入れ基準\n1. WHENユーザーが押す THEN 画面を表示SHALL', ['2.1 | WHENユーザーが押す THEN 画面を表示SHALL']);
    checkCriteria('#### 验收标准\n1.当用户点击时，系统应导出', ['2.1 | 当用户点击时，系统应导出']);
  });
  it('trap 3: a dotted id is never item 2 of a list', () => {
    checkCriteria('#### Acceptance Criteria\n2.1 The x shall a\n2.2. The y shall b', ['2.1 | The x shall a', '2.2 | The y shall b']);
  });
  it('trap 4: dotted lines without blank lines between them are criteria each', () => {
    check('# Bugfix\n## Current Behavior (Defect)\n1.1 WHEN a THEN b\n1.2 WHEN c THEN d\n', [
      '1 |  | Current Behavior (Defect)',
      '  1.1 | WHEN a THEN b',
      '  1.2 | WHEN c THEN d',
    ]);
  });
  it('trap 5: a bold line ends the criteria, and so does any heading', () => {
    checkCriteria('#### Acceptance Criteria\n1. a\n\n**Test scenarios**:\n- [ ] x\n1. no\n', ['2.1 | a']);
    checkCriteria('#### Acceptance Criteria\n1. a\n#### Notes\n2. no\n', ['2.1 | a']);
  });
  it('trap 6: a numbered list elsewhere is no criterion', () => {
    checkCriteria('#### Success factors\n1. no\n#### Acceptance Criteria\n1. a\n', ['2.1 | a']);
    checkCriteria('1. intro\n2. intro\n#### Acceptance Criteria\n1. a\n', ['2.1 | a']);
    check('## Introduction\n1. no\n### Requirement 1\n#### Acceptance Criteria\n1. a\n## Constraints\n1. no', [
      '1 | Requirement | ',
      '  1.1 | a',
    ]);
  });
  it('trap 7: criteria under another heading belong to no requirement', () => {
    check('### Requirement 1\n#### Acceptance Criteria\n1. a\n### Deployment\n#### Acceptance Criteria\n1. no', [
      '1 | Requirement | ',
      '  1.1 | a',
    ]);
    check('### Requirement 1\n#### Acceptance Criteria\n1. a\n## Acceptance Criteria\n2. no', ['1 | Requirement | ', '  1.1 | a']);
  });
  it('trap 14: the sections of a bugfix.md are requirements by the numbers of their lines', () => {
    const text =
      '# Bugfix Requirements\n## Introduction\nIt fails.\n## Bug Analysis\n### Current Behavior (Defect)\n1.1 WHEN x THEN it fails\n### Expected Behavior (Correct)\n2.1 WHEN x THEN the system SHALL work\n### Unchanged Behavior (Regression Prevention)\n3.1 WHEN y THEN the system SHALL CONTINUE TO work\n## Non-functional\n4.1 The system shall be fast';
    check(text, [
      '1 |  | Current Behavior (Defect)',
      '  1.1 | WHEN x THEN it fails',
      '2 |  | Expected Behavior (Correct)',
      '  2.1 | WHEN x THEN the system SHALL work',
      '3 |  | Unchanged Behavior (Regression Prevention)',
      '  3.1 | WHEN y THEN the system SHALL CONTINUE TO work',
    ]);
  });
  it('the marker may be a heading with a tail, a bold line, localized, or missing', () => {
    for (const marker of [
      '#### Acceptance Criteria (Requirement 2)',
      '**驗收標準** (EARS):',
      '**합격 기준:**',
      '**Acceptance Criteria:**',
      '#### معايير القبول',
      '#### Critérios de Aceitação',
      '#### Критерии приемки',
      '### Acceptance Criteria',
      '',
    ]) {
      checkCriteria(`${marker}\n1. a\n2. b`, ['2.1 | a', '2.2 | b']);
    }
  });
  it('the marker and its criteria may be bullets themselves', () => {
    check(
      '### Requirement 2.1: Levels (`REQ-X`)\n- **User Story:** As a\n- **Acceptance Criteria:**\n  - **2.1.1:** a\n  - **2.1.2:** b\n',
      ['2.1 | Requirement | Levels (`REQ-X`) | As a', '  2.1.1 | a', '  2.1.2 | b'],
    );
  });
  it('bullets with labels, checkboxes and plain bullets are criteria too', () => {
    checkCriteria('#### Acceptance Criteria\n- AC-2.1: WHEN a\n- **AC-2.2**: b', ['2.1 | WHEN a | AC-2.1', '2.2 | b | AC-2.2']);
    checkCriteria('#### Acceptance Criteria\n- [ ] a\n- [x] b', ['2.1 | a | counted', '2.2 | b | counted']);
    checkCriteria('#### Acceptance Criteria\n- a\n- b', ['2.1 | a | counted', '2.2 | b | counted']);
  });
  it('what is nested under a criterion belongs to it', () => {
    checkCriteria('#### Acceptance Criteria\n1. a:\n   - x\n   1. y\n   more\n2. b', ['2.1 | a: | +3', '2.2 | b']);
  });
  it('a number at the start of a line of prose is no criterion', () => {
    checkCriteria('#### Acceptance Criteria\n1. WHEN it waits for\n3.5 seconds THEN x\n2. b', ['2.1 | WHEN it waits for | +1', '2.2 | b']);
  });
  it('FR requirements give their prefix to their criteria', () => {
    check('### FR-2: Export\n#### Acceptance Criteria\n1. a', ['FR-2 | FR | Export', '  FR-2.1 | a']);
  });
  it('lists in code and comments are no criteria', () => {
    checkCriteria('#### Acceptance Criteria\n1. a\n```\n2. no\n```\n<!-- 3. no -->\n4. b', ['2.1 | a', '2.4 | b']);
  });
});

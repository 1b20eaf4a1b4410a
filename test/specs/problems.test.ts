import assert from 'node:assert/strict';
import { checkRequirements } from '../../src/specs/checkRequirements.ts';
import { checkTasks } from '../../src/specs/checkTasks.ts';
import type { Problem } from '../../src/specs/problems.ts';
import { readRequirements } from '../../src/specs/requirements.ts';
import { readTasks } from '../../src/specs/tasks.ts';
import { indexRequirements, traceTasks } from '../../src/specs/trace.ts';
import { showProblems } from './show.ts';

const requirements = `# Requirements Document
### Requirement 1: Store
#### Acceptance Criteria
1. a
2. b
4. d
### Requirement 2
#### Acceptance Criteria
1. a
2. b
### NFR-1: Speed
#### Acceptance Criteria
1. fast
See also FR-7.
`;

function problemsOf(tasks: string, source = requirements): readonly Problem[] {
  return checkTasks(readTasks(tasks), indexRequirements(readRequirements(source)));
}

/** The problems of a tasks.md with one task that has the given reference line. */
function checkLine(value: string, expected: readonly string[], source = requirements): void {
  const problems = problemsOf(`- [ ] 1. A\n  - _Requirements: ${value}_\n`, source);
  assert.deepEqual(
    problems.map((problem) => `${problem.severity} ${problem.code}: ${problem.message}`),
    expected,
    value,
  );
}

function checkTasksText(text: string, expected: readonly string[]): void {
  assert.deepEqual(showProblems(checkTasks(readTasks(text))), expected);
}

function checkRequirementsText(text: string, expected: readonly string[], tasks?: string): void {
  const document = readRequirements(text);
  const trace = tasks === undefined ? undefined : traceTasks(indexRequirements(document), readTasks(tasks));
  assert.deepEqual(showProblems(checkRequirements(document, trace)), expected);
}

describe('R6.3 R6.4 references that lead nowhere', () => {
  it('say so, with what exists, what was meant and what to do', () => {
    checkLine('8.1', [
      'error unknown-requirement: Requirement 8.1 does not exist in requirements.md. Did you mean 2.1? Change the number, or add the requirement.',
    ]);
    checkLine('1.3', [
      'error unknown-requirement: Requirement 1.3 does not exist in requirements.md. Requirement 1 has 1.1 to 1.4. Did you mean 1.2? Change the number, or add the requirement.',
    ]);
    checkLine('3', [
      'error unknown-requirement: Requirement 3 does not exist in requirements.md. Did you mean 2? Change the number, or add the requirement.',
    ]);
    checkLine('2.1-2.4', [
      'error unknown-requirement: Requirements 2.3 and 2.4 do not exist in requirements.md. Requirement 2 has 2.1 to 2.2. Did you mean 2.2? Change the number, or add the requirement.',
    ]);
  });
  it('do not concern what exists in any spelling, words, everything, and other documents', () => {
    checkLine('1, 1.4, Req 2, REQ-1, REQ-002, 要件2, 1.1-1.2, 1.1-2.2, 1 (a, 9.9), NFR-1, NFR-1.1, FR-7', []);
    checkLine('All, all requirements, 全要件, Git workflow, Usability NFR, Design: 9.9, 8.8; Design Property 9', []);
  });
  it('are information only for prefixed ids', () => {
    checkLine('FR-9', ['information unknown-label: FR-9 is not found in requirements.md. Change the id, or write it there.']);
  });
  it('are information only where the requirement has no criteria that can be read', () => {
    checkLine(
      '1.1',
      [
        'information no-criteria: Requirement 1 has no numbered acceptance criteria, so 1.1 leads nowhere. Number the criteria in requirements.md, or refer to 1.',
      ],
      '### Requirement 1\nThe user wants it.\n',
    );
  });
  it('are not looked for where no requirement can be read, nor without requirements', () => {
    checkLine('8.1', [], '# Notes\n');
    checkTasksText('- [ ] 1. A\n  - _Requirements: 8.1_\n', []);
  });
  it('find FR requirements by their bare number, and prefixed criteria by their bare label', () => {
    checkLine('2, 2.1, FR-2.1', [], '### FR-2: Export\n#### Acceptance Criteria\n1. a\n');
    checkLine('AC-2.1, 2.1', [], '### Requirement 2\n#### Acceptance Criteria\n- AC-2.1: a\n');
    checkLine('AC-1.1', [], '### Requirement 1\n#### Acceptance Criteria\n1. a\n');
  });
  it('trap 14: in a bug fix the numbers of the lines count', () => {
    checkLine('2.1, 3, 1.1', [], '## Current\n1.1 WHEN a THEN b\n## Expected\n2.1 WHEN a THEN c\n## Unchanged\n3.1 d\n');
  });
  it('in Validates lines count too, prompts do not', () => {
    assert.deepEqual(
      showProblems(problemsOf('- [ ] 1. A\n  - **Validates: Requirements 1.1, 9.1**\n  - _Prompt: _Requirements: 9.9_ x_\n')),
      ['2:36 error unknown-requirement'],
    );
  });
});

describe('R6.3 R6.4 problems of tasks.md', () => {
  it('the second task with an id is a duplicate, a summary list is not', () => {
    checkTasksText('- [ ] 1. A\n- [x] 1. A\n- [ ] Task 1 B\n', ['2:7 warning duplicate-task', '3:12 warning duplicate-task']);
    checkTasksText('## S\n- [ ] 1. A\n- [ ] 2. B\n- [ ] 3. C\n## T\n- [ ] 1. A\n  - x\n- [ ] 2. B\n- [ ] 3. C\n', []);
  });
  it('a task that is named as a dependency must exist, in free text anything may be named', () => {
    checkTasksText('- [ ] 1. A\n  - _Depends: 2, Task 9, store ready_\n- [ ] 2. B\n  - Dependencies: 77\n', ['2:18 warning unknown-task']);
  });
  it('waves are checked against the tasks', () => {
    const graph = (json: string): string =>
      `- [ ] 1. A\n- [ ] 1.1 B\n- [ ] 1.2 C\n  - _Depends: 1.1_\n- [ ]* 1.3 D\n- [ ] 2. Checkpoint\n- [ ] 3. E\n\`\`\`json\n${json}\n\`\`\`\n`;
    checkTasksText(graph('{"waves":[{"id":0,"tasks":["1.1"]},{"id":1,"tasks":["1.2","3"]}]}'), []);
    checkTasksText(graph('{"waves":[{"id":0,"tasks":["1.1","1.2"]},{"id":1,"tasks":["3","1.9","1.1"]}]}'), [
      '9:35 warning waves-order',
      '9:64 warning waves-unknown-task',
      '9:70 warning waves-repeated-task',
    ]);
    checkTasksText(graph('{"waves":[["1"]]}'), ['7:7 hint waves-missing-task']);
    checkTasksText(graph('{"waves":[["1.1"}'), ['9:17 warning waves-json']);
  });
  it('parents and sub-tasks whose states do not fit are hints', () => {
    checkTasksText('- [ ] 1. A\n- [x] 1.1 B\n- [x] 1.2 C\n', ['1:4 hint state-mismatch']);
    checkTasksText('- [x] 1. A\n- [x] 1.1 B\n- [ ] 1.2 C\n', ['1:4 hint state-mismatch']);
    checkTasksText('- [x] 1. A\n- [x] 1.1 B\n- [ ]* 1.2 C\n', []);
    checkTasksText('- [ ] 1. A\n- [x] 1.1 B\n- [ ]* 1.2 C\n', []);
  });
  it('an unknown mark is a hint', () => {
    checkTasksText('- [?] 1. A\n- [~] 2. B\n- [-] 3. C\n', ['1:4 hint unknown-state']);
  });
  it('a leaf task without a reference is a hint, in files with references, and not for checkpoints and optional tasks', () => {
    checkTasksText('- [ ] 1. A\n- [ ] 2. B\n', []);
    checkTasksText(
      '- [ ] 1. A\n  - _Requirements: 1_\n- [ ] 2. B\n- [ ]* 3. C\n- [ ] 4. Checkpoint\n- [ ] 5. D\n  - _Requirements: 1_\n- [ ] 5.1 E\n',
      ['3:10 hint task-without-reference'],
    );
  });
  it('what a template left over and a code block without end are said, in code spans they are meant', () => {
    checkTasksText('- [ ] {{MAJOR_NUMBER}}. A\n- [ ] 1. B `{{NAME}}` {{ user.name }}\n', ['1:7 warning placeholder']);
    checkTasksText('- [ ] 1. A\n```sh\n- [ ] 2. B\n', ['2:1 information unclosed-fence']);
  });
});

describe('R6.3 R6.4 problems of requirements.md', () => {
  it('duplicate requirements and criteria are warnings', () => {
    checkRequirementsText('### Requirement 1\n1. a\n1. b\n2. c\n### Requirement 1\n1. a\n', [
      '3:1 warning duplicate-criterion',
      '5:17 warning duplicate-requirement',
    ]);
  });
  it('gaps in the numbers are hints', () => {
    checkRequirementsText('### Requirement 1\n1. a\n3. c\n### Requirement 3\n1. a\n### NFR-1\n1. a\n', [
      '3:1 hint number-gap',
      '4:17 hint number-gap',
    ]);
  });
  it('a requirement without criteria is information', () => {
    checkRequirementsText('### Requirement 1\nWords.\n', ['1:17 information no-criteria']);
  });
  it('a requirement that no task names is information, unless a task says "All" or no task names any', () => {
    const text = '### Requirement 1\n1. a\n### Requirement 2\n1. a\n### NFR-1: x\n1. a\n';
    checkRequirementsText(text, ['3:1 information uncovered-requirement'], '- [ ] 1. A\n  - _Requirements: 1.1_\n');
    checkRequirementsText(text, [], '- [ ] 1. A\n  - _Requirements: 1.1_\n- [ ] 2. B\n  - _Requirements: All_\n');
    checkRequirementsText(text, [], '- [ ] 1. A\n');
    checkRequirementsText(text, []);
  });
});

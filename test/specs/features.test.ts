import assert from 'node:assert/strict';
import { hoverText } from '../../src/specs/hover.ts';
import { definitionsOf, identifierAt, linkTasks, mentionsOf, tokenAt } from '../../src/specs/links.ts';
import { outlineRequirements, outlineTasks } from '../../src/specs/outline.ts';
import { specPlaceOf } from '../../src/specs/paths.ts';
import { readRequirements } from '../../src/specs/requirements.ts';
import { readTasks } from '../../src/specs/tasks.ts';
import { indexRequirements, traceTasks } from '../../src/specs/trace.ts';
import { showOutline, textAt } from './show.ts';

const requirements = `# Requirements Document

## Glossary
- **Loom**: the frame

## Requirements

### Requirement 1: Store
**User Story:** As a user, I want a store
#### Acceptance Criteria
1. WHEN a THEN b:
   - nested
2. **IF** c THEN d

### NFR-1
#### Acceptance Criteria
1. fast
`;
const tasks = `# Implementation Plan

## Tasks
- [ ] 1. Set up
  - [x] 1.1 Folder
  - _Requirements: 1.1-1.2, NFR-1, All_
- [-]* 1.2 Tools (P)
- [ ] 2. Next
  - _Depends: 1.1, 9_
- [ ] 1.3 Late

## Notes
`;

describe('R6.3 outline', () => {
  it('of requirements: sections, requirements with criteria, terms', () => {
    assert.deepEqual(showOutline(outlineRequirements(readRequirements(requirements))), [
      'section: Requirements Document',
      '  section: Glossary',
      '    term: Loom',
      '  section: Requirements',
      '    requirement: Requirement 1: Store',
      '      criterion: 1.1 WHEN a THEN b:',
      '      criterion: 1.2 IF c THEN d',
      '    requirement: NFR-1',
      '      criterion: NFR-1.1 fast',
    ]);
  });
  it('of tasks: sections, and sub-tasks under their task as far as they follow it', () => {
    assert.deepEqual(showOutline(outlineTasks(readTasks(tasks))), [
      'section: Implementation Plan',
      '  section: Tasks',
      '    task: 1 Set up',
      '      finished-task: 1.1 Folder (done)',
      '      task: 1.2 Tools (in progress, optional, parallel)',
      '    task: 2 Next',
      '    task: 1.3 Late',
      '  section: Notes',
    ]);
  });
  it('of a bugfix: the lines under their sections', () => {
    assert.deepEqual(showOutline(outlineRequirements(readRequirements('# Bug\n## Current\n1.1 WHEN a THEN b\n'))), [
      'section: Bug',
      '  section: Current',
      '    criterion: 1.1 WHEN a THEN b',
    ]);
  });
  it('names are never empty, broken or endless', () => {
    const [symbol] = outlineTasks(readTasks(`- [ ] ${'🎉'.repeat(400)}\n- [ ] 1.\n`));
    assert.equal(symbol?.name, '1');
    const [heading] = outlineTasks(readTasks('#\n'));
    assert.equal(heading?.name, '(no title)');
    const [long] = outlineTasks(readTasks(`- [ ] 1. ${'🎉'.repeat(400)}\n`));
    assert.ok(long !== undefined && long.name.length <= 121 && long.name.isWellFormed());
  });
});

describe('R6.4 links, definitions, mentions and hovers', () => {
  const index = indexRequirements(readRequirements(requirements));
  const document = readTasks(tasks);
  const at = (line: number, character: number) => tokenAt(document, { line, character });

  it('tokens lead to the requirement, the criterion or the task; words and unknown ids do not', () => {
    assert.deepEqual(
      linkTasks(document, index).map((link) => [textAt(tasks, link.range), link.document, link.target.start.line + 1, link.tooltip]),
      [
        ['1.1-1.2', 'requirements', 11, 'Criterion 1.1'],
        ['NFR-1', 'requirements', 15, 'Requirement NFR-1'],
        ['1.1', 'same', 5, 'Task 1.1: Folder'],
      ],
    );
    assert.deepEqual(
      linkTasks(document, undefined).map((link) => link.document),
      ['same'],
    );
  });
  it('a caret in or behind a token means the token', () => {
    assert.equal(at(5, 19)?.reference.text, '1.1-1.2');
    assert.equal(at(5, 26)?.reference.text, '1.1-1.2');
    assert.equal(at(5, 30)?.reference.text, 'NFR-1');
    assert.equal(at(8, 14)?.names, 'tasks');
    assert.equal(at(3, 8), undefined);
    assert.equal(at(99, 0), undefined);
  });
  it('a span has several definitions', () => {
    const token = at(5, 20);
    assert.ok(token);
    assert.deepEqual(
      definitionsOf(document, index, token).map((link) => link.tooltip),
      ['Criterion 1.1', 'Criterion 1.2'],
    );
  });
  it('hovers say what the requirement says, as plain text', () => {
    const hover = (line: number, character: number): string | undefined => {
      const token = at(line, character);
      return token === undefined ? undefined : hoverText(document, index, token);
    };
    assert.equal(hover(5, 20), 'Requirement 1: Store\n\n1.1  WHEN a THEN b:\n- nested\n\nRequirement 1: Store\n\n1.2  **IF** c THEN d');
    assert.equal(hover(5, 30), 'Requirement NFR-1\n1 acceptance criterion');
    assert.equal(hover(5, 35), undefined);
    assert.equal(hover(8, 14), 'Task 1.1: Folder');
    assert.equal(hover(8, 18), undefined);
  });
  it('a requirement and a criterion know the tasks that name them', () => {
    const trace = traceTasks(index, document);
    const named = (line: number): readonly string[] =>
      mentionsOf(trace, identifierAt(index, { line, character: 3 }) ?? '').map((range) => textAt(tasks, range));
    assert.deepEqual(named(11), ['1.1-1.2'], 'a nested line of criterion 1.1');
    assert.deepEqual(named(7), ['1.1-1.2'], 'the heading of requirement 1');
    assert.deepEqual(named(14), ['NFR-1']);
    assert.deepEqual(named(1), []);
  });
});

describe('R3.2 which documents are spec documents', () => {
  function check(path: string, expected: string | undefined): void {
    const place = specPlaceOf(path);
    assert.equal(place === undefined ? undefined : `${place.spec} ${place.file} ${place.folder}`, expected, path);
  }
  it('those directly in specs/<name>/ and .kiro/specs/<name>/, as paths and URIs', () => {
    check('specs/a/tasks.md', 'a tasks.md specs/a/');
    check('/w/.kiro/specs/a/requirements.md', 'a requirements.md /w/.kiro/specs/a/');
    check('file:///c%3A/w/specs/my%20%C3%BC/bugfix.md', 'my ü bugfix.md file:///c%3A/w/specs/my%20%C3%BC/');
    check('/w/specs/100%/design.md', '100% design.md /w/specs/100%/');
  });
  it('no others', () => {
    for (const path of [
      '/w/tasks.md',
      '/w/specs/tasks.md',
      '/w/specs/a/b/tasks.md',
      '/w/specs/a/tasks.md.bak',
      '/w/specs/../tasks.md',
      '/w/myspecs/a/tasks.md',
      '/w/specs/a/tasks_de.md',
      '/w/specs/a/tasks.md?x',
      '',
    ])
      check(path, undefined);
  });
});

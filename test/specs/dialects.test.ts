import assert from 'node:assert/strict';
import { checkRequirements } from '../../src/specs/checkRequirements.ts';
import { outlineRequirements } from '../../src/specs/outline.ts';
import { specPlaceOf } from '../../src/specs/paths.ts';
import { readReferences } from '../../src/specs/references.ts';
import { readRequirements } from '../../src/specs/requirements.ts';
import { indexRequirements, resolveReference } from '../../src/specs/trace.ts';
import { showOutline, showProblems, showRequirements, textAt } from './show.ts';

const specKit = `# Feature Specification: Shopping list

**Feature Branch**: \`004-shopping-list\`

## User Scenarios & Testing *(mandatory)*

### User Story 1 - Keep what is missing (Priority: P1)

A cook writes down what is missing, so that nothing is forgotten.

**Why this priority**: Without it there is nothing to share.

**Independent Test**: Add three things and open the list again.

**Acceptance Scenarios**:

1. **Given** an empty list, **When** the cook adds "flour", **Then** the list shows "flour".
2. **Given** a list with "flour",
   **When** the cook adds it again, **Then** it is there once.

---

### User Story 2: Share the list (Priority: P2) 🎯 MVP

Somebody else goes shopping.

**Acceptance Scenarios**:

1. **Given** a shared list, **When** it changes, **Then** everybody sees that.

### Edge Cases

- What happens when two people add the same thing?

## Requirements *(mandatory)*

### Functional Requirements

- **FR-001**: System MUST keep a list for each kitchen.
- **FR-002**: Users MUST be able to share a list
  with others of the same kitchen.
- **FR-003** (SHOULD): The system SHOULD sort by shelf [NEEDS CLARIFICATION: whose shelves?].

### Key Entities

- **List**: what is missing.

## Success Criteria *(mandatory)*

- **SC-001**: A thing is added in under five seconds.
`;

const openSpec = `## ADDED Requirements

### Requirement: Remember the last tab
The editor SHALL open the tab that was active last.

#### Scenario: After a restart
- **GIVEN** two open tabs
- **WHEN** the editor starts again
- **THEN** the active one is shown
- **AND** the other one is loaded later

#### Scenario: The file is gone
- **WHEN** the file of the tab is missing
- **THEN** the next tab is shown

### Requirement: Say what is lost
The editor MUST say which tabs could not be opened.

## REMOVED Requirements

### Requirement: Ask at each start
**Reason**: It is remembered now.
`;

describe('R3.2 R6.3 Requirements of spec-kit', () => {
  it('user stories with their scenarios, requirements and success criteria by their written ids', () => {
    assert.equal(readRequirements(specKit).dialect, 'spec-kit');
    assert.deepEqual(showRequirements(specKit), [
      'US1 | User Story | Keep what is missing | A cook writes down what is missing, so that nothing is forgotten.',
      '  US1.1 | **Given** an empty list, **When** the cook adds "flour", **Then** the list shows "flour".',
      '  US1.2 | **Given** a list with "flour", | +1',
      'US2 | User Story | Share the list | Somebody else goes shopping.',
      '  US2.1 | **Given** a shared list, **When** it changes, **Then** everybody sees that.',
      'FR-001 | FR | System MUST keep a list for each kitchen.',
      'FR-002 | FR | Users MUST be able to share a list',
      'FR-003 | FR | The system SHOULD sort by shelf [NEEDS CLARIFICATION: whose shelves?].',
      'SC-001 | SC | A thing is added in under five seconds.',
    ]);
  });

  it('every id and every range lies where it is written', () => {
    const { requirements } = readRequirements(specKit);
    assert.deepEqual(
      requirements.map(({ idRange }) => textAt(specKit, idRange)),
      ['1', '2', 'FR-001', 'FR-002', 'FR-003', 'SC-001'],
    );
    const shared = requirements.find(({ id }) => id === 'FR-002');
    assert.equal(shared === undefined ? 0 : shared.range.end.line - shared.range.start.line, 1);
  });

  it('other forms: without a dash, in light variants, with the colon in the bold text', () => {
    assert.deepEqual(showRequirements('### User Story 3\n\nSo.\n'), ['US3 | User Story |  | So.']);
    assert.deepEqual(showRequirements('- **R001** (MUST): The host starts.\n* **NFR-2:** It is fast.\n'), [
      'R001 | R | The host starts.',
      'NFR-2 | NFR | It is fast.',
    ]);
    assert.deepEqual(showRequirements('- **FR-1**: a\n\n```\n- **FR-2**: in a fence\n```\n'), ['FR-1 | FR | a']);
  });

  it('what a task names is found', () => {
    const index = indexRequirements(readRequirements(specKit));
    const [one, two, none] = readReferences('FR-002, US1.2, FR-009', 0, 0).map((reference) => resolveReference(index, reference));
    assert.equal(one?.found[0]?.requirement?.id, 'FR-002');
    assert.equal(two?.found[0]?.criterion?.id, 'US1.2');
    assert.deepEqual(none?.missing, ['FR-009']);
  });

  it('a good document has no problem; a story without scenarios, an id that is there twice and a gap are told', () => {
    assert.deepEqual(showProblems(checkRequirements(readRequirements(specKit))), []);
    const text = '### User Story 1 - a\n\nText\n\n- **FR-001**: a\n- **FR-001**: b\n- **FR-004**: c\n';
    assert.deepEqual(showProblems(checkRequirements(readRequirements(text))), [
      '1:16 information no-criteria',
      '6:5 warning duplicate-requirement',
      '7:5 hint number-gap',
    ]);
  });

  it('the outline shows stories, scenarios and items below their sections', () => {
    const outline = showOutline(outlineRequirements(readRequirements(specKit))).map((line) => line.slice(0, 60));
    assert.ok(outline.includes('    requirement: User Story 1 - Keep what is missing (Priori'), outline.join('\n'));
    assert.ok(
      outline.some((line) => /^ {6}criterion: US1\.1 Given an empty list/.test(line)),
      outline.join('\n'),
    );
    assert.ok(
      outline.some((line) => line.startsWith('      requirement: FR-001 System MUST keep')),
      outline.join('\n'),
    );
  });
});

describe('R3.2 R6.3 Requirements of OpenSpec', () => {
  it('names with their scenarios, and what the change does to each', () => {
    const { dialect, requirements } = readRequirements(openSpec);
    assert.equal(dialect, 'openspec');
    assert.deepEqual(
      requirements.map(({ change }) => change),
      ['added', 'added', 'removed'],
    );
    assert.deepEqual(showRequirements(openSpec), [
      'Remember the last tab | Requirement | Remember the last tab',
      '  Remember the last tab.1 | After a restart | counted | +4',
      '  Remember the last tab.2 | The file is gone | counted | +2',
      'Say what is lost | Requirement | Say what is lost',
      'Ask at each start | Requirement | Ask at each start',
    ]);
  });

  it('a capability as it is, under a plain heading, says of no change', () => {
    const text =
      '# tabs Specification\n\n## Purpose\nTabs.\n\n## Requirements\n### Requirement: One\nIt SHALL.\n\n#### Scenario: A\n- **WHEN** x\n- **THEN** y\n';
    const { requirements } = readRequirements(text);
    assert.deepEqual(
      requirements.map(({ title, change, criteria }) => [title, change, criteria.length]),
      [['One', undefined, 1]],
    );
  });

  it('a requirement without a scenario is told, one that is removed needs none', () => {
    assert.deepEqual(showProblems(checkRequirements(readRequirements(openSpec))), ['16:18 information no-criteria']);
    const [problem] = checkRequirements(readRequirements(openSpec));
    assert.match(problem?.message ?? '', /^Requirement Say what is lost has no scenario\. Write "#### Scenario: …"/);
  });

  it('the outline shows each scenario once', () => {
    assert.deepEqual(showOutline(outlineRequirements(readRequirements(openSpec))), [
      'section: ADDED Requirements',
      '  requirement: Requirement: Remember the last tab',
      '    criterion: 1 After a restart',
      '    criterion: 2 The file is gone',
      '  requirement: Requirement: Say what is lost',
      'section: REMOVED Requirements',
      '  requirement: Requirement: Ask at each start',
    ]);
  });
});

describe('R3.2 The dialects are told apart', () => {
  it('a numbered document stays one, whatever else is in it', () => {
    const text = '### Requirement 1: A\n#### Acceptance Criteria\n1. WHEN a THEN b\n\n## Notes\n- **FR-001**: x\n### User Story 1 - y\n';
    assert.equal(readRequirements(text).dialect, 'numbered');
    assert.deepEqual(showRequirements(text).slice(0, 1), ['1 | Requirement | A']);
    assert.equal(readRequirements('# Bug\n## Current\n1.1 WHEN a THEN b\n').dialect, 'numbered');
  });

  it('line ends of Windows, and titles that look like patterns, change nothing', () => {
    assert.deepEqual(showRequirements(openSpec.replaceAll('\n', '\r\n')), showRequirements(openSpec));
    assert.deepEqual(showRequirements(specKit.replaceAll('\n', '\r\n')), showRequirements(specKit));
    assert.deepEqual(showRequirements('### Requirement: a.*(b) $1\n#### Scenario: [x]+\n- WHEN a\n'), [
      'a.*(b) $1 | Requirement | a.*(b) $1',
      '  a.*(b) $1.1 | [x]+ | counted | +1',
    ]);
  });

  it('spec.md of a spec folder is a document of this language', () => {
    assert.equal(specPlaceOf('/home/ada/shop/specs/004-list/spec.md')?.file, 'spec.md');
    assert.equal(specPlaceOf('/home/ada/shop/openspec/changes/tabs/specs/tabs/spec.md')?.spec, 'tabs');
    assert.equal(specPlaceOf('/home/ada/shop/spec.md'), undefined);
  });
});

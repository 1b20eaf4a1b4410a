import assert from 'node:assert/strict';
import fc from 'fast-check';
import { checkRequirements } from '../../src/specs/checkRequirements.ts';
import { checkTasks } from '../../src/specs/checkTasks.ts';
import { hoverText } from '../../src/specs/hover.ts';
import { linkTasks, tokenAt } from '../../src/specs/links.ts';
import type { OutlineSymbol } from '../../src/specs/outline.ts';
import { outlineRequirements, outlineTasks } from '../../src/specs/outline.ts';
import { readProse } from '../../src/specs/prose.ts';
import { readReferences } from '../../src/specs/references.ts';
import { readRequirements } from '../../src/specs/requirements.ts';
import { readTasks } from '../../src/specs/tasks.ts';
import type { Range } from '../../src/specs/text.ts';
import { compare, contains, offsetAt, positionAt, replaceRange, splitLines } from '../../src/specs/text.ts';
import { indexRequirements, traceTasks } from '../../src/specs/trace.ts';
import { showProblems, showTasks } from './show.ts';

/** The pieces of which spec documents are made, and of which broken ones are made. */
const pieces = [
  '# Implementation Plan',
  '## Tasks',
  '## 2. Export',
  '### Task 3: x',
  '### Requirement 1: Store',
  '### Requirement 2',
  '### 要件3:',
  '### FR-2: x',
  '### User Story 1 - x (Priority: P1)',
  '**Acceptance Scenarios**:',
  '- **FR-001**: x',
  '  - **SC-1** (MUST): x',
  '## ADDED Requirements',
  '### Requirement: x',
  '#### Scenario: y',
  '#### Acceptance Criteria',
  '**합격 기준:**',
  '**Test scenarios**:',
  '1. WHEN a THEN b',
  '2. b',
  '5. d',
  '2.1 The x shall',
  '- AC-1.1: x',
  '- [ ] 1. A',
  '- [x] 1.1 B (P)',
  '  - [-]* 1.2 C',
  '- [~] **T001** D',
  '- [ ] item',
  '#### [x] 2.2 E',
  '- [?] 7.9* F',
  '  - _Requirements: 1.1, 2 (a, b), FR-1; Design: 3_',
  '  - _Requirements: 1.1-1.9, All_',
  '  - _Depends: 1.1, 9_ _Boundary: a_b_',
  '  - **Validates: Requirements 1.2**',
  '  - _Prompt: _Requirements: 9_',
  '```json',
  '{"waves":[{"id":0,"tasks":["1.1","9"]},["2"]]}',
  '```',
  '~~~',
  '{"waves":[',
  '<!-- x',
  '-->',
  '`<!--`',
  '',
  '   ',
  '{{NAME}}',
  '**',
  '_',
  '🎉 é',
  'عربي',
  '\u0000',
  '---',
  '## Glossary',
  '- **Term**: x',
  '\uFEFF',
  '- [ ] 1.',
  '- []',
  '- [ ]',
];
const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...pieces) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(...pieces)).map(([left, right]) => `${left} ${right}`),
  },
);
const documents = fc
  .tuple(fc.array(line, { maxLength: 40, size: 'max' }), fc.constantFrom('\n', '\r\n', '\r'))
  .map(([lines, ending]) => lines.join(ending));

/** Documents tried for each property. */
const runs = { numRuns: 300 };

/** Every range in a value, however deep, with the way to it. */
function rangesIn(value: unknown, path = '', seen = new Set<object>()): readonly (readonly [string, Range])[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  const own: (readonly [string, Range])[] =
    'start' in value && typeof value.start === 'object' && 'end' in value ? [[path, value as Range]] : [];
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return [...own, ...entries.flatMap(([name, inner]) => rangesIn(inner, `${path}.${String(name)}`, seen))];
}

function assertInside(text: string, value: unknown): void {
  const lines = splitLines(text);
  for (const [path, { start, end }] of rangesIn(value)) {
    for (const position of [start, end]) {
      const length = lines[position.line]?.text.length ?? -1;
      assert.ok(position.character >= 0 && position.character <= length, `${path} ${JSON.stringify({ start, end })} is outside`);
    }
    assert.ok(compare(start, end) <= 0, `${path} is turned round: ${JSON.stringify({ start, end })}`);
  }
}

function assertTree(symbols: readonly OutlineSymbol[], parent?: OutlineSymbol): void {
  for (const symbol of symbols) {
    assert.notEqual(symbol.name, '');
    assert.ok(
      contains(symbol.range, symbol.selection.start) && contains(symbol.range, symbol.selection.end),
      `${symbol.name}: selection outside`,
    );
    if (parent !== undefined)
      assert.ok(
        contains(parent.range, symbol.range.start) && contains(parent.range, symbol.range.end),
        `${symbol.name}: outside its parent`,
      );
    assertTree(symbol.children, symbol);
  }
}

describe('R6.3 R6.4 any text at all', () => {
  it('is split without loss, and positions and offsets are each other’s inverse', () => {
    fc.assert(
      fc.property(documents, fc.nat(), (text, at) => {
        const lines = splitLines(text);
        assert.equal(lines.map((one) => one.text + one.ending).join(''), text);
        const prose = readProse(text);
        assert.deepEqual(
          prose.lines.map(({ number, offset, text: own, ending }) => ({ number, offset, text: own, ending })),
          lines,
        );
        for (const one of prose.lines) assert.equal(one.prose.length, one.fence === undefined ? one.text.length : 0);
        const found = positionAt(lines, at % (text.length + 1));
        const owner = lines[found.line];
        assert.ok(owner);
        assert.equal(offsetAt(lines, found), Math.min(at % (text.length + 1), owner.offset + owner.text.length));
      }),
      runs,
    );
  });
  it('gives tasks whose ranges lie in the text, without an exception', () => {
    fc.assert(
      fc.property(documents, documents, (text, other) => {
        const tasks = readTasks(text);
        const index = indexRequirements(readRequirements(other));
        assertInside(text, tasks);
        assertInside(
          text,
          checkTasks(tasks, index).map(({ range }) => range),
        );
        assertInside(
          text,
          linkTasks(tasks, index).map(({ range }) => range),
        );
        assertInside(
          other,
          linkTasks(tasks, index).flatMap((link) => (link.document === 'requirements' ? [link.target] : [])),
        );
        assertTree(outlineTasks(tasks));
        assertInside(text, outlineTasks(tasks));
        for (const link of linkTasks(tasks, index)) {
          const token = tokenAt(tasks, link.range.start);
          assert.ok(token);
          hoverText(tasks, index, token);
        }
        tasks.tasks.forEach((task, place) => {
          for (const child of task.children) assert.equal(tasks.tasks[child]?.parent, place);
          assert.equal(task.lineText, tasks.prose.lines[task.lineRange.start.line]?.text);
        });
      }),
      runs,
    );
  });
  it('gives requirements whose ranges lie in the text, without an exception', () => {
    fc.assert(
      fc.property(documents, documents, (text, other) => {
        const document = readRequirements(text);
        assertInside(text, document);
        const trace = traceTasks(indexRequirements(document), readTasks(other));
        assertInside(
          text,
          checkRequirements(document, trace).map(({ range }) => range),
        );
        assertInside(other, trace);
        assertTree(outlineRequirements(document));
        assertInside(text, outlineRequirements(document));
      }),
      runs,
    );
  });
  it('means the same with every line ending, and with or without a final newline', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (lines) => {
        const text = lines.join('\n');
        for (const same of [text.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\r')]) {
          assert.deepEqual(showTasks(same), showTasks(text));
          assert.deepEqual(showProblems(checkTasks(readTasks(same))), showProblems(checkTasks(readTasks(text))));
        }
        assert.deepEqual(showTasks(`${text}\n`), showTasks(text));
      }),
      runs,
    );
  });
  it('as a reference line gives tokens in order, inside the line', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(
              '1.1',
              ', ',
              '，',
              '-',
              ' through ',
              '2',
              'REQ-',
              'FR-',
              '(',
              '）',
              ';',
              'All',
              'Design: ',
              '**',
              '.',
              '全要件',
            ),
            fc.string({ unit: 'binary', maxLength: 5 }),
          ),
          { maxLength: 30 },
        ),
        (parts) => {
          const value = parts.join('').replaceAll(/[\r\n]/g, ' ');
          let last = 3;
          for (const { range } of readReferences(value, 0, 3)) {
            assert.ok(
              range.start.character >= last && range.end.character >= range.start.character && range.end.character <= value.length + 3,
            );
            last = range.end.character;
          }
        },
      ),
      runs,
    );
  });
  it('changes by edits as an editor changes it', () => {
    const position = fc.record({ line: fc.integer({ min: -1, max: 45 }), character: fc.integer({ min: -1, max: 60 }) });
    fc.assert(
      fc.property(documents, position, position, fc.string({ maxLength: 10 }), (text, left, right, replacement) => {
        const lines = splitLines(text);
        const [first = 0, last = 0] = [offsetAt(lines, left), offsetAt(lines, right)].sort((a, b) => a - b);
        assert.equal(replaceRange(text, { start: left, end: right }, replacement), text.slice(0, first) + replacement + text.slice(last));
      }),
      runs,
    );
  });
});

describe('R6.3 hostile size', () => {
  const hostile: readonly (readonly [string, string])[] = [
    ['a line of 100,000 spaces in a task', `- [ ] 1. A${' '.repeat(100_000)}x`],
    ['100,000 back quotes', '`'.repeat(100_000)],
    ['50,000 pairs of back quotes', '` '.repeat(100_000)],
    ['unclosed fences', '  ```json\nx\n'.repeat(20_000)],
    ['unclosed comments', '<!-- x\n'.repeat(20_000)],
    ['100,000 underscores in a value', `- [ ] 1. A\n- _Requirements: ${'_ '.repeat(50_000)}`],
    ['a reference line of 200,000 letters', `- [ ] 1. A\n- _Requirements: ${'1.1 '.repeat(50_000)}`],
    ['100,000 separators', `- [ ] 1. A\n- _Requirements: ${','.repeat(100_000)}`],
    ['100,000 parentheses', `- [ ] 1. A\n- _Requirements: ${'('.repeat(100_000)}1`],
    ['100,000 opening brackets', '- ['.repeat(50_000)],
    ['20,000 tasks of one id', '- [ ] 1. A\n'.repeat(20_000)],
    ['20,000 tasks without an id', '- [ ] A\n'.repeat(20_000)],
    ['20,000 headings', '## 1. A\n'.repeat(20_000)],
    ['a glossary line of 100,000 asterisks', `## Glossary\n- ${'*'.repeat(100_000)}`],
    ['a heading of 100,000 hashes', `# ${'# '.repeat(50_000)}`],
    ['20,000 dotted lines', '1.1 a\n'.repeat(20_000)],
  ];
  for (const [name, text] of hostile) {
    // The runner's own limit is the only clock: what is quadratic or worse does not end within it.
    it(`${name} are read before anybody loses patience`, () => {
      assertInside('', []);
      const tasks = readTasks(text);
      const requirements = readRequirements(text);
      checkTasks(tasks, indexRequirements(requirements));
      checkRequirements(requirements);
      outlineTasks(tasks);
      outlineRequirements(requirements);
      assert.equal(tasks.prose.lines.length, text.split('\n').length);
    });
  }
});

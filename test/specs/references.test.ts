import assert from 'node:assert/strict';
import { readReferences } from '../../src/specs/references.ts';
import { showReference, textAt } from './show.ts';

function check(value: string, expected: string): void {
  const references = readReferences(value, 0, 0);
  assert.equal(references.map(showReference).join(' '), expected, value);
}

function checkRanges(value: string, expected: readonly string[]): void {
  const line = `  - _Requirements: ${value}_`;
  const references = readReferences(value, 0, line.indexOf(value));
  assert.deepEqual(
    references.map((reference) => textAt(line, reference.range)),
    expected,
  );
}

describe('R3.2 R6.3 reference tokens', () => {
  it('numbers are read as they are written, with ASCII and full-width separators', () => {
    check('1.1, 2.3', '1.1 2.3');
    check('1.1，2.3、10', '1.1 2.3 10');
    check('1.10', '1.10');
    check('1.2a', '1.2a');
    check('1.1 and 1.2', '1.1 1.2');
    check('1.1/1.2', '1.1 1.2');
    check('1.1 1.2 1.3', '1.1 1.2 1.3');
    check('**1.1**, `1.2`.', '1.1 1.2');
    check('2.*', '2');
    check('', '');
    check(' , ,', '');
  });
  it('labels before a number mean no more than the number, in any language and without a space', () => {
    check('Requirement 2, Req 3, REQ-4', '2 3 4');
    check('要件2、需求 3, 요구사항 4, المتطلب 5, Требование 6, Requisito 7', '2 3 4 5 6 7');
    check('Requirements 1.2, 1.3', '1.2 1.3');
    check('Requirements: 1.2', '1.2');
  });
  it('prefixed ids keep their prefix', () => {
    check('FR-2.1, NFR-3, NFR-S01, AC-4', 'FR-2.1! NFR-3! NFR-S01! AC-4!');
    check('FR-1 and FR-2', 'FR-1! FR-2!');
    check('T012', 'T012!');
  });
  it('a comma inside parentheses separates nothing', () => {
    check('REQ-2 (FR-2.1, FR-2.2), 3', '2 3');
    check('2（export、import）, 4', '2 4');
    check('2.1 (open, 3', '2.1 3');
    checkRanges('REQ-2 (FR-2.1, FR-2.2), 3.1', ['REQ-2', '3.1']);
  });
  it('a number may carry a note', () => {
    check('2.1 – names of files, 3: the rest', '2.1 3');
  });
  it('spans are expanded, whatever joins their ends', () => {
    check('1.1-1.5', '1.1…1.2…1.3…1.4…1.5');
    check('1.1–1.3', '1.1…1.2…1.3');
    check('1.1~1.3', '1.1…1.2…1.3');
    check('1.1-3', '1.1…1.2…1.3');
    check('FR-1.1〜1.3', 'FR-1.1…FR-1.2…FR-1.3');
    check('REQ-1 through REQ-3', '1…2…3');
    check('1 to 3', '1…2…3');
    check('1.4-2.2', '1.4→2.2');
    check('1.5-1.1', '1.5→1.1');
    check('1.1-1.999999999', '1.1→1.999999999');
  });
  it('words for everything are one token, words that only begin so are not', () => {
    check('All', 'all');
    check('All requirements except logging', 'all');
    check('全要件', 'all');
    check('все требования', 'all');
    check('جميع المتطلبات', 'all');
    check('Allocation of memory', '"Allocation of memory"');
  });
  it('free text is text', () => {
    check('Git workflow, Usability NFR, 1.1', '"Git workflow" "Usability NFR" 1.1');
    check('10 pages in 5 minutes', '"10 pages in 5 minutes"');
    check('UTF8, ES2023', '"UTF8" "ES2023"');
  });
  it('a label or semicolon opens another kind of reference', () => {
    check('Design: 3.1, 3.2', '"Design: 3.1" "3.2"');
    check('1.1; Design: 3.1, 3.2；2.2', '1.1 "Design: 3.1" "3.2" 2.2');
    check('Requirements 1.2; Design Property 1', '1.2 "Design Property 1"');
  });
  it('links of Markdown are read by their words, and a bar separates', () => {
    check('[1.1](requirements.md#11), [REQ-2](x.md) | [Design Property 1](design.md#a,b)', '1.1 2 "Design Property 1"');
    checkRanges('[1.1](r.md#11), 2', ['1.1', '2']);
  });
  it('ranges are UTF-16 columns in the line, in right-to-left text and beside emoji too', () => {
    checkRanges('1.1, 2.3', ['1.1', '2.3']);
    checkRanges('المتطلب 5، 🎉, 2.3', ['المتطلب 5، 🎉', '2.3']);
    checkRanges('  1.1 ,  **2.2** ', ['1.1', '2.2']);
  });
});

import { CriteriaReader } from './criteria.ts';
import type { Heading } from './headings.ts';
import { lastTextLine, rangeOfLines } from './headings.ts';
import type { Prose, ProseLine } from './prose.ts';
import type { Requirement } from './requirement.ts';
import type { Range } from './text.ts';
import { rangeOnLine } from './text.ts';

const storyTitle = /^User\s+Story\s+(\d{1,4})(?![A-Za-z0-9])/iu;
const priority = /\(Priority\s?[:：]\s?P\d{1,2}\).*$/iu;
const scenariosMarker = /^\s*(?:\*\*|__)?Acceptance\s+(?:Scenarios|Criteria)(?:\*\*|__)?\s*[:：]/iu;
const boldLabel = /^\s*(?:\*\*|__)[^*_]{1,80}(?:\*\*|__)\s*[:：]|^\s*(?:\*\*|__)[^*_]{1,80}[:：](?:\*\*|__)/u;
const item =
  /^(\s*[-*+]\s+(?:\[[^[\]]{0,3}\]\s+)?(?:\*\*|__))((N?FR|SC|R)-?\d{1,5}[a-z]?)(?:(?:\*\*|__)\s?(?:\([A-Z ]{2,20}\))?\s?[:：]?|[:：]\s*(?:\*\*|__))\s*(\S.*)$/u;

/**
 * Requirements as spec-kit writes them: `### User Story 1 - Title (Priority: P1)` with numbered Given, When, Then scenarios (ids `US1`, `US1.2`), and list
 * items such as `- **FR-001**: System MUST …` and `- **SC-001**: …`, whose id is written. In the order of the document.
 */
export function readSpecKit(document: Prose, headings: readonly Heading[]): readonly Requirement[] {
  const stories = headings.flatMap((heading) => {
    const story = storyOf(document, heading);
    return story === undefined ? [] : [story];
  });
  const items = document.lines.flatMap((line) => {
    const read = itemOf(document, line);
    return read === undefined ? [] : [read];
  });
  return [...stories, ...items].toSorted((one, other) => one.range.start.line - other.range.start.line);
}

function storyOf(document: Prose, heading: Heading): Requirement | undefined {
  const [head, number] = storyTitle.exec(heading.title) ?? [];
  if (head === undefined || number === undefined || heading.level < 2 || heading.level > 4) return undefined;
  const title = heading.title
    .slice(head.length)
    .replace(/^[\s\-–—:：]+/u, '')
    .replace(priority, '')
    .trimEnd();
  const id = `US${number}`;
  const criteria = new CriteriaReader(id, id);
  let marker: Range | undefined;
  let isInside = false;
  let text: ProseLine | undefined;
  for (const line of document.lines.slice(heading.line + 1, heading.lastLine + 1)) {
    if (/^\s{0,3}#{1,6}\s/u.test(line.prose)) break;
    if (scenariosMarker.test(line.prose)) {
      marker ??= rangeOnLine(line.number, 0, line.text.length);
      isInside = true;
    } else if (boldLabel.test(line.prose)) isInside = false;
    else if (isInside) criteria.add(line);
    else if (marker === undefined && text === undefined && line.prose.trim() !== '') text = line;
  }
  const at = heading.titleRange.start.character + heading.title.search(/\d/u);
  return {
    id,
    number: id,
    label: 'User Story',
    title,
    idRange: rangeOnLine(heading.line, at, at + number.length),
    isImplied: false,
    ...(text === undefined ? {} : { story: storyText(text) }),
    ...(marker === undefined ? {} : { marker }),
    criteria: criteria.finish(),
    range: rangeOfLines(document, heading.line, heading.lastLine),
    headingRange: heading.range,
  };
}

function storyText(line: ProseLine): NonNullable<Requirement['story']> {
  const text = line.prose.trim();
  const start = line.prose.indexOf(text);
  return { label: 'User Story', text, range: rangeOnLine(line.number, start, start + text.length) };
}

function itemOf(document: Prose, line: ProseLine): Requirement | undefined {
  const [, lead = '', id, label = '', title = ''] = item.exec(line.prose) ?? [];
  if (id === undefined) return undefined;
  const indent = /^\s*/u.exec(line.prose)?.[0].length ?? 0;
  let last = line.number;
  // Lines that are indented deeper belong to the item, blank ones between them too.
  for (let next = last + 1; next < document.lines.length; next++) {
    const below = document.lines[next]?.text ?? '';
    if (below.trim() === '') continue;
    if ((/^\s*/u.exec(below)?.[0].length ?? 0) <= indent) break;
    last = next;
  }
  last = lastTextLine(document, line.number, last);
  return {
    id,
    number: id,
    label,
    title: title.trimEnd(),
    idRange: rangeOnLine(line.number, lead.length, lead.length + id.length),
    isImplied: false,
    criteria: [],
    range: rangeOfLines(document, line.number, last),
    headingRange: rangeOnLine(line.number, lead.length, line.prose.trimEnd().length),
  };
}

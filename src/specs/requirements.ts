import { CriteriaReader, readCriterionLine } from './criteria.ts';
import type { Heading } from './headings.ts';
import { headingOf, rangeOfLines, readHeadings } from './headings.ts';
import { identifierKey } from './identifiers.ts';
import { readOpenSpec } from './openSpec.ts';
import type { Prose, ProseLine } from './prose.ts';
import { blankCodeSpans, readProse } from './prose.ts';
import type { Requirement, Story } from './requirement.ts';
import { readRequirementHeading } from './requirementHeadings.ts';
import type { RequirementHeading } from './requirementHeadings.ts';
import { readSpecKit } from './specKit.ts';
import type { Range } from './text.ts';
import { rangeOnLine } from './text.ts';
import { acceptanceMarker, glossaryHeading, nonFunctionalSection, requirementsSection, storyLabel } from './words.ts';

/** A glossary entry, `- **Term**: what it means`. */
export interface Term {
  readonly name: string;
  readonly definition: string;
  readonly range: Range;
  readonly nameRange: Range;
}

/**
 * How a document writes requirements: `numbered` are Kiro and those like it (a heading with a number, numbered criteria), `openspec` has names and
 * scenarios, `spec-kit` has user stories and list items with ids.
 */
export type RequirementsDialect = 'numbered' | 'openspec' | 'spec-kit';

/** A requirements.md, bugfix.md or spec.md, read. `literals` are ids that stand anywhere in the text (`NFR-3`), by `identifierKey`. */
export interface RequirementsDocument {
  readonly dialect: RequirementsDialect;
  readonly prose: Prose;
  readonly headings: readonly Heading[];
  readonly requirements: readonly Requirement[];
  readonly terms: readonly Term[];
  readonly literals: ReadonlyMap<string, Range>;
}

interface Draft {
  readonly heading: Heading;
  readonly named: RequirementHeading;
  readonly criteria: CriteriaReader;
  mode: 'body' | 'criteria' | 'other';
  story?: Story;
  marker?: Range;
}

const bulletedBold = /^\s*[-*+]\s+(?=\*\*|__)/u;
const boldLine = /^\s{0,1}(?:\*\*|__)([^*_]{1,80}?)(?:[:：]\s*(?:\*\*|__)|(?:\*\*|__)\s*(?:[:：]|[(（]|$))/u;
const plainStory = /^(?:[-*+]\s+)?([^:：*_]{3,40})[:：]\s*\S/u;

function storyOf(line: ProseLine): Story | undefined {
  const bold = boldLine.exec(line.prose.replace(/^\s*[-*+]\s+/u, ''));
  const label = (bold?.[1] ?? plainStory.exec(line.prose)?.[1] ?? '').trim();
  if (!storyLabel.test(label)) return undefined;
  const after = line.prose.slice(line.prose.indexOf(label) + label.length);
  const text = after.replace(/^[\s:：*_]+/u, '').trimEnd();
  const start = line.prose.length - after.length + (after.length - after.replace(/^[\s:：*_]+/u, '').length);
  return { label, text, range: rangeOnLine(line.number, start, start + text.length) };
}

/** Takes one line into the requirement that is being read. */
function readLine(draft: Draft, line: ProseLine): void {
  const bold = boldLine.exec(line.prose)?.[1];
  const marker = bold ?? boldLine.exec(line.prose.replace(bulletedBold, ''))?.[1];
  if (marker !== undefined && acceptanceMarker.test(marker.trim())) {
    if (draft.marker === undefined) draft.criteria.clear();
    draft.marker ??= rangeOnLine(line.number, 0, line.text.length);
    draft.mode = 'criteria';
    return;
  }
  const read = readCriterionLine(line.prose);
  if (bold !== undefined && read === undefined) {
    // A bold line of its own ends the criteria: test scenarios and notes follow in some files.
    if (draft.mode === 'criteria') draft.mode = 'other';
  }
  if (draft.mode === 'body') {
    const story = draft.story === undefined ? storyOf(line) : undefined;
    if (story !== undefined) draft.story = story;
    if (read === undefined || !draft.criteria.canBegin(read)) return;
    draft.mode = 'criteria';
  }
  if (draft.mode === 'criteria') draft.criteria.add(line);
}

function finish(document: Prose, draft: Draft): Requirement {
  const { heading, named, criteria, story, marker } = draft;
  return {
    ...named,
    isImplied: false,
    ...(story === undefined ? {} : { story }),
    ...(marker === undefined ? {} : { marker }),
    criteria: criteria.finish(),
    range: rangeOfLines(document, heading.line, heading.lastLine),
    headingRange: heading.range,
  };
}

function readNamed(document: Prose, headings: readonly Heading[]): readonly Requirement[] {
  const byLine = new Map(headings.map((heading) => [heading.line, heading]));
  const requirements: Requirement[] = [];
  const parents: Heading[] = [];
  let draft: Draft | undefined;
  const close = (): void => {
    if (draft !== undefined) requirements.push(finish(document, draft));
    draft = undefined;
  };
  for (const line of document.lines) {
    const heading = byLine.get(line.number);
    if (heading === undefined) {
      if (draft !== undefined) readLine(draft, line);
      continue;
    }
    while ((parents.at(-1)?.level ?? 0) >= heading.level) parents.pop();
    const allowsBare = requirementsSection.test(parents.at(-1)?.title ?? '');
    parents.push(heading);
    const named = readRequirementHeading(heading, allowsBare);
    const isMarker = named === undefined && acceptanceMarker.test(heading.title.replace(/^\*\*/u, ''));
    if (named !== undefined) {
      close();
      draft = { heading, named, criteria: new CriteriaReader(named.id, named.number), mode: 'body' };
    } else if (isMarker && draft !== undefined && heading.level >= draft.heading.level) {
      if (draft.marker === undefined) draft.criteria.clear();
      draft.marker ??= heading.range;
      draft.mode = 'criteria';
    } else if (draft !== undefined && heading.level <= draft.heading.level) close();
    else if (draft !== undefined) draft.mode = 'other';
  }
  close();
  return requirements;
}

/** Files without requirement headings whose lines carry dotted ids: the first number is the requirement, the heading above is its title. */
function readImplied(document: Prose, headings: readonly Heading[]): readonly Requirement[] {
  const groups = new Map<
    string,
    { readonly heading: Heading | undefined; readonly criteria: CriteriaReader; readonly first: number; last: number }
  >();
  let heading: Heading | undefined;
  let next = 0;
  let isOutside = false;
  let number: string | undefined;
  for (const line of document.lines) {
    if (headings[next]?.line === line.number) {
      heading = headings[next++];
      isOutside = nonFunctionalSection.test(heading?.title ?? '');
      number = undefined;
      continue;
    }
    const read = isOutside ? undefined : readCriterionLine(line.prose);
    if (read?.form === 'dotted') number = read.written.slice(0, read.written.lastIndexOf('.'));
    else if (boldLine.test(line.prose)) number = undefined;
    if (number === undefined) continue;
    const group = groups.get(number) ?? { heading, criteria: new CriteriaReader(number, number), first: line.number, last: line.number };
    groups.set(number, group);
    group.criteria.add(line);
    if (line.prose.trim() !== '') group.last = line.number;
  }
  return [...groups].map(([id, group]) => ({
    id,
    number: id,
    label: '',
    title: group.heading?.title ?? '',
    idRange: rangeOnLine(group.first, 0, 0),
    isImplied: true,
    criteria: group.criteria.finish(),
    range: rangeOfLines(document, group.heading?.line ?? group.first, group.last),
    headingRange: group.heading?.range ?? rangeOnLine(group.first, 0, 0),
  }));
}

function readTerms(document: Prose, headings: readonly Heading[], requirements: readonly Requirement[]): readonly Term[] {
  return headings
    .filter((heading) => glossaryHeading.test(heading.title))
    .flatMap((heading) => {
      const next = requirements.find((requirement) => requirement.range.start.line > heading.line)?.range.start.line ?? Infinity;
      return document.lines.slice(heading.line + 1, Math.min(heading.lastLine + 1, next));
    })
    .flatMap((line): Term[] => {
      if (headingOf(line.prose) !== undefined) return [];
      const match = /^(\s*(?:[-*+]\s+)?(?:\*\*|`)?)([^*`:：]{1,80}?)(?:[:：]\*\*|(?:\*\*|`)?\s*(?:[:：]|\s[-–—]\s))\s*(\S.*)$/u.exec(
        line.prose,
      );
      const [, lead = '', name = '', definition = ''] = match ?? [];
      if (match === null || !/[-*+`]/u.test(lead)) return [];
      const nameRange = rangeOnLine(line.number, lead.length, lead.length + name.length);
      return [{ name, definition: definition.trimEnd(), range: rangeOnLine(line.number, 0, line.text.length), nameRange }];
    });
}

function readLiterals(document: Prose): ReadonlyMap<string, Range> {
  const literals = new Map<string, Range>();
  for (const line of document.lines) {
    for (const match of blankCodeSpans(line.prose).matchAll(
      /(?<![A-Za-z0-9-])[A-Z]{1,6}(?:-[A-Z]{1,4})?-?[A-Z]?\d+(?:\.\d+)*[a-z]?(?![A-Za-z0-9])/gu,
    )) {
      const key = identifierKey(match[0]);
      if (!literals.has(key)) literals.set(key, rangeOnLine(line.number, match.index, match.index + match[0].length));
    }
  }
  return literals;
}

/** The requirements in whichever way they are written; the first way in which there are any is the document's dialect. */
function readUnits(
  document: Prose,
  headings: readonly Heading[],
): { readonly dialect: RequirementsDialect; readonly requirements: readonly Requirement[] } {
  const ways = [
    ['numbered', readNamed],
    ['openspec', readOpenSpec],
    ['spec-kit', readSpecKit],
  ] as const;
  for (const [dialect, read] of ways) {
    const requirements = read(document, headings);
    if (requirements.length > 0) return { dialect, requirements };
  }
  return { dialect: 'numbered', requirements: readImplied(document, headings) };
}

/** Reads a requirements.md, a bugfix.md or a spec.md. Takes any text; what it cannot read is simply not in the result. */
export function readRequirements(text: string): RequirementsDocument {
  const prose = readProse(text);
  const headings = readHeadings(prose);
  const { dialect, requirements } = readUnits(prose, headings);
  return { dialect, prose, headings, requirements, terms: readTerms(prose, headings, requirements), literals: readLiterals(prose) };
}

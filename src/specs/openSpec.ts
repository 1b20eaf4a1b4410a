import type { Criterion } from './criteria.ts';
import type { Heading } from './headings.ts';
import { rangeOfLines } from './headings.ts';
import type { Prose } from './prose.ts';
import type { Requirement, RequirementChange } from './requirement.ts';
import { rangeOnLine } from './text.ts';

const requirementTitle = /^(?:\*\*)?Requirement\s*[:：]\s*(\S.*?)(?:\*\*)?$/iu;
const scenarioTitle = /^(?:\*\*)?Scenario\s*[:：]\s*(\S.*?)(?:\*\*)?$/iu;
const changeTitle = /^(ADDED|MODIFIED|REMOVED|RENAMED)\s+Requirements$/iu;

/**
 * Requirements as OpenSpec writes them: `### Requirement: Name` with the rule as text, and a `#### Scenario: Name` for each check, whose
 * `- **WHEN** …` and `- **THEN** …` lines follow. A name is the id, as nothing is numbered; a scenario's number is its place.
 */
export function readOpenSpec(document: Prose, headings: readonly Heading[]): readonly Requirement[] {
  const requirements: Requirement[] = [];
  let change: RequirementChange | undefined;
  headings.forEach((heading, place) => {
    if (heading.level <= 2) change = changeTitle.exec(heading.title)?.[1]?.toLowerCase() as RequirementChange | undefined;
    const name = requirementTitle.exec(heading.title)?.[1]?.trim();
    if (name === undefined || heading.level < 2) return;
    const inside = headings.slice(place + 1).filter((other) => other.line <= heading.lastLine);
    const scenarios = inside.filter((other) => scenarioTitle.test(other.title));
    const at = heading.titleRange.start.character + heading.title.indexOf(name);
    requirements.push({
      id: name,
      number: name,
      label: 'Requirement',
      title: name,
      idRange: rangeOnLine(heading.line, at, at + name.length),
      isImplied: false,
      ...(change === undefined ? {} : { change }),
      criteria: scenarios.map((scenario, index) => criterionOf(document, name, scenario, index + 1)),
      range: rangeOfLines(document, heading.line, heading.lastLine),
      headingRange: heading.range,
    });
  });
  return requirements;
}

function criterionOf(document: Prose, requirement: string, scenario: Heading, place: number): Criterion {
  const text = scenarioTitle.exec(scenario.title)?.[1]?.trim() ?? scenario.title;
  const start = scenario.titleRange.start.character + scenario.title.indexOf(text);
  const below = document.lines.slice(scenario.line + 1, scenario.lastLine + 1);
  return {
    id: `${requirement}.${String(place)}`,
    number: String(place),
    isCounted: true,
    text,
    details: below.map(({ prose }) => prose.trim()).filter((line) => line !== ''),
    range: rangeOfLines(document, scenario.line, scenario.lastLine),
    idRange: rangeOnLine(scenario.line, start, start),
    textRange: rangeOnLine(scenario.line, start, start + text.length),
  };
}

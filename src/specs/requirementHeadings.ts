import type { Heading } from './headings.ts';
import type { Range } from './text.ts';
import { rangeOnLine } from './text.ts';
import { requirementPrefix, requirementWord } from './words.ts';

/**
 * What a requirement's heading says. `id` is the number as written, with the prefix if the prefix makes an id space of its own: `2` for
 * `### Requirement 2`, `### REQ-2`, `### 要件2:` and `### 2. Export`; `FR-2` for `### FR-2: Export`. `label` is the word as written, '' if none.
 */
export interface RequirementHeading {
  readonly id: string;
  readonly number: string;
  readonly label: string;
  readonly title: string;
  readonly idRange: Range;
}

const number = '\\d+(?:\\.\\d+)*[a-z]?';
const opening = '^(?:\\*\\*|__)?(?:\\p{Extended_Pictographic}\\uFE0F?\\s*)?';
const labelled = new RegExp(`${opening}(${requirementWord})\\s*[-#№]?\\s*(${number})(?![A-Za-z0-9])`, 'iu');
const prefixed = new RegExp(
  `${opening}((?:${requirementPrefix})-(?:[A-Z]-?)?|(?:${requirementPrefix})(?=\\d))(${number})(?![A-Za-z0-9])(?=\\s*(?:[:：.)—–\\-*]|$))`,
  'u',
);
const bare = /^(?:\*\*)?(\d+(?:\.\d+)*[a-z]?)(?![A-Za-z0-9])(?:[.:：)]|(?<=\.\d+)\s|\s+[-–—]\s)/u;

function titleAfter(text: string): string {
  return text
    .replace(/^(?:\s|\*\*|[:：.)—–-])+/u, '')
    .replace(/\*\*$/u, '')
    .trimEnd();
}

/** Reads a heading as a requirement's; `allowsBare` is true under a "Requirements" heading, where a number alone is enough. */
export function readRequirementHeading(heading: Heading, allowsBare: boolean): RequirementHeading | undefined {
  if (heading.level < 2 || heading.level > 5) return undefined;
  const text = heading.title;
  const column = heading.titleRange.start.character;
  const found = labelled.exec(text) ?? prefixed.exec(text);
  if (found?.[1] !== undefined && found[2] !== undefined) {
    const ownSpace = prefixed.test(text) && !labelled.test(text);
    const start = column + found[0].length - found[2].length - (ownSpace ? found[1].length : 0);
    return {
      id: ownSpace ? found[1] + found[2] : found[2],
      number: found[2],
      label: found[1].replace(/-$/u, ''),
      title: titleAfter(text.slice(found[0].length)),
      idRange: rangeOnLine(heading.line, start, column + found[0].length),
    };
  }
  const written = allowsBare ? bare.exec(text) : null;
  if (written?.[1] === undefined) return undefined;
  const start = column + text.indexOf(written[1]);
  return {
    id: written[1],
    number: written[1],
    label: '',
    title: titleAfter(text.slice(written[0].length)),
    idRange: rangeOnLine(heading.line, start, start + written[1].length),
  };
}

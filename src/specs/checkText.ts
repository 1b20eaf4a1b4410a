import { rangeOfLines } from './headings.ts';
import type { Problem } from './problems.ts';
import type { Prose } from './prose.ts';
import { blankCodeSpans } from './prose.ts';
import { rangeOnLine } from './text.ts';

/** What can be wrong in any spec document: placeholders of a template that nobody filled, and a code fence that never ends. */
export function checkText(prose: Prose): readonly Problem[] {
  const placeholders = prose.lines.flatMap((line) => {
    if (!line.prose.includes('{{')) return [];
    // Only the templates' own spelling: `{{ user.name }}` is something that the product may well talk about.
    return [...blankCodeSpans(line.prose).matchAll(/\{\{[A-Z][A-Z0-9_ -]{0,60}\}\}/gu)].map((match): Problem => {
      const message = `${match[0]} was left over from a template. Replace it with what belongs here.`;
      return {
        code: 'placeholder',
        severity: 'warning',
        message,
        range: rangeOnLine(line.number, match.index, match.index + match[0].length),
      };
    });
  });
  const fences = prose.fences
    .filter((fence) => !fence.isClosed)
    .map((fence): Problem => {
      const message = `This code block is never closed, so what follows up to line ${fence.last + 1} counts as code. Close it with the same marks.`;
      return { code: 'unclosed-fence', severity: 'information', message, range: rangeOfLines(prose, fence.opening, fence.opening) };
    });
  return [...placeholders, ...fences];
}

import type { Criterion } from './criteria.ts';
import type { RequirementHeading } from './requirementHeadings.ts';
import type { Range } from './text.ts';

/** What a change of OpenSpec does to a requirement, by the section that it stands in. */
export type RequirementChange = 'added' | 'modified' | 'removed' | 'renamed';

/** Who wants a requirement, and why: the line `**User Story:** As a …`, whatever its label. */
export interface Story {
  readonly label: string;
  readonly text: string;
  readonly range: Range;
}

/**
 * One requirement with its acceptance criteria. `isImplied` says that no heading names it: it exists because lines such as
 * `2.1 WHEN …` do (bugfix.md). `marker` is the "Acceptance Criteria" line, absent when the criteria follow without one.
 */
export interface Requirement extends RequirementHeading {
  readonly isImplied: boolean;
  /** What a change does to it, where the document says so (OpenSpec). */
  readonly change?: RequirementChange;
  readonly story?: Story;
  readonly marker?: Range;
  readonly criteria: readonly Criterion[];
  readonly range: Range;
  readonly headingRange: Range;
}

import type { Range } from './text.ts';

/** How loud a problem is. Errors and warnings are rare in real spec folders; hints are the rest. */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** The stable names of what can be wrong. A name is never reused for something else: settings and suppressions refer to it. */
export type ProblemCode =
  | 'unknown-requirement'
  | 'unknown-label'
  | 'unknown-task'
  | 'duplicate-task'
  | 'duplicate-requirement'
  | 'duplicate-criterion'
  | 'number-gap'
  | 'no-criteria'
  | 'uncovered-requirement'
  | 'task-without-reference'
  | 'state-mismatch'
  | 'unknown-state'
  | 'placeholder'
  | 'unclosed-fence'
  | 'waves-json'
  | 'waves-unknown-task'
  | 'waves-repeated-task'
  | 'waves-order'
  | 'waves-missing-task';

/** Another place that explains a problem: in the same document, or in the requirements. */
export interface RelatedPlace {
  readonly document: 'same' | 'requirements';
  readonly range: Range;
  readonly message: string;
}

/** Something wrong in a document. `message` says what happened and what to do; `data` holds the ids in it, for fixes and for programs. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  readonly data?: Readonly<Record<string, string | readonly string[]>>;
  readonly related?: readonly RelatedPlace[];
}

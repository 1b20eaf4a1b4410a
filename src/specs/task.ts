import type { Heading } from './headings.ts';
import type { BoxMark } from './marks.ts';
import type { Range } from './text.ts';
import type { KeyValue } from './values.ts';

/** A checkbox without a number under a numbered task: a thing to tick off, not a task. */
export interface CheckItem {
  readonly mark: BoxMark;
  readonly text: string;
  readonly range: Range;
}

/** A line under a task that is neither value nor check item. */
export interface Detail {
  readonly text: string;
  readonly range: Range;
}

/**
 * One task. `form` tells a checkbox from a heading that groups boxes (`## 2. Export` over `- [ ] 2.1`, or `### Task 3:`), which has no mark.
 * `lineText` is the whole line as written: other tools key test results by it. `parent` and `children` are places in `tasks`; the id makes
 * them, the indent only where there is no id. `isRepeat` marks an entry of a summary list that repeats the real tasks.
 */
export interface Task {
  readonly form: 'box' | 'heading';
  readonly id?: string;
  readonly idRange?: Range;
  readonly mark?: BoxMark;
  readonly isOptional: boolean;
  readonly isParallel: boolean;
  readonly isCheckpoint: boolean;
  readonly tags: readonly string[];
  readonly title: string;
  readonly titleRange: Range;
  readonly lineText: string;
  readonly lineRange: Range;
  readonly range: Range;
  readonly indent: number;
  readonly section?: Heading;
  readonly details: readonly Detail[];
  readonly values: readonly KeyValue[];
  readonly items: readonly CheckItem[];
  readonly parent?: number;
  readonly children: readonly number[];
  readonly isRepeat: boolean;
}

/** A task while it is read: without its place in the tree. */
export type LooseTask = Omit<Task, 'parent' | 'children' | 'isRepeat'>;

import type { FileDiff } from '../entries.ts';

/** What was taken out of a text before it was written: the kind in words, such as `github token`, and how often. */
export interface Redaction {
  readonly kind: string;
  readonly count: number;
}

/** Another session that a page points to. `href` is relative to the page's folder. */
export interface SessionLink {
  readonly title: string;
  readonly href: string;
}

/** What the writer of a page knows besides the session. All of it is optional. */
export interface TranscriptOptions {
  /** Absolute folders that paths are shown relative to; the first that fits counts. A record must not say where the repository lies. */
  readonly roots?: readonly string[];
  /** The change of a file as a unified diff; undefined where it is too large. */
  readonly diffOf?: (diff: FileDiff) => string | undefined;
  /** What was redacted in the text that is passed in. */
  readonly redacted?: readonly Redaction[];
  readonly parent?: SessionLink;
  readonly children?: readonly SessionLink[];
}

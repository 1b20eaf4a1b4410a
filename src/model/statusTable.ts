/** What a session is doing, in the words that a person reads; derived, never stored. */
export type Status =
  | 'waiting'
  | 'held'
  | 'stalled'
  | 'working'
  | 'starting'
  | 'queued'
  | 'rate-limited'
  | 'paused'
  | 'interrupted'
  | 'failed'
  | 'finished'
  | 'idle'
  | 'hibernating'
  | 'completed'
  | 'closed';

/** The groups of the sessions view, in the order of their display. */
export type StatusGroup = 'needs-you' | 'working' | 'queued' | 'idle' | 'hibernating' | 'done';

interface StatusRow {
  readonly word: string;
  readonly group: StatusGroup;
  /** A codicon's name. */
  readonly icon: string;
}

/** The one map from what happens to what is read (R5.1). */
export const statusTable: Readonly<Record<Status, StatusRow>> = {
  waiting: { word: 'Waiting for you', group: 'needs-you', icon: 'bell-dot' },
  held: { word: 'On hold', group: 'needs-you', icon: 'debug-pause' },
  stalled: { word: 'Stalled', group: 'needs-you', icon: 'warning' },
  interrupted: { word: 'Interrupted', group: 'needs-you', icon: 'debug-disconnect' },
  failed: { word: 'Failed', group: 'needs-you', icon: 'error' },
  working: { word: 'Working', group: 'working', icon: 'loading~spin' },
  starting: { word: 'Starting', group: 'working', icon: 'loading~spin' },
  queued: { word: 'Queued', group: 'queued', icon: 'watch' },
  'rate-limited': { word: 'Rate-limited', group: 'queued', icon: 'history' },
  paused: { word: 'Paused', group: 'queued', icon: 'debug-pause' },
  finished: { word: 'Finished, not read', group: 'idle', icon: 'circle-filled' },
  idle: { word: 'Idle', group: 'idle', icon: 'circle-outline' },
  hibernating: { word: 'Hibernating', group: 'hibernating', icon: 'circle-large-outline' },
  completed: { word: 'Completed', group: 'done', icon: 'pass-filled' },
  closed: { word: 'Closed', group: 'done', icon: 'circle-slash' },
};

export const statusGroups: readonly { readonly id: StatusGroup; readonly word: string }[] = [
  { id: 'needs-you', word: 'Needs You' },
  { id: 'working', word: 'Working' },
  { id: 'queued', word: 'Queued' },
  { id: 'idle', word: 'Idle' },
  { id: 'hibernating', word: 'Hibernating' },
  { id: 'done', word: 'Done' },
];

/**
 * The one table of time limits (R5.3), in seconds. Each can be set as `sessionLoom.times.<name>`; where `canBeOff` is true, 0 means never.
 * What goes on between windows and their host is not here: its heartbeat is part of the frozen contract (`protocol/control.ts`).
 */
export const timeTable = {
  /** A session in which nothing happens hibernates: its agent closes it, and brings it back with the next message. */
  idle: { seconds: 300, least: 10, most: 86_400, canBeOff: true },
  /** An agent that has run for so long is started anew, between the turns of its sessions. */
  lifetime: { seconds: 3600, least: 60, most: 604_800, canBeOff: true },
  /** How long before the end of the two above it is told. */
  warning: { seconds: 30, least: 5, most: 600, canBeOff: true },
  /** An agent gives no sign although a turn runs, no tool is open and nothing waits for a person. */
  stalled: { seconds: 180, least: 10, most: 86_400, canBeOff: true },
  /** A tool call that has run for so long is warned about. */
  command: { seconds: 300, least: 10, most: 86_400, canBeOff: true },
  /** A turn whose tool call has run for so long is stopped, where a person has switched that on. */
  commandMost: { seconds: 1800, least: 30, most: 86_400, canBeOff: true },
  /** What an agent may take to answer the handshake, to open a session, to log in, and to obey a stop. */
  initialize: { seconds: 30, least: 5, most: 600, canBeOff: false },
  open: { seconds: 120, least: 5, most: 1800, canBeOff: false },
  authentication: { seconds: 30, least: 5, most: 600, canBeOff: false },
  cancel: { seconds: 10, least: 1, most: 600, canBeOff: false },
} as const satisfies Readonly<Record<string, TimeRow>>;

interface TimeRow {
  readonly seconds: number;
  readonly least: number;
  readonly most: number;
  readonly canBeOff: boolean;
}

export type TimeName = keyof typeof timeTable;

/** Times that a person has set, in seconds. */
export type TimeSettings = Readonly<Partial<Record<TimeName, number | undefined>>>;

/** The names of the table. */
export const timeNames = Object.keys(timeTable) as readonly TimeName[];

/** A time in milliseconds; undefined for never. */
export function timeIn(settings: TimeSettings | undefined, name: TimeName): number | undefined {
  const { canBeOff, seconds } = timeTable[name] as TimeRow;
  const set = settings?.[name] ?? seconds;
  if (set > 0) return set * 1000;
  return canBeOff ? undefined : seconds * 1000;
}

/** A time that always ends, in milliseconds. */
export function limitIn(settings: TimeSettings | undefined, name: Exclude<TimeName, CanBeOff>): number {
  return timeIn(settings, name) ?? timeTable[name].seconds * 1000;
}

type CanBeOff = { [Name in TimeName]: (typeof timeTable)[Name]['canBeOff'] extends true ? Name : never }[TimeName];

/** What is wrong with a value for a time, in a sentence without its name; undefined where nothing is. */
export function problemOfTime(name: TimeName, value: unknown): string | undefined {
  const { least, most, canBeOff } = timeTable[name] as TimeRow;
  if (typeof value === 'number' && ((value === 0 && canBeOff) || (value >= least && value <= most))) return undefined;
  return `must be a number of seconds from ${least} to ${most}${canBeOff ? ', or 0 for never' : ''}`;
}

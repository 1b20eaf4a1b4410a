/** What is remembered of an open panel, so that it can be given back its session when its page no longer knows it. */
export interface RememberedPanel {
  readonly sessionId: string;
  readonly title: string;
  readonly column?: number;
}

/** Reads what an earlier window wrote; what is not understood is forgotten. Read while a window opens, so without schemas. */
export function readMemory(stored: unknown): readonly RememberedPanel[] {
  return Array.isArray(stored) && stored.every(isRemembered) ? stored : [];
}

function isRemembered(value: unknown): value is RememberedPanel {
  if (typeof value !== 'object' || value === null) return false;
  const { sessionId, title, column } = value as Readonly<Record<keyof RememberedPanel, unknown>>;
  return typeof sessionId === 'string' && typeof title === 'string' && (column === undefined || typeof column === 'number');
}

/**
 * Which session a tab shows that nobody answers: the remembered one of the same title and column, else of the same title. Each one is
 * given out once; `taken` holds the sessions that have a panel already.
 */
export function sessionOfTab(
  tab: { readonly label: string; readonly column: number | undefined },
  remembered: readonly RememberedPanel[],
  taken: ReadonlySet<string>,
): string | undefined {
  const fitting = remembered.filter(({ title, sessionId }) => title === tab.label && !taken.has(sessionId));
  return (fitting.find(({ column }) => column === tab.column) ?? fitting[0])?.sessionId;
}

/** The session that a page kept in its own state; undefined where it kept none that can be read. */
export function sessionOfState(state: unknown): string | undefined {
  if (typeof state !== 'object' || state === null || !('sessionId' in state)) return undefined;
  return typeof state.sessionId === 'string' && state.sessionId !== '' ? state.sessionId : undefined;
}

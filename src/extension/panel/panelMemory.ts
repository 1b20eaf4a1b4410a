import * as z from 'zod';

/** What is remembered of an open panel, so that it can be given back its session when its page no longer knows it. */
export const RememberedPanel = z.object({ sessionId: z.string(), title: z.string(), column: z.number().optional() });
export type RememberedPanel = Readonly<z.infer<typeof RememberedPanel>>;

/** Reads what an earlier window wrote; what is not understood is forgotten. */
export function readMemory(stored: unknown): readonly RememberedPanel[] {
  const parsed = z.array(RememberedPanel).safeParse(stored);
  return parsed.success ? parsed.data : [];
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
  const parsed = z.object({ sessionId: z.string().min(1) }).safeParse(state);
  return parsed.success ? parsed.data.sessionId : undefined;
}

/** What decides whether a host stays. */
export interface Presence {
  /** Clients that count as attached. */
  readonly clients: number;
  /** Turns that run. */
  readonly running: number;
  /** Sessions whose turn starts by itself later: a place becomes free, or a rate limit ends. */
  readonly waiting?: number;
  /** Asked to leave as soon as nothing runs, whoever is attached. */
  readonly draining: boolean;
}

/** Whether the host has a reason to stay. Nobody attached, nothing running and nothing that starts by itself: it leaves, so that an update never finds an idle host. */
export function mustStay(presence: Presence): boolean {
  const hasWork = presence.clients > 0 || (presence.waiting ?? 0) > 0;
  return presence.running > 0 || (hasWork && !presence.draining);
}

/**
 * Calls `leave` once the host had no reason to stay for `graceMs` in a row. Looks every `everyMs`; the grace lets a window that reloads find
 * its host again.
 */
export function leaveWhenIdle(
  look: () => Presence,
  leave: (reason: 'idle' | 'drained') => void,
  times: { readonly graceMs: number; readonly everyMs: number },
): { stop(): void } {
  let idleSince: number | undefined;
  const timer = setInterval(() => {
    const presence = look();
    if (mustStay(presence)) {
      idleSince = undefined;
      return;
    }
    idleSince ??= performance.now();
    if (!presence.draining && performance.now() - idleSince < times.graceMs) return;
    clearInterval(timer);
    leave(presence.draining ? 'drained' : 'idle');
  }, times.everyMs);
  return { stop: () => clearInterval(timer) };
}

import { LoomError } from '../../base/errors.ts';
import type { Handlers } from '../../protocol/contract.ts';
import type { terminalRequests } from '../../protocol/terminalRequests.ts';
import type { LiveSessions } from '../live/liveSessions.ts';

/** Milliseconds that a reader waits for more, and that what comes then is gathered. */
const waitMs = 10_000;
const gatherMs = 50;

/** What is asked about terminals. */
export function terminalHandlers({ sessions }: { readonly sessions: LiveSessions }): Handlers<typeof terminalRequests, unknown> {
  return {
    'terminal/read': async ({ sessionId, terminal: id, from }) => {
      const terminal = (await sessions.get(sessionId)).agent.terminal(id);
      if (terminal === undefined)
        throw new LoomError('not-found', 'This terminal is no longer there. What it had printed is in the transcript.');
      if (terminal.from(from).text === '' && terminal.end === undefined) {
        await new Promise<void>((resolve) => {
          const stop = (): void => {
            watch.dispose();
            clearTimeout(limit);
            setTimeout(resolve, gatherMs);
          };
          const watch = terminal.onChanged(stop);
          const limit = setTimeout(stop, waitMs);
        });
      }
      const { end, command } = terminal;
      const ended = end === undefined ? undefined : { exitCode: end.code ?? undefined, signal: end.signal ?? undefined };
      return { command, ...terminal.from(from), ...(ended === undefined ? {} : { ended }) };
    },
  };
}

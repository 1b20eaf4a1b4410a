import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { withProgress } from './say.ts';
import { sessionFor } from './target.ts';

/** The same with a worktree of its own, which begins with the files as they are. */
export const forkIntoWorktree: CommandRun = async (app, ...args) => fork(app, args, 'worktree');

/**
 * Makes a session that begins with what was said in another one, and shows it. A second argument that is a text is the id of the last turn that
 * it takes along. The id of the new session is what the command gives back.
 */
export const forkSession: CommandRun = async (app, ...args) => fork(app, args);

async function fork(app: App, args: readonly unknown[], isolation?: 'worktree'): Promise<string | undefined> {
  const session = await sessionFor(app, args, t('Fork which session?'));
  const link = session === undefined ? undefined : app.store.linkOf(session.id);
  if (session === undefined || link === undefined) return undefined;
  const turn = typeof args[1] === 'string' ? { turn: args[1] } : {};
  const title = t('Fork of {0}', session.title).slice(0, 200).toWellFormed();
  const { session: made } = await withProgress(t('Forking the session…'), () =>
    link.call('session/fork', { sessionId: session.id, title, ...turn, ...(isolation === undefined ? {} : { isolation }) }),
  );
  app.store.absorb(link, made);
  app.panels.open(made.id).focus('composer');
  return made.id;
}

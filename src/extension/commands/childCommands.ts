import { LoomError } from '../../base/errors.ts';
import { pickSession } from '../picks/pickSession.ts';
import { t } from '../words.ts';
import type { CommandRun } from './app.ts';
import { sayShortly, withProgress } from './say.ts';
import { sessionFor } from './target.ts';

/**
 * Makes an empty session below another one, with its agent and in its worktree, and shows it ready to type. The id of the new session is what
 * the command gives back.
 */
export const spawnSession: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('From which session?'));
  const link = session === undefined ? undefined : app.store.linkOf(session.id);
  if (session === undefined || link === undefined) return undefined;
  const { id: parent, agent, folder, worktree } = session;
  const place = worktree?.phase === 'ready' ? { isolation: { worktree: worktree.path } } : {};
  const { session: made } = await withProgress(t('Starting a session…'), () =>
    link.call('session/create', { folder, parent, agent, ...place }),
  );
  app.store.absorb(link, made);
  app.panels.open(made.id).focus('composer');
  return made.id;
};

/** Opens the session that another one came from. */
export const openParent: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Parent of which session?'));
  if (session === undefined) return;
  if (session.parent === undefined) sayShortly(t('This session comes from no other one.'));
  else if (app.store.get(session.parent) === undefined)
    throw new LoomError('not-found', t('The session that this one comes from is no longer there.'));
  else app.panels.open(session.parent);
};

/** Opens one of the sessions that came from another one; which is picked where there are several. */
export const openChild: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Children of which session?'));
  if (session === undefined) return;
  const children = app.store.all.filter(({ parent, archived }) => parent === session.id && !archived);
  const [only] = children;
  if (only === undefined) {
    sayShortly(t('No session came from this one.'));
    return;
  }
  const title = t('Sessions that came from “{0}”', session.title);
  const picked = children.length === 1 ? only : await pickSession(app, { title, among: children });
  if (picked !== undefined) app.panels.open(picked.id);
};

import * as vscode from 'vscode';
import * as z from 'zod';
import { parse } from '../../protocol/contract.ts';
import type { PromptPartInput } from '../../model/content.ts';
import { LoomError } from '../../base/errors.ts';
import { installAsked, pickAgent } from './pickAgent.ts';
import { configure } from '../hosts/windowLink.ts';
import { pickPlace } from '../picks/pickPlace.ts';
import { pickSession } from '../picks/pickSession.ts';
import { Isolation } from '../../protocol/settings.ts';
import { neighbour, walkOrder } from '../sessions/order.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { offer, withProgress } from './say.ts';
import { hostFor, sessionFor, sessionsFor } from './target.ts';

/** What a key binding or another extension can say about a new session. */
const NewSession = z.object({
  title: z.string().trim().min(1).max(200).optional(),
  agent: z.string().min(1).optional(),
  /** The first message. */
  prompt: z.string().min(1).optional(),
  /** Where it works; the setting decides where nothing is said. */
  isolation: z.union([Isolation, z.object({ worktree: z.string() })]).optional(),
  /** What a new worktree begins with. */
  base: z.string().min(1).optional(),
  color: z.enum(['none', 'red', 'orange', 'yellow', 'green', 'blue', 'purple']).optional(),
});
type NewSession = z.infer<typeof NewSession>;

/** What a host says of an agent that has to be installed first. */
const NotInstalled = z.object({ kind: z.literal('not-installed'), agent: z.string() });

/** Makes a session and shows it, ready to type. The id of the new session is what the command gives back. */
export const newSession: CommandRun = async (app, wish) => {
  const isWish = typeof wish === 'object' && wish !== null && Object.getPrototypeOf(wish) === Object.prototype && !('kind' in wish);
  return create(app, isWish ? parse(NewSession, wish, 'The wish for a new session') : {});
};

/** Makes a session with an agent that is picked. */
export const newSessionWith: CommandRun = async (app) => {
  const host = await hostFor(app, t('Folder of the new session'));
  const agent = await pickAgent(app, host, t('Agent of the new session'));
  const place = agent === undefined ? undefined : await pickPlace(host);
  return agent === undefined || place === undefined ? undefined : create(app, { agent, ...place }, host.folder);
};

/** Makes a session in a worktree of its own. */
export const newSessionInWorktree: CommandRun = async (app) => create(app, { isolation: 'worktree' });

async function create(
  app: App,
  { title, agent, prompt, color, isolation, base }: NewSession,
  folder?: vscode.WorkspaceFolder,
): Promise<string> {
  const host = await hostFor(app, t('Folder of the new session'), folder);
  const parts: readonly PromptPartInput[] | undefined = prompt === undefined ? undefined : [{ type: 'text', text: prompt }];
  const wish = {
    folder: host.folder.uri.fsPath,
    ...(title === undefined ? {} : { title }),
    ...(agent === undefined ? {} : { agent }),
    ...(color === undefined ? {} : { color }),
    ...(isolation === undefined ? {} : { isolation }),
    ...(base === undefined ? {} : { base }),
    ...(parts === undefined ? {} : { prompt: parts }),
  };
  const make = () => withProgress(t('Starting a session…'), () => host.link.call('session/create', wish));
  const { session } = await make().catch(async (error: unknown) => {
    // The default agent of the settings can be one that has to be installed first.
    const missing = notInstalled(error);
    if (missing === undefined || !(await installAsked(app, missing))) throw missing === undefined ? error : new vscode.CancellationError();
    await configure(host.link.call, app.log, app.agents);
    return make();
  });
  app.store.absorb(host.link, session);
  app.panels.open(session.id);
  return session.id;
}

/** The agent that was not installed, where that is what went wrong. */
function notInstalled(error: unknown): string | undefined {
  const parsed = error instanceof LoomError ? NotInstalled.safeParse(error.data) : undefined;
  return parsed?.data?.agent;
}

/** Opens the panel of a session. */
export const openSession: CommandRun = async (app, ...args) => {
  for (const session of await sessionsFor(app, args, t('Open which session?'))) app.panels.open(session.id);
};

/** Opens the panel of a session beside the active editor. */
export const openSessionBeside: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Open which session?'));
  if (session !== undefined) app.panels.open(session.id, { beside: true });
};

/** Lists all sessions and shows each panel as one moves through the list. */
export const switchSession: CommandRun = async (app, name) => {
  if (typeof name === 'string') return openSession(app, name);
  if (app.store.all.length === 0) {
    offerFirst();
    return undefined;
  }
  const picked = await pickSession(app, { title: t('Switch Session'), previews: true });
  if (picked !== undefined) app.panels.open(picked.id);
  return undefined;
};

function offerFirst(): void {
  offer(t('There is no session yet.'), t('New Session'), () => vscode.commands.executeCommand('sessionLoom.newSession'));
}

/** Goes to the next or the previous open session. */
export function step(direction: 1 | -1): CommandRun {
  return (app) => {
    const session = neighbour(app.store.all, app.panels.lastActive, direction);
    if (session === undefined) offerFirst();
    else app.panels.open(session.id);
  };
}

/** Goes to the open session with this number, counted from 1. */
export function goTo(number: number): CommandRun {
  return (app) => {
    const walk = walkOrder(app.store.all);
    const session = walk[number - 1];
    if (session !== undefined) app.panels.open(session.id);
    else vscode.window.setStatusBarMessage(t('There is no session {0}: {1} are open.', number, walk.length), 4_000);
  };
}

/** Puts the keyboard into the message box of the session in focus. */
export const focusComposer: CommandRun = (app) => focus(app, 'composer');

/** Opens find in the session in focus. */
export const findInSession: CommandRun = (app) => focus(app, 'find');

async function focus(app: App, target: 'composer' | 'find'): Promise<void> {
  const id = app.panels.lastActive;
  const session = id === undefined ? await pickSession(app, { title: t('Which session?') }) : app.store.get(id);
  if (session !== undefined) app.panels.open(session.id).focus(target);
}

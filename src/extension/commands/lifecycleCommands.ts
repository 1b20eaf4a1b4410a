import * as vscode from 'vscode';
import type { SessionColor } from '../../model/events.ts';
import type { SessionSummary } from '../../model/summary.ts';
import { isDone, isRunning, newestFirst } from '../sessions/order.ts';
import { colorOf } from '../sessions/rowText.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { ask, sayShortly } from './say.ts';
import { sessionFor, sessionsFor } from './target.ts';
import { offerRemoval } from './worktreeCommands.ts';

type Place = 'open' | 'paused' | 'completed' | 'closed' | 'archived' | 'unarchived';

/** Gives a session another title. With a second argument that is a text, without asking. */
export const renameSession: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Rename which session?'));
  if (session === undefined) return;
  const given = typeof args[1] === 'string' ? args[1] : undefined;
  const title =
    given ??
    (await vscode.window.showInputBox({
      title: t('Rename Session'),
      value: session.title,
      // A panel that was just opened takes the focus late; the box must not vanish under the typing.
      ignoreFocusOut: true,
      prompt: t('A short title, for example “Fix the login form”.'),
      validateInput: (value) => problemOfTitle(value),
    }));
  if (title === undefined || title.trim() === session.title) return;
  await app.store.call(session.id)('session/rename', { sessionId: session.id, title: title.trim() });
};

function problemOfTitle(value: string): string | undefined {
  if (value.trim() === '') return t('A session needs a title, for example “Fix the login form”.');
  return value.trim().length > 200 ? t('A title has 200 letters at most, and this one has {0}.', value.trim().length) : undefined;
}

/** Asks the agents of these sessions to stop their turns. */
export const stopSession: CommandRun = async (app, ...args) => {
  const sessions = await sessionsFor(app, args, t('Stop which session?'));
  const answers = await Promise.all(sessions.map(({ id }) => app.store.call(id)('turn/cancel', { sessionId: id })));
  if (sessions.length > 0 && !answers.some(({ cancelled }) => cancelled)) sayShortly(t('Nothing runs in this session.'));
};

/** Asks the agents to go on where a turn was cut off. */
export const continueSession: CommandRun = async (app, ...args) => {
  for (const { id } of await sessionsFor(app, args, t('Continue which session?'))) {
    await app.store.call(id)('session/continue', { sessionId: id });
  }
};

/** Puts sessions into a place: pauses them, completes them, and so on. */
export function moveTo(to: Place, question: () => string): CommandRun {
  return async (app, ...args) => {
    for (const session of await sessionsFor(app, args, question())) {
      await move(app, session, to);
      if (to === 'completed') offerRemoval(app, session);
    }
  };
}

async function move(app: App, { id }: SessionSummary, to: Place): Promise<void> {
  await app.store.call(id)('session/move', { sessionId: id, to });
}

/** Ends sessions and closes their tabs; asks first where one is at work. */
export const closeSession: CommandRun = async (app, ...args) => {
  for (const session of await sessionsFor(app, args, t('Close which session?'))) {
    if (isRunning(session) && !(await mayStop(session, t('Close'), t('Its turn is stopped. It can be reopened.')))) continue;
    await move(app, session, 'closed');
    app.panels.get(session.id)?.dispose();
    offerRemoval(app, session);
  }
};

/** Hides sessions from the list and closes their tabs; asks first where one is at work. */
export const archiveSession: CommandRun = async (app, ...args) => {
  for (const session of await sessionsFor(app, args, t('Archive which session?'))) {
    if (isRunning(session) && !(await mayStop(session, t('Archive'), t('Its turn goes on in the background.')))) continue;
    await move(app, session, 'archived');
    app.panels.get(session.id)?.dispose();
    sayShortly(t('“{0}” is archived.', session.title));
  }
};

async function mayStop({ title }: SessionSummary, choice: string, detail: string): Promise<boolean> {
  return (await ask(t('“{0}” is at work.', title), detail, choice)) === choice;
}

/** Opens these sessions again and shows them. */
export const reopenSession: CommandRun = async (app, ...args) => {
  for (const session of await sessionsFor(app, args, t('Reopen which session?'))) await reopen(app, session);
};

/** Opens the session again that was closed or completed last. */
export const reopenClosedSession: CommandRun = async (app) => {
  const [last] = newestFirst(
    app.store.all.filter((session) => isDone(session) && !session.archived).map((session) => ({ ...session, pinned: false })),
  );
  if (last === undefined) sayShortly(t('No session is closed.'));
  else await reopen(app, last);
};

async function reopen(app: App, session: SessionSummary): Promise<void> {
  await move(app, session, 'open');
  if (session.archived) await move(app, session, 'unarchived');
  app.panels.open(session.id);
}

/** Pins sessions, or takes the pin away. */
export function pin(pinned: boolean): CommandRun {
  return async (app, ...args) => {
    for (const { id } of await sessionsFor(app, args, pinned ? t('Pin which session?') : t('Unpin which session?'))) {
      await app.store.call(id)('session/mark', { sessionId: id, pinned });
    }
  };
}

/** Marks what sessions said as read, or as unread. */
export function markRead(read: boolean): CommandRun {
  return async (app, ...args) => {
    for (const { id } of await sessionsFor(app, args, t('Mark which session?'))) {
      await app.store.call(id)('session/view', { sessionId: id, read });
    }
  };
}

/** Gives sessions a colour by which their kind is seen. */
export const colorSession: CommandRun = async (app, ...args) => {
  const sessions = await sessionsFor(app, args, t('Colour which session?'));
  if (sessions.length === 0) return;
  const names: readonly (readonly [SessionColor, string])[] = [
    ['none', t('None')],
    ['red', t('Red')],
    ['orange', t('Orange')],
    ['yellow', t('Yellow')],
    ['green', t('Green')],
    ['blue', t('Blue')],
    ['purple', t('Purple')],
  ];
  const items = names.map(([color, label]) => {
    const theme = colorOf(color);
    return {
      color,
      label,
      iconPath: new vscode.ThemeIcon('circle-filled', theme === undefined ? undefined : new vscode.ThemeColor(theme)),
    };
  });
  const picked = await vscode.window.showQuickPick(items, { title: t('Colour of the Session') });
  if (picked === undefined) return;
  for (const { id } of sessions) await app.store.call(id)('session/mark', { sessionId: id, color: picked.color });
};

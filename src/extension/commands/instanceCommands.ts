import * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import type { HostLink } from '../../client/hostLink.ts';
import type { InstanceRow } from '../picks/instanceRows.ts';
import { instanceRow } from '../picks/instanceRows.ts';
import { isRunning } from '../sessions/order.ts';
import { oneLine } from '../sessions/tooltip.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { ask, sayError, sayShortly } from './say.ts';
import { sessionFor, sessionsFor } from './target.ts';

/** Milliseconds between two looks at the agents while a person looks at them. */
const lookEveryMs = 2000;

interface InstanceItem extends vscode.QuickPickItem {
  readonly row: InstanceRow;
  readonly link: HostLink;
  readonly working: number;
}

type Does = 'restart' | 'stop' | 'log';

/** Shows the agents that run and what they use, measured anew while the list is open, with what can be done to them. */
export const showAgents: CommandRun = async (app) => {
  const pick = vscode.window.createQuickPick<InstanceItem>();
  pick.title = t('Running Agents');
  pick.placeholder = t('An agent starts with the first session that needs it.');
  pick.matchOnDetail = true;
  const buttons = buttonsOf();
  const look = async (): Promise<void> => {
    const active = pick.activeItems[0]?.row.instance;
    const items = await collect(app, [...buttons.keys()]);
    pick.items = items;
    pick.activeItems = items.filter(({ row }) => row.instance === active);
    pick.placeholder = items.length === 0 ? t('No agent runs.') : t('Choose an agent to restart it, or a button beside it.');
  };
  const again = async (does: Does, item: InstanceItem): Promise<void> => {
    try {
      await act(app, does, item);
      if (does !== 'log') await look();
    } catch (error) {
      await sayError(error, app.log);
    }
  };
  const timer = setInterval(() => void look().catch((error: unknown) => app.log.debug(messageOf(error))), lookEveryMs);
  pick.onDidTriggerItemButton(({ item, button }) => void again(buttons.get(button) ?? 'log', item));
  pick.onDidAccept(() => {
    const [item] = pick.activeItems;
    if (item !== undefined) void again('restart', item);
  });
  pick.onDidHide(() => {
    clearInterval(timer);
    pick.dispose();
  });
  pick.show();
  await look();
};

function buttonsOf(): ReadonlyMap<vscode.QuickInputButton, Does> {
  return new Map([
    [{ iconPath: new vscode.ThemeIcon('debug-restart'), tooltip: t('Restart: its sessions stay') }, 'restart'],
    [{ iconPath: new vscode.ThemeIcon('debug-stop'), tooltip: t('Stop: its sessions hibernate') }, 'stop'],
    [{ iconPath: new vscode.ThemeIcon('output'), tooltip: t('Show Log') }, 'log'],
  ]);
}

async function collect(app: App, buttons: readonly vscode.QuickInputButton[]): Promise<readonly InstanceItem[]> {
  const items: InstanceItem[] = [];
  for (const { link } of app.hosts.all) {
    if (link.state.state !== 'connected') continue;
    const { instances } = await link.call('instances/list', {});
    for (const health of instances) {
      const row = instanceRow(health, (id) => oneLine(app.store.get(id)?.title ?? id, 40), Date.now(), t);
      items.push({ ...row, row, link, working: health.working, buttons, alwaysShow: true });
    }
  }
  return items;
}

async function act(app: App, does: Does, { row, link, working }: InstanceItem): Promise<void> {
  if (does === 'log') {
    await vscode.commands.executeCommand('sessionLoom.showLog');
    return;
  }
  const word = does === 'restart' ? t('Restart') : t('Stop');
  const detail = t('{0} turns that run are cut off; they can be continued. All sessions stay.', working);
  if (working > 0 && (await ask(t('{0}: “{1}”?', word, row.label), detail, word)) === undefined) return;
  app.log.info(`${does} ${row.label}`);
  await link.call(does === 'restart' ? 'instances/restart' : 'instances/stop', { instance: row.instance });
}

/** Starts the agent of a session anew; other sessions that it carries come along. */
export const restartAgent: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Restart the agent of which session?'));
  if (session === undefined) return;
  const detail = t('Turns that run in sessions of this agent are cut off; they can be continued.');
  if (isRunning(session) && (await ask(t('Restart the agent of “{0}”?', oneLine(session.title, 60)), detail, t('Restart'))) === undefined)
    return;
  await app.store.call(session.id)('agent/restart', { sessionId: session.id });
  sayShortly(t('The agent starts anew.'));
};

/** Has agents close these sessions, which saves their memory; the next message brings them back. */
export const hibernateSession: CommandRun = async (app, ...args) => {
  const sessions = await sessionsFor(app, args, t('Hibernate which session?'));
  for (const { id } of sessions) await app.store.call(id)('session/hibernate', { sessionId: id });
  if (sessions.length > 0) sayShortly(t('It hibernates until its next message.'));
};

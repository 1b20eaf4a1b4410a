import * as vscode from 'vscode';
import { agentItem } from '../agents/agentItems.ts';
import { installAsked, installShown, pickAgent, pickRow } from './pickAgent.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { ask, offer, sayShortly, withProgress } from './say.ts';
import { sessionFor } from './target.ts';

/** The agents that are known to this window, as the host would list them. */
async function rows(app: App): ReturnType<typeof looked> {
  app.agents.refresh();
  return withProgress(t('Looking for agents…'), () => looked(app));
}

async function looked(app: App): Promise<Parameters<typeof pickRow>[0]> {
  const catalogue = await app.agents.lookAgain();
  return catalogue.rows.map((row) => ({ ...row, builtIn: false }));
}

/** Installs an agent of the registry. A text as the argument is its id. */
export const installAgent: CommandRun = async (app, wanted) => {
  if (typeof wanted === 'string') return installAsked(app, wanted);
  const offered = (await rows(app)).filter(({ source, newer }) => source === 'registry' || newer !== undefined);
  const picked = await pickRow(offered, t('Install which agent?'));
  if (picked === undefined) return undefined;
  if (picked.state === 'unavailable')
    void vscode.window.showWarningMessage(t('{0} cannot be used here. {1}', picked.name, picked.reason ?? ''));
  else if (await installAsked(app, picked.id)) sayShortly(t('{0} is installed.', picked.name));
  return undefined;
};

/** Installs newer versions of agents that were installed here; running sessions keep theirs. */
export const updateAgents: CommandRun = async (app) => {
  if ((await app.agents.installed()).length === 0) {
    offerInstall();
    return;
  }
  const old = (await rows(app)).filter(({ source, newer }) => source === 'installed' && newer !== undefined);
  if (old.length === 0) {
    void vscode.window.showInformationMessage(t('All agents that were installed here are as new as the list of agents says.'));
    return;
  }
  const items = old.map((agent) => ({ ...agentItem(agent, t), picked: true }));
  const title = t('Update which agents? Sessions that run keep the version that they have.');
  const picked = await vscode.window.showQuickPick(items, { title, canPickMany: true });
  for (const { agent } of picked ?? []) await installShown(app, agent.id, agent.name, agent.newer ?? '');
  if (picked !== undefined && picked.length > 0)
    sayShortly(picked.length === 1 ? t('1 agent is updated.') : t('{0} agents are updated.', picked.length));
};

/** Removes an agent that was installed here, with all its versions. */
export const removeAgent: CommandRun = async (app) => {
  const installed = await app.agents.installed();
  if (installed.length === 0) {
    offerInstall();
    return;
  }
  const items = installed.map(({ id, name, version, folder }) => ({ id, label: name, description: version, detail: folder }));
  const picked = await vscode.window.showQuickPick(items, { title: t('Remove which agent?'), matchOnDescription: true });
  if (picked === undefined) return;
  const remove = t('Remove');
  const detail = t('Its sessions stay; they can be given to another agent. What it keeps of its own, such as its login, stays as well.');
  if ((await ask(t('Remove {0}?', picked.label), detail, remove)) !== remove) return;
  await withProgress(t('Removing the agent…'), () => app.agents.remove(picked.id));
  sayShortly(t('{0} is removed.', picked.label));
};

function offerInstall(): void {
  offer(t('No agent was installed here.'), t('Install Agent…'), () => vscode.commands.executeCommand('sessionLoom.installAgent'));
}

/** Gives a session to another agent, which is told what was said and done. A second argument that is a text is the id of that agent. */
export const switchAgent: CommandRun = async (app, ...args) => {
  const session = await sessionFor(app, args, t('Switch the agent of which session?'));
  const link = session === undefined ? undefined : app.store.linkOf(session.id);
  const host = app.hosts.all.find((each) => each.link === link);
  if (session === undefined || link === undefined || host === undefined) return;
  const title = t('Agent that goes on with “{0}”', session.title);
  const agent = typeof args[1] === 'string' ? args[1] : await pickAgent(app, host, title, session.agent);
  if (agent === undefined) return;
  await withProgress(t('Switching the agent…'), () => link.call('session/switchAgent', { sessionId: session.id, agent }));
};

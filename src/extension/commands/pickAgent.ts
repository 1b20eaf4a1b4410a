import * as vscode from 'vscode';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { App } from './app.ts';
import { ask, withProgress } from './say.ts';
import type { FolderHost } from '../hosts/folderHosts.ts';
import { configure } from '../hosts/windowLink.ts';
import { t } from '../words.ts';
import type { AgentChoice } from '../agents/agentItems.ts';
import { agentItems } from '../agents/agentItems.ts';

/** Lists the agents of a host, and gives the id of one that is there: one that is not installed is installed first, when the person agrees. */
export async function pickAgent(app: App, host: FolderHost, title: string, without?: string): Promise<string | undefined> {
  const agents = await withProgress(t('Looking for agents…'), async () => {
    app.agents.refresh();
    await app.agents.lookAgain();
    await configure(host.link.call, app.log, app.agents);
    return (await host.link.call('agents/list', {})).agents;
  });
  const picked = await pickRow(
    agents.filter(({ id }) => id !== without),
    title,
  );
  return picked === undefined ? undefined : makeReady(app, host, picked);
}

/** Lets a person pick one of these agents. */
export async function pickRow(agents: readonly AgentChoice[], title: string): Promise<AgentChoice | undefined> {
  const items = agentItems(agents, t).map((item) =>
    'group' in item ? { label: item.group, kind: vscode.QuickPickItemKind.Separator, agent: undefined } : item,
  );
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  return picked?.agent;
}

async function makeReady(app: App, host: FolderHost, agent: AgentChoice): Promise<string | undefined> {
  switch (agent.state) {
    case 'ready':
    case 'needs-login':
      return agent.id;
    case 'needs-install':
      if (!(await installAsked(app, agent.id))) return undefined;
      await configure(host.link.call, app.log, app.agents);
      return agent.id;
    case 'missing':
      await sayMissing(agent);
      return undefined;
    case 'unavailable':
      void vscode.window.showWarningMessage(t('{0} cannot be used here. {1}', agent.name, agent.reason ?? ''));
      return undefined;
  }
}

async function sayMissing({ name, reason }: AgentChoice): Promise<void> {
  const open = t('Open Settings');
  if ((await vscode.window.showWarningMessage(t('{0} cannot be started. {1}', name, reason ?? ''), open)) === open)
    await vscode.commands.executeCommand('workbench.action.openSettings', 'sessionLoom.agents');
}

/** Asks, and installs an agent. False when the person thinks better of it; that a running install is cancelled throws `cancelled`. */
export async function installAsked(app: App, id: string): Promise<boolean> {
  const { agent, way } = await app.agents.wayTo(id);
  const install = t('Install');
  const what =
    way.kind === 'npm'
      ? t('npm installs the package {0} at version {1}; scripts of the package run.', way.offer.package.name, way.offer.package.version)
      : way.kind === 'uv'
        ? t('uv installs the package {0} at version {1}.', way.offer.package.name, way.offer.package.version)
        : way.kind === 'archive'
          ? t('{0} is loaded and unpacked.', way.offer.url)
          : way.reason;
  const detail = [
    agent.description,
    what,
    t('It goes into the storage of this extension, and runs as you: what you can read, it can read.'),
    ...(agent.license === undefined ? [] : [t('License: {0}', agent.license)]),
  ];
  if ((await ask(t('Install {0} {1}?', agent.name, way.version), detail.join('\n\n'), install)) !== install) return false;
  await installAgain(app, id, agent.name, way.version);
  return true;
}

/** Installs an agent, and again as often as the person asks for that after a failure, as without a network. */
async function installAgain(app: App, id: string, name: string, version: string): Promise<void> {
  for (;;) {
    try {
      await installShown(app, id, name, version);
      return;
    } catch (error) {
      if (error instanceof LoomError && error.code === 'cancelled') throw error;
      app.log.error(error instanceof Error ? error : messageOf(error));
      const [again, log] = [t('Try Again'), t('Show Log')];
      const chosen = await vscode.window.showErrorMessage(messageOf(error), again, log);
      if (chosen === log) await vscode.commands.executeCommand('sessionLoom.showLog');
      // It has been told.
      if (chosen !== again) throw new LoomError('cancelled', messageOf(error));
    }
  }
}

/** Installs an agent as a task that a person sees and can cancel. */
export async function installShown(app: App, id: string, name: string, version: string): Promise<void> {
  const title = t('Installing {0} {1}', name, version);
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const stop = new AbortController();
      const subscription = token.onCancellationRequested(() => stop.abort());
      let shown = 0;
      try {
        await app.agents.install(
          id,
          (message, part) => {
            const increment = part === undefined ? 0 : Math.max(0, part * 100 - shown);
            shown += increment;
            progress.report({ message, increment });
          },
          stop.signal,
        );
      } finally {
        subscription.dispose();
      }
    },
  );
}

import * as vscode from 'vscode';
import { t } from '../words.ts';
import type { CommandRun } from './app.ts';
import { sayShortly, withProgress } from './say.ts';
import { hostFor } from './target.ts';

/** Opens a session that an agent has stored by itself, as with its own program: it becomes one of ours, with what was said in it. */
export const openAgentSession: CommandRun = async (app) => {
  const host = await hostFor(app, t('Folder of the session'));
  const { agents } = await withProgress(t('Looking for agents…'), () => host.link.call('agents/list', {}));
  const choices = agents.filter(({ builtIn, state }) => !builtIn && (state === 'ready' || state === 'needs-login'));
  const agent = await vscode.window.showQuickPick(
    choices.map(({ id, name }) => ({ id, label: name, description: id })),
    { title: t('Sessions of which agent?') },
  );
  if (agent === undefined) return;
  const folder = host.folder.uri.fsPath;
  const { offered, sessions } = await withProgress(t('Asking the agent for its sessions…'), () =>
    host.link.call('agent/sessions', { agent: agent.id, folder }),
  );
  if (!offered || sessions.length === 0) {
    sayShortly(
      offered ? t('The agent has stored no session for this folder.') : t('This agent does not tell which sessions it has stored.'),
    );
    return;
  }
  const items = sessions.map((each) => ({
    each,
    label: each.title ?? each.acpSessionId,
    description: [each.updatedAt ?? '', each.known === undefined ? '' : t('here already')].filter((text) => text !== '').join(' · '),
    detail: each.cwd,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: t('Which session?'), matchOnDescription: true, matchOnDetail: true });
  if (picked === undefined) return;
  const { acpSessionId, cwd, title, known } = picked.each;
  if (known !== undefined) {
    app.panels.open(known);
    return;
  }
  const { session } = await withProgress(t('Loading the session…'), () =>
    host.link.call('agent/import', { agent: agent.id, folder, acpSessionId, cwd, ...(title === undefined ? {} : { title }) }),
  );
  app.store.absorb(host.link, session);
  app.panels.open(session.id);
};

import * as vscode from 'vscode';
import type { LoginChoice } from '../../model/logins.ts';
import type { FolderHost } from '../hosts/folderHosts.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { sayShortly, withProgress } from './say.ts';
import { hostFor } from './target.ts';

/** Signs in to the agent of a session, or to one that is picked. */
export const signIn: CommandRun = async (app, ...args) => {
  const [sessionId] = args;
  const session = typeof sessionId === 'string' ? app.store.get(sessionId) : undefined;
  const target = session === undefined ? await pickAgent(app, t('Sign in to which agent?')) : undefined;
  const agent = session?.agent ?? target?.agent;
  const call = session === undefined ? target?.host.link.call : app.store.call(session.id);
  if (agent === undefined || call === undefined) return;
  const { methods } = await withProgress(t('Asking the agent how one signs in…'), () => call('agent/logins', { agent }));
  const method = await pickMethod(methods);
  if (method === undefined) return;
  const of = session === undefined ? {} : { sessionId: session.id };
  await withProgress(t('Signing in…'), () => call('agent/login', { agent, method: method.id, ...of }));
  sayShortly(t('Signed in.'));
};

/** Signs out of an agent that is picked: what is stored for it here is removed as well. */
export const signOut: CommandRun = async (app) => {
  const target = await pickAgent(app, t('Sign out of which agent?'));
  if (target === undefined) return;
  const { asked } = await withProgress(t('Signing out…'), () => target.host.link.call('agent/logout', { agent: target.agent }));
  const text = asked
    ? t('Signed out.')
    : t('What was stored here is removed. The agent itself cannot sign out over this connection; use its own program for that.');
  void vscode.window.showInformationMessage(text);
};

async function pickAgent(app: App, title: string): Promise<{ readonly host: FolderHost; readonly agent: string } | undefined> {
  const host = await hostFor(app, title);
  const { agents } = await withProgress(t('Looking for agents…'), () => host.link.call('agents/list', {}));
  const items = agents
    .filter(({ builtIn, state }) => !builtIn && (state === 'ready' || state === 'needs-login'))
    .map(({ id, name, reason }) => ({ id, label: name, description: id, ...(reason === undefined ? {} : { detail: reason }) }));
  if (items.length === 0) {
    sayShortly(t('No agent is set up that one could sign in to.'));
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(items, { title });
  return picked === undefined ? undefined : { host, agent: picked.id };
}

async function pickMethod(methods: readonly LoginChoice[]): Promise<LoginChoice | undefined> {
  const how = {
    agent: t('done by the agent, in a browser perhaps'),
    terminal: t('in a terminal'),
    variables: t('a key, kept in the secret storage of the editor'),
  };
  if (methods.length === 0) {
    void vscode.window.showInformationMessage(t('The agent does not say how one signs in. See its own documentation.'));
    return undefined;
  }
  const items = methods.map((method) => ({
    method,
    label: method.name,
    description: how[method.type],
    ...(method.description === undefined ? {} : { detail: method.description }),
  }));
  return (await vscode.window.showQuickPick(items, { title: t('How do you want to sign in?') }))?.method;
}

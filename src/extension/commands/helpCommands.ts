import { readFile } from 'node:fs/promises';
import { arch, homedir, platform, release, userInfo } from 'node:os';
import * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import { isRunning } from '../sessions/order.ts';
import { versionOf } from '../versionOf.ts';
import { t } from '../words.ts';
import type { App, CommandRun } from './app.ts';
import { problemReport } from './problemReport.ts';
import { ask, offer, sayShortly, withProgress } from './say.ts';

/** Lines at the end of a log that a report takes in. */
const reportedLines = 150;

/** Shows the extension's log, and opens that of the host beside it where one runs. */
export const showLog: CommandRun = async (app) => {
  app.log.show(true);
  for (const { link } of app.hosts.all) {
    if (link.state.state !== 'connected') continue;
    const { logFile } = await link.call('host/status', {});
    app.log.info(`The host's own log: ${logFile}`);
    await vscode.window.showTextDocument(vscode.Uri.file(logFile), { preview: true, preserveFocus: true });
  }
};

/** Writes down what somebody who helps needs to know, for the person to read through first. */
export const reportProblem: CommandRun = async (app) => {
  const content = await withProgress(t('Collecting what helps…'), () => collect(app));
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document);
  const text = t('This is the report. Secrets, your name and your home folder are taken out; read it through before you send it.');
  offer(text, t('Copy'), () => vscode.env.clipboard.writeText(document.getText()));
};

async function collect(app: App): Promise<string> {
  const hosts: string[] = [];
  let log = '';
  for (const { link } of app.hosts.all) {
    if (link.state.state !== 'connected') hosts.push(`${link.state.state}${link.state.text === undefined ? '' : ` (${link.state.text})`}`);
    else {
      const status = await link.call('host/status', {});
      hosts.push(JSON.stringify({ ...status, logFile: undefined }));
      log += await endOf(status.logFile);
    }
  }
  return problemReport({
    version: versionOf(app.extension),
    editor: `${vscode.env.appName} ${vscode.version}${vscode.env.remoteName === undefined ? '' : `, remote (${vscode.env.remoteName})`}`,
    system: `${platform()} ${release()} ${arch()}, Node ${process.versions.node}`,
    hosts,
    settings: changedSettings(app.extension),
    log,
    home: homedir(),
    user: userInfo().username,
  });
}

function changedSettings(extension: vscode.Extension<unknown>): readonly string[] {
  const manifest = extension.packageJSON as { readonly contributes?: { readonly configuration?: { readonly properties?: object } } };
  return Object.keys(manifest.contributes?.configuration?.properties ?? {}).filter((name) => {
    const found = vscode.workspace.getConfiguration().inspect(name);
    return found?.globalValue !== undefined || found?.workspaceValue !== undefined || found?.workspaceFolderValue !== undefined;
  });
}

async function endOf(file: string): Promise<string> {
  try {
    return `${(await readFile(file, 'utf8')).split('\n').slice(-reportedLines).join('\n')}\n`;
  } catch (error) {
    return `The log could not be read: ${messageOf(error)}\n`;
  }
}

/** Opens the settings of the extension. */
export const openSettings: CommandRun = (app) =>
  vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${app.extension.id}`);

/** Opens the tour. */
export const takeTour: CommandRun = (app) =>
  vscode.commands.executeCommand('workbench.action.openWalkthrough', `${app.extension.id}#tour`, false);

/** Asks the hosts to finish their turns and leave; the links start new ones. */
export const restartHost: CommandRun = async (app) => {
  const working = app.store.all.filter(isRunning).length;
  const detail = t('The host accepts no new turn, finishes the {0} that run, and is then replaced.', working);
  if (working > 0 && (await ask(t('Restart the session host?'), detail, t('Restart'))) === undefined) return;
  let running = 0;
  for (const { link } of app.hosts.all) running += (await link.call('host/drain', {})).running;
  sayShortly(running === 0 ? t('The session host restarts.') : t('The session host restarts when {0} turns have ended.', running));
};

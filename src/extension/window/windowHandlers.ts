/** What a host asks of this window, answered: each request is one line that calls who knows. */
import * as vscode from 'vscode';
import type { WindowHandlers } from '../../client/hostLink.ts';
import { t } from '../words.ts';
import { unsavedText, writeText } from './editorText.ts';
import { runLogin } from './loginTerminal.ts';
import { openExternal } from './openExternal.ts';
import { AgentSecrets } from './secrets.ts';

/** The key under which values for the settings of MCP servers are kept. */
const inputsOf = (server: string): string => `mcp.${server}`;

/** The answers of a window, which keeps secrets in the storage of its extension. */
export function windowHandlers({ secrets: storage }: Pick<vscode.ExtensionContext, 'secrets'>): WindowHandlers {
  const secrets = new AgentSecrets(storage);
  return {
    'window/readFile': (place) => {
      const text = unsavedText(place);
      return text === undefined ? {} : { text };
    },
    'window/writeFile': ({ text, ...place }, signal) => writeText(place, text, signal),
    'window/openExternal': async ({ url, by }) => ({ opened: await openExternal(url, by) }),
    'window/secrets': async ({ agent }) => ({ values: { ...(await secrets.read(agent)) } }),
    'window/askSecret': async ({ agent, agentName, variable, label, isSecret }) => {
      const title = t('Sign In to {0}', agentName);
      const value = await askValue(title, t('{0}, kept in the secret storage of the editor', label), isSecret);
      if (value !== undefined) await secrets.keep(agent, variable, value);
      return { stored: value !== undefined };
    },
    'window/forgetSecrets': async ({ agent }) => {
      await secrets.forget(agent);
      return {};
    },
    'window/inputs': async ({ server, inputs }) => {
      const values: Record<string, string> = { ...(await secrets.read(inputsOf(server))) };
      for (const { id, label, isSecret } of inputs) {
        if (values[id] !== undefined) continue;
        const value = await askValue(t('MCP server {0}', server), label, isSecret);
        if (value === undefined) continue;
        values[id] = value;
        await secrets.keep(inputsOf(server), id, value);
      }
      return { values };
    },
    'window/runLogin': async (params, signal) => {
      const exitCode = await runLogin(params, signal);
      return exitCode === undefined ? {} : { exitCode };
    },
  };
}

async function askValue(title: string, prompt: string, isSecret: boolean): Promise<string | undefined> {
  const value = await vscode.window.showInputBox({ title, prompt, password: isSecret, ignoreFocusOut: true });
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

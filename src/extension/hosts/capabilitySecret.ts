import * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import type { Capability } from '../../client/capability.ts';
import { capabilityFrom, newCapabilitySecret } from '../../client/capability.ts';
import { KeptSecret } from './keptSecret.ts';

/** What lets the windows of this editor approve: a secret in the editor's own storage, one for the user, made when it is first needed. */
export class CapabilitySecret {
  readonly #secret: KeptSecret;

  constructor({ secrets, globalState }: Pick<vscode.ExtensionContext, 'secrets' | 'globalState'>, log: vscode.LogOutputChannel) {
    const inBrowser = {
      get: (name: string) => Promise.resolve(globalState.get(name)),
      store: (name: string, value: string) => globalState.update(name, value),
    };
    this.#secret = new KeptSecret({
      name: 'sessionLoom.capability',
      secrets,
      // On a desktop this would be a file that agents can read; in a browser it is as far from them as the secrets are.
      beside: vscode.env.uiKind === vscode.UIKind.Web ? inBrowser : undefined,
      make: newCapabilitySecret,
      isUsable: (text) => capabilityFrom(text) !== undefined,
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      failed: (error) =>
        log.warn(`The editor did not keep what lets this window approve; it holds until the window is closed: ${messageOf(error)}`),
    });
  }

  async get(): Promise<Capability | undefined> {
    return capabilityFrom(await this.#secret.get());
  }
}

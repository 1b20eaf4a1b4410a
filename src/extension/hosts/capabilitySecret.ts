import type * as vscode from 'vscode';
import { messageOf } from '../../base/errors.ts';
import type { Capability } from '../../client/capability.ts';
import { capabilityFrom, newCapabilitySecret } from '../../client/capability.ts';

/** The name of the secret in the editor's storage; one for the user, shared by all windows of an editor. */
const secretName = 'sessionLoom.capability';

/** What lets the windows of this editor approve: a secret in the editor's own storage, made when it is first needed. */
export class CapabilitySecret {
  readonly #secrets: vscode.SecretStorage;
  readonly #log: vscode.LogOutputChannel;
  /** Holds where the editor cannot keep a secret: for this window only. */
  #ownSecret: string | undefined;

  constructor(secrets: vscode.SecretStorage, log: vscode.LogOutputChannel) {
    this.#secrets = secrets;
    this.#log = log;
  }

  /** Read each time, so that two windows that make one at the same time agree on the one that was kept. */
  async get(): Promise<Capability | undefined> {
    if (this.#ownSecret !== undefined) return capabilityFrom(this.#ownSecret);
    try {
      const kept = await this.#kept();
      if (kept !== undefined) return kept;
      await this.#secrets.store(secretName, newCapabilitySecret());
      const made = await this.#kept();
      if (made !== undefined) return made;
    } catch (error) {
      this.#log.warn(`The editor keeps no secrets (${messageOf(error)}). What lets this window approve holds until it is closed.`);
    }
    this.#ownSecret = newCapabilitySecret();
    return capabilityFrom(this.#ownSecret);
  }

  async #kept(): Promise<Capability | undefined> {
    const secret = await this.#secrets.get(secretName);
    return secret === undefined ? undefined : capabilityFrom(secret);
  }
}

import type * as vscode from 'vscode';

/** What a person has given for an agent: kept in the secret storage of the editor, and nowhere else. */
export class AgentSecrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  /** The values by the names of their variables. */
  async read(agent: string): Promise<Readonly<Record<string, string>>> {
    const stored = await this.#storage.get(keyOf(agent));
    return stored === undefined ? {} : valuesIn(stored);
  }

  async keep(agent: string, name: string, value: string): Promise<void> {
    await this.#storage.store(keyOf(agent), JSON.stringify({ ...(await this.read(agent)), [name]: value }));
  }

  async forget(agent: string): Promise<void> {
    await this.#storage.delete(keyOf(agent));
  }
}

/** What cannot be read is as good as nothing, and is replaced with the next value. */
function valuesIn(stored: string): Readonly<Record<string, string>> {
  try {
    const entries: readonly (readonly [string, unknown])[] = Object.entries(JSON.parse(stored) as object);
    return Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
  } catch {
    return {};
  }
}

function keyOf(agent: string): string {
  return `sessionLoom.agent.${agent}`;
}

/** A place that keeps texts by name; VS Code's secret storage and its memento are such. Either can fail, be slow, or forget. */
export interface SecretPlace {
  get(name: string): PromiseLike<unknown>;
  store(name: string, value: string): PromiseLike<unknown>;
}

export interface KeptSecretOptions {
  readonly name: string;
  /** The editor's secret storage. */
  readonly secrets: SecretPlace;
  /**
   * A second place, where the editor runs in a browser: a server that mints no key keeps secrets only until the page is loaded again. It lies in
   * the browser as well, out of reach of what runs on the server.
   */
  readonly beside: SecretPlace | undefined;
  readonly make: () => string;
  readonly isUsable: (secret: string) => boolean;
  /** Resolves after some milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly failed: (error: unknown) => void;
}

/** Milliseconds that a storage may take, and in which two windows that make a secret at the same time come to one. */
const patienceMs = 1000;
const settleMs = 200;

/** A secret that is made when it is first needed, and stays the same for all windows of an editor. Read once; what cannot be kept holds for this window. */
export class KeptSecret {
  readonly #options: KeptSecretOptions;
  #known: Promise<string> | undefined;

  constructor(options: KeptSecretOptions) {
    this.#options = options;
  }

  get(): Promise<string> {
    this.#known ??= this.#find();
    return this.#known;
  }

  async #find(): Promise<string> {
    const { secrets, beside, make, wait } = this.#options;
    const kept = (await this.#read(secrets)) ?? (await this.#read(beside));
    if (kept !== undefined) return kept;
    const made = make();
    const stored = this.#store(secrets, made);
    if (beside !== undefined) {
      // The page must not wait for a storage that may never answer.
      void this.#store(beside, made);
      return made;
    }
    await Promise.race([stored, wait(patienceMs)]);
    await wait(settleMs);
    return (await this.#read(secrets)) ?? made;
  }

  async #read(place: SecretPlace | undefined): Promise<string | undefined> {
    const { name, isUsable, wait, failed } = this.#options;
    try {
      const found = await Promise.race([place?.get(name), wait(patienceMs)]);
      return typeof found === 'string' && isUsable(found) ? found : undefined;
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  async #store(place: SecretPlace, secret: string): Promise<void> {
    try {
      await place.store(this.#options.name, secret);
    } catch (error) {
      this.#options.failed(error);
    }
  }
}

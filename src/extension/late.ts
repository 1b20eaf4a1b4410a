import { LoomError } from '../base/errors.ts';
import type { Disposable } from '../base/lifecycle.ts';
import type { Commands } from './commands/registerCommands.ts';
import type { Linked, LinkedOptions } from './linked.ts';

/**
 * What is not loaded when a window opens. Each `import()` here makes a bundle of its own, beside `extension.cjs`; what they name is imported from
 * nowhere else but for its types, and `scripts/bundleRules.ts` holds what the first bundle may contain.
 */

/** A part of the window that is made when it is first asked for. */
export class Late<Part> {
  readonly #make: () => Promise<Part>;
  #asked: Promise<Part> | undefined;
  #here: Part | undefined;

  constructor(make: () => Promise<Part>) {
    this.#make = make;
  }

  get(): Promise<Part> {
    this.#asked ??= this.#make().then((part) => (this.#here = part));
    return this.#asked;
  }

  /** The part, for whoever can only run when it has been made. */
  get here(): Part {
    if (this.#here === undefined) throw new LoomError('internal', 'A part of the extension was used before it was loaded.');
    return this.#here;
  }
}

/** The part that talks to hosts. The activation of the window's other extensions does not wait for its code. */
export function lateLinks(options: () => LinkedOptions, own: (part: Disposable) => unknown): Late<Linked> {
  return new Late(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    const { Linked } = await import('./linked.ts');
    const linked = new Linked(options());
    own(linked);
    return linked;
  });
}

/** What commands do, with what they do it on. */
export function lateCommands(app: () => Promise<Commands['app']>): Late<Commands> {
  return new Late(async () => {
    const [{ commandTable }, made] = await Promise.all([import('./commands/commandTable.ts'), app()]);
    return { app: made, table: commandTable };
  });
}

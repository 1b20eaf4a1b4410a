/** Takes the time inside a window: from the event that a person causes until something is painted where it can be seen. */
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import * as z from 'zod';
import { outFolder } from '../../scripts/paths.ts';
import { probeSource } from './probeSource.ts';

/** Words that are waited for. `within` is a selector of what they must lie in; `most` is how many text nodes, from the end, are looked through. */
export interface Wish {
  readonly id: string;
  readonly text: string;
  readonly where: 'page' | 'workbench';
  readonly within: string;
  readonly most?: number;
}

/** What was seen: milliseconds from the event to the paint, and how many elements the document then had. */
export interface Seen {
  readonly id: string;
  readonly milliseconds: number;
  readonly elements: number;
}

const Answer = z.object({
  startedAt: z.number().optional(),
  seen: z.record(z.string(), z.object({ at: z.number(), elements: z.number().optional() })),
});

/** The event that a measurement begins with; `now` begins when it is armed. */
export type Beginning = 'keydown' | 'mousedown' | 'now';

/** Words in the transcript of the chat in front. */
export function inTranscript(text: string, id = text): Wish {
  return { id, text, where: 'page', within: '[data-part="transcript"]' };
}

/** A probe of one window. `install` its source in the browser profile before the window opens. */
export class Probe {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Puts the probe into every frame that this profile opens from now on. */
  static async install(context: BrowserContext): Promise<void> {
    await context.addInitScript(probeSource);
  }

  /**
   * Does something and times each wish from the first event of that kind. Resolves when `enough` of them (all, if not given) are on screen, in the
   * order in which they came; rejects after `limit` milliseconds, naming what did not come.
   */
  async time(
    wishes: readonly Wish[],
    beginning: Beginning,
    act: () => Promise<unknown>,
    { limit = 30_000, enough = wishes.length }: { readonly limit?: number; readonly enough?: number } = {},
  ): Promise<readonly Seen[]> {
    const armed = beginning === 'now' ? null : beginning;
    await this.#page.evaluate(
      `(([wishes, armed]) => Object.assign(window.__bench, { wishes, seen: {}, armed, startedAt: armed === null ? performance.timeOrigin + performance.now() : undefined }))(${JSON.stringify([wishes, armed])})`,
    );
    await act();
    const end = Date.now() + limit;
    for (;;) {
      const { startedAt, seen } = Answer.parse(
        await this.#page.evaluate('({ startedAt: window.__bench.startedAt, seen: window.__bench.seen })'),
      );
      const there = Object.entries(seen).filter(([, { at }]) => at > 0);
      if (there.length >= enough && startedAt !== undefined) {
        await this.#page.evaluate('void (window.__bench.wishes = [])');
        return there
          .map(([id, { at, elements = 0 }]) => ({ id, milliseconds: at - startedAt, elements }))
          .toSorted((a, b) => a.milliseconds - b.milliseconds);
      }
      if (Date.now() > end) {
        const picture = join(outFolder, 'bench', 'not-on-screen.png');
        await this.#page.screenshot({ path: picture }).catch(() => undefined);
        const missing = wishes.filter(({ id }) => !there.some(([known]) => known === id)).map(({ text }) => text);
        throw new Error(
          `Not on screen after ${String(limit / 1000)} s: ${startedAt === undefined ? `the ${beginning} itself` : missing.join(', ')}; see ${picture}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Times one wish. */
  async one(wish: Wish, beginning: Beginning, act: () => Promise<unknown>, limit?: number): Promise<Seen> {
    const [seen] = await this.time([wish], beginning, act, limit === undefined ? {} : { limit });
    if (seen === undefined) throw new Error('Nothing was waited for.');
    return seen;
  }

  /** Collects the milliseconds between each key and its paint while something is done. */
  async keys(act: () => Promise<unknown>): Promise<readonly number[]> {
    return this.#collect('keys', act);
  }

  /** Collects the milliseconds between each time stamp in the streamed text and its paint while something is done. */
  async stamps(act: () => Promise<unknown>): Promise<readonly number[]> {
    return this.#collect('stamps', act);
  }

  async #collect(what: 'keys' | 'stamps', act: () => Promise<unknown>): Promise<readonly number[]> {
    await this.#page.evaluate(
      `void (window.__bench.${what} = [], window.__bench.collectSince = performance.timeOrigin + performance.now())`,
    );
    await act();
    const values = z.array(z.number()).parse(await this.#page.evaluate(`window.__bench.${what}`));
    await this.#page.evaluate(`void (window.__bench.${what} = undefined)`);
    return values;
  }
}

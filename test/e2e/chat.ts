/** A chat panel as a person sees it: the page of the visible session. */
import type { FrameLocator, Locator } from 'playwright-core';
import type { WorkbenchWindow } from './window.ts';

/** What can be seen and done in the chat that is in front. */
export class Chat {
  readonly page: FrameLocator;
  readonly #window: WorkbenchWindow;

  constructor(window: WorkbenchWindow) {
    this.#window = window;
    this.page = window.chatFrame();
  }

  get composer(): Locator {
    return this.page
      .getByRole('textbox', { name: 'Message' })
      .or(this.page.getByRole('combobox', { name: 'Message' }))
      .first();
  }

  get card(): Locator {
    return this.page.locator('[data-part="permission-card"]');
  }

  /** The transcript that is drawn, without the header and the composer. */
  get transcript(): Locator {
    return this.page.locator('[role="feed"]');
  }

  /** The word for the session's state in the header. */
  status(word: string): Locator {
    return this.page.locator('.header .status-word', { hasText: word });
  }

  /** The header's word once nothing runs any more: read or unread, with its agent or without. */
  get atRest(): Locator {
    return this.page.locator('.header .status-word', { hasText: /^(Finished|Idle|Hibernating)/ });
  }

  /** Types a message and sends it with Enter. */
  async send(text: string): Promise<void> {
    await this.composer.click();
    await this.composer.fill(text);
    await this.#window.page.keyboard.press('Enter');
  }

  /** Answers the question that waits with one of the agent's own labels. */
  async answer(label: string): Promise<void> {
    const button = this.card.getByRole('button', { name: label, exact: true });
    await button.waitFor();
    await button.and(this.page.locator(':enabled')).click();
  }

  /** Text somewhere in the transcript. */
  text(text: string | RegExp): Locator {
    return this.transcript.getByText(text).first();
  }

  /**
   * What the last tool call has printed once that matches. The header says that a turn has ended some frames before the transcript has drawn
   * all of it, the more so on a busy machine.
   */
  async outputWith(pattern: RegExp): Promise<string> {
    for (let round = 0; ; round++) {
      const output = await this.lastOutput();
      if (pattern.test(output)) return output;
      if (round === 100) throw new Error(`The output does not come to ${String(pattern)}: ${output}`);
      await this.#window.page.waitForTimeout(100);
    }
  }

  /** What the last tool call has printed, as it is drawn; the call is opened if it is closed. */
  async lastOutput(): Promise<string> {
    const head = this.page.locator('.tool-head').last();
    if ((await head.getAttribute('aria-expanded')) !== 'true') await head.click();
    return this.page.locator('.tool-body').last().innerText();
  }
}

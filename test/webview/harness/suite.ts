import { Bench } from './chatPage.ts';
import type { ChatPage, OpenOptions } from './chatPage.ts';
import type { SessionState } from '../../../src/model/session.ts';

/** Gives a suite one browser, and closes after each test what it opened. Call inside `describe`. */
export function useChat(): (state: SessionState, options?: OpenOptions) => Promise<ChatPage> {
  let bench: Bench | undefined;
  const open: ChatPage[] = [];
  before(async function () {
    this.timeout(300_000);
    bench = await Bench.open();
  });
  afterEach(async () => {
    for (const chat of open.splice(0)) await chat.close();
  });
  after(() => bench?.close());
  return async (state, options) => {
    if (bench === undefined) throw new Error('The browser is not there yet.');
    const chat = await bench.page(state, options);
    open.push(chat);
    return chat;
  };
}

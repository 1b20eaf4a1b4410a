import { Bench } from './bench.ts';
import type { ChatPage, OpenOptions } from './chatPage.ts';
import type { SessionState } from '../../../src/model/session.ts';

/** The bench of this process: a browser takes seconds of a processor until it is warm, so all suites share one. */
let shared: Promise<Bench> | undefined;

// In a run of one process this closes it after the last suite. Where mocha runs files in workers, each has hooks of its own, which would
// close it after the first file; there it ends with its worker, which takes its browser along.
if (process.env['MOCHA_WORKER_ID'] === undefined) {
  after(async () => {
    await (await shared)?.close();
  });
}

/** Gives a suite the browser, and closes after each test what it opened. Call inside `describe`. */
export function useChat(): (state: SessionState, options?: OpenOptions) => Promise<ChatPage> {
  let bench: Bench | undefined;
  const open: ChatPage[] = [];
  before(async function () {
    this.timeout(300_000);
    shared ??= Bench.open();
    bench = await shared;
  });
  afterEach(async function () {
    for (const chat of open.splice(0)) await chat.close();
    if (this.currentTest?.state === 'failed') await bench?.renew();
  });
  return async (state, options) => {
    if (bench === undefined) throw new Error('The browser is not there yet.');
    const chat = await bench.page(state, options);
    open.push(chat);
    return chat;
  };
}

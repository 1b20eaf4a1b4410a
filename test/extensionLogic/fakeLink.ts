import { Emitter } from '../../src/base/event.ts';
import type { LinkState } from '../../src/client/hostLink.ts';
import type { SessionLink } from '../../src/extension/sessions/sessionStore.ts';

/** A link whose host is the test: it answers with what `answers` says and is told what to say. */
export interface FakeLink {
  readonly link: SessionLink;
  readonly asked: { readonly method: string; readonly params: unknown }[];
  say(method: string, params: unknown): void;
  become(state: LinkState['state']): void;
}

/** Makes a link in the state `connected`. An answer is a value, or a promise that the test settles. */
export function fakeLink(answers: (method: string, params: never) => unknown): FakeLink {
  const asked: { method: string; params: unknown }[] = [];
  const changed = new Emitter<LinkState>();
  const notified = new Emitter<{ method: string; params: unknown }>();
  let state: LinkState = { state: 'connected' };
  const call = (method: string, params: unknown): Promise<unknown> => {
    asked.push({ method, params });
    return new Promise((resolve) => resolve(answers(method, params as never)));
  };
  const link = {
    get state() {
      return state;
    },
    onStateChanged: changed.event,
    call,
    on: (method: string, listener: (params: never) => void) =>
      notified.event((news) => news.method === method && listener(news.params as never)),
  };
  return {
    link: link as unknown as SessionLink,
    asked,
    say: (method, params) => notified.fire({ method, params }),
    become(next) {
      state = { state: next };
      changed.fire(state);
    },
  };
}

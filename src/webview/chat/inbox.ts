import type { Immutable } from '../../base/immutable.ts';
import type { SessionEvent } from '../../model/events.ts';
import { reduce } from '../../model/reduce.ts';
import { isQuestion } from '../../model/reduceEntries.ts';
import type { SessionState } from '../../model/session.ts';
import { windowOf } from '../../model/window.ts';
import type { Connection } from '../../protocol/panel.ts';
import { oncePerFrame } from '../page/frame.ts';
import type { PanelHandlers } from '../page/link.ts';
import type { Page } from '../page/page.ts';
import { openFind, replaceSession } from '../page/page.ts';
import { t } from '../page/words.ts';

/** The page keeps at most about so many entries while it is read at the end; earlier ones are fetched again when they are wanted. */
const mostEntries = 3000;
const entriesAfterTrim = 1000;

/** What the extension's notifications do to the page. Events are gathered and shown once a frame. */
export function inbox(page: Page): PanelHandlers {
  let arrived: Immutable<SessionEvent>[] = [];
  const show = oncePerFrame(() => {
    const events = arrived;
    arrived = [];
    const before = page.session.value;
    const after = trimmed(events.reduce(reduce, before), page.transcript.current?.isAtEnd() ?? true);
    page.session.value = after;
    announce(page, before, events);
  });
  return {
    'panel/settings': (settings) => {
      page.settings.value = settings;
    },
    'panel/checkpoint': ({ state }) => {
      arrived = [];
      replaceSession(page, state);
    },
    'panel/events': ({ events }) => {
      arrived.push(...events);
      show();
    },
    'panel/connection': (connection) => changeConnection(page, connection),
    'panel/children': (children) => {
      page.children.value = children;
    },
    'panel/heartbeat': () => undefined,
    'panel/insert': ({ text, mention }) => page.composer.current?.insert(text, mention),
    'panel/reveal': ({ turn, entry, text }) => {
      const place = { turn, ...(entry === undefined ? {} : { id: entry }), ...(text === undefined ? {} : { text }) };
      void page.attempt(page.transcript.current?.reveal(place) ?? Promise.resolve());
    },
    'panel/focus': ({ target, entry }) => {
      if (target === 'question') page.asked.value = entry === undefined ? undefined : { entry };
      else if (target === 'composer') page.composer.current?.focus();
      else openFind(page);
    },
  };
}

function changeConnection(page: Page, connection: Immutable<Connection>): void {
  const was = page.connection.value.state;
  page.connection.value = connection;
  if (connection.state !== 'connected' && connection.state !== 'connecting' && was !== connection.state) {
    page.link.abandon();
    page.announcer.say(connection.text ?? t('The connection to the session was lost.'));
  }
}

function trimmed(state: SessionState, isAtEnd: boolean): SessionState {
  if (!isAtEnd) return state;
  const entries = state.turns.reduce((sum, turn) => sum + turn.entries.length + 1, 0);
  return entries > mostEntries ? windowOf(state, entriesAfterTrim) : state;
}

/** Only what a person must know at once is said: a question, and the end of a turn. */
function announce(page: Page, before: SessionState, events: readonly SessionEvent[]): void {
  for (const { fact } of events) {
    if (fact.type === 'entry.added' && isQuestion(fact.added)) page.announcer.say(t('Waiting for you: {0}', fact.added.title));
    if (fact.type !== 'turn.ended' || !before.turns.concat(page.session.value.turns).some((turn) => turn.id === fact.turn)) continue;
    if (fact.reason === 'finished') page.announcer.say(t('The answer is complete.'));
    else if (fact.reason === 'cancelled') page.announcer.say(t('Stopped.'));
    else page.announcer.say(fact.error ?? t('The turn ended early.'));
  }
}

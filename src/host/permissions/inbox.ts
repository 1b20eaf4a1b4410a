import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Entry, PermissionEntry } from '../../model/entries.ts';
import type { FactType, SessionEvent } from '../../model/events.ts';
import type { SessionState } from '../../model/session.ts';
import type { PendingApproval } from '../../protocol/approvalRequests.ts';
import type { InboxItem } from '../../protocol/inboxRequests.ts';

export interface InboxOptions {
  /** The states of the sessions that are loaded: one that waits for a person has a turn that runs, so it is among them. */
  readonly states: () => Iterable<SessionState>;
  readonly approvals: () => readonly PendingApproval[];
}

/** Facts that can change what waits. */
const concerned: ReadonlySet<FactType> = new Set<FactType>([
  ...(['entry.added', 'permission.answered', 'question.answered', 'turn.ended', 'turn.sealed', 'session.renamed'] as const),
]);
/** Milliseconds for which changes are gathered. */
const gatherMs = 30;
const longestDetail = 1000;

/** What waits for a person in all sessions of a host; derived from their states, stored nowhere. */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #changed = new Emitter<readonly InboxItem[]>();
  #told = '[]';
  #gathering: NodeJS.Timeout | undefined;

  /** What waits is something else than before. */
  readonly onChanged: Event<readonly InboxItem[]> = this.#changed.event;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** All that waits, the oldest first. */
  get items(): readonly InboxItem[] {
    const items = [...[...this.#options.states()].flatMap(itemsOf), ...this.#options.approvals().map(itemOfApproval)];
    return items.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  /** Something was recorded in a session. */
  note(events: readonly SessionEvent[]): void {
    if (events.some(({ fact }) => concerned.has(fact.type))) this.look();
  }

  /** Looks again soon, and tells when something else waits than before. */
  look(): void {
    this.#gathering ??= setTimeout(() => this.#tell(), gatherMs);
  }

  dispose(): void {
    clearTimeout(this.#gathering);
    this.#changed.dispose();
  }

  #tell(): void {
    this.#gathering = undefined;
    const { items } = this;
    const now = JSON.stringify(items);
    if (now === this.#told) return;
    this.#told = now;
    this.#changed.fire(items);
  }
}

/** What waits in one session, in the order in which it was asked. */
export function itemsOf(state: SessionState): readonly InboxItem[] {
  if (state.counts.waiting === 0) return [];
  return (state.turns.at(-1)?.entries ?? []).flatMap((entry) => itemOf(state, entry));
}

function itemOf({ id: sessionId, title: sessionTitle }: SessionState, entry: Entry): readonly InboxItem[] {
  const common = { id: `${sessionId}/${entry.id}`, at: entry.at, sessionId, sessionTitle, entry: entry.id };
  if (entry.kind === 'question' && entry.answer === undefined)
    return [{ ...common, kind: 'question', title: entry.title, detail: (entry.description ?? '').slice(0, longestDetail).toWellFormed() }];
  if (entry.kind !== 'permission' || entry.answer !== undefined) return [];
  const { title, toolKind, options, reasons = [], outside = [], offers = [] } = entry;
  return [
    {
      ...common,
      kind: 'permission',
      title,
      detail: detailOf(entry),
      toolKind,
      options: [...options],
      reasons: [...reasons.map(({ text, part }) => (part === undefined ? text : `${text} ${part}`)), ...outside],
      offers: offers.map((offer) => [...offer]),
    },
  ];
}

function detailOf({ command, locations, content }: PermissionEntry): string {
  const paths = [...locations.map(({ path }) => path), ...content.flatMap((part) => (part.type === 'diff' ? [part.diff.path] : []))];
  return (command ?? [...new Set(paths)].join('\n')).slice(0, longestDetail).toWellFormed();
}

function itemOfApproval(approval: PendingApproval): InboxItem {
  const { id, at, title, detail } = approval;
  return { id: `approval/${id}`, at, kind: 'approval', title, detail: detail.slice(0, longestDetail).toWellFormed(), approval };
}

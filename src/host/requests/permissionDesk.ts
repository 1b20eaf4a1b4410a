import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { idFromBytes } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { SessionEvent } from '../../model/events.ts';
import type { InboxItem } from '../../protocol/inboxRequests.ts';
import type { Client } from '../clients.ts';
import type { LiveSession } from '../live/liveSessions.ts';
import type { Session } from '../session/session.ts';
import type { Settings } from '../sessionHost.ts';
import { Approvals } from '../permissions/approvals.ts';
import type { RedactTexts } from '../permissions/audit.ts';
import { Audit } from '../permissions/audit.ts';
import { Inbox } from '../permissions/inbox.ts';
import { RuleBook } from '../permissions/ruleBook.ts';
import { SessionPermissions } from '../permissions/sessionPermissions.ts';

export interface PermissionDeskOptions {
  readonly dataFolder: string;
  /** The public key of the window that started the host. */
  readonly approver: string | undefined;
  /** The sessions that are loaded. */
  readonly live: () => readonly LiveSession[];
  readonly redact: RedactTexts;
  /** Tells all clients what waits for a person now. */
  readonly tell: (items: readonly InboxItem[]) => void;
  readonly now: () => string;
  readonly log: Log;
}

/** All that a host knows of permissions, put together: rules, approvals, what waits, and the record of decisions. */
export class PermissionDesk {
  readonly approvals: Approvals;
  readonly book = new RuleBook();
  readonly inbox: Inbox;
  readonly #audit: Audit;
  /** A window that may approve has said its settings. */
  #isConfigured = false;
  readonly #options: PermissionDeskOptions;

  constructor(options: PermissionDeskOptions) {
    this.#options = options;
    const { dataFolder, approver: rootKey, live, redact, tell, now, log } = options;
    const newId = (): string => idFromBytes(randomBytes(12));
    this.approvals = new Approvals({ file: join(dataFolder, 'approvals.jsonl'), dataFolder, rootKey, newId, now, log });
    this.#audit = new Audit({ file: join(dataFolder, 'logs', 'audit.jsonl'), redact, log });
    this.inbox = new Inbox({ states: () => live().map(({ session }) => session.state), approvals: () => this.approvals.pending });
    this.approvals.onDecided((decided) => this.#audit.approval(decided));
    this.approvals.onChanged(() => this.inbox.look());
    this.inbox.onChanged(tell);
    this.book.onChanged(() => {
      for (const each of live()) void reconsider(each);
    });
  }

  /** Whether a client has shown that a person lets it approve. */
  readonly mayApprove = (client: Pick<Client, 'key'>): boolean => this.approvals.mayApprove(client);

  /**
   * What the host takes of the settings that a client says. Whoever can only read the endpoint file must not write the rules and limits by which it is
   * judged, nor name programs to be started where a window has named them; undefined where nothing is taken.
   */
  settingsOf(client: Client, settings: Settings): Settings | undefined {
    if (this.mayApprove(client)) {
      this.#isConfigured = true;
      this.book.set(settings.permissions ?? []);
      return settings;
    }
    if (this.#isConfigured) return undefined;
    const { permissions: _permissions, limits: _limits, mcpServers: _servers, ...others } = settings;
    return others;
  }

  /** What one session's agent may do without a person. */
  of(session: Session): SessionPermissions {
    const { now, log } = this.#options;
    return new SessionPermissions({ session, book: this.book, shell: process.platform === 'win32' ? 'other' : 'posix', now, log });
  }

  /** Hears all that is recorded. */
  readonly recorded = (session: Session, events: readonly SessionEvent[]): void => {
    this.#audit.note(session, events);
    this.inbox.note(events);
  };

  /** Answers what waits for an approval with no, and resolves when the record of decisions is written. */
  async close(): Promise<void> {
    this.approvals.close();
    this.inbox.dispose();
    await this.#audit.close();
  }
}

/** Puts all that waits in a session to the rules again. */
export function reconsider({ permissions, agent }: Pick<LiveSession, 'permissions' | 'agent'>): Promise<void> {
  return permissions.reconsider((entry, answer) => agent.answer(entry, answer));
}

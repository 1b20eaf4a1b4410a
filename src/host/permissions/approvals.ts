import { LoomError, messageOf } from '../../base/errors.ts';
import type { Event } from '../../base/event.ts';
import { Emitter } from '../../base/event.ts';
import type { Log } from '../../base/log.ts';
import type { DecidedApproval, PendingApproval } from '../../protocol/approvalRequests.ts';
import type { ApprovalSubject, Verdict } from '../../protocol/capability.ts';
import type { Client } from '../clients.ts';
import type { SignedApproval } from './approvalFile.ts';
import { appendApproval, countedApprovals, isGenuine, readApprovals, subjectKey, windowKind } from './approvalFile.ts';

/** What is asked: may this, with just this content, be used? Title and detail are shown as plain text. */
export interface ApprovalRequest extends ApprovalSubject {
  readonly title: string;
  readonly detail: string;
  /** The session for which it is asked, where there is one. */
  readonly sessionId?: string;
}

export interface ApprovalsOptions {
  /** Absolute path of the file of decisions, in the data folder. */
  readonly file: string;
  readonly dataFolder: string;
  /** The public key of the window that started the host; without one nobody can approve. */
  readonly rootKey: string | undefined;
  readonly newId: () => string;
  readonly now: () => string;
  readonly log: Log;
}

interface Waiting {
  readonly pending: PendingApproval;
  readonly answers: ((approved: boolean) => void)[];
}

/** A decision as a window sends it. */
export interface SignedVerdict {
  readonly verdict: Verdict;
  readonly at: string;
  readonly signature: string;
}

const longestTitle = 300;
const longestDetail = 20_000;

/**
 * Approvals that are bound to content: a file from the repository that is to be run or obeyed, another editor that wants to approve. Each decision
 * is signed by the window in which it was made, so a program that can write the file can forge none; it can remove lines, and then it is asked again.
 */
export class Approvals {
  readonly #options: ApprovalsOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #changed = new Emitter<undefined>();
  readonly #made = new Emitter<DecidedApproval>();
  #genuine: readonly SignedApproval[];
  #keys: ReadonlySet<string> = new Set();
  #decided: ReadonlyMap<string, SignedApproval> = new Map();

  /** Something waits, or no longer does, or a decision was made. */
  readonly onChanged: Event<undefined> = this.#changed.event;

  /** A person has decided, or taken a decision back. */
  readonly onDecided: Event<DecidedApproval> = this.#made.event;

  constructor(options: ApprovalsOptions) {
    this.#options = options;
    this.#genuine = readApprovals(options.file).filter((each) => isGenuine(options.dataFolder, each));
    this.#count();
  }

  /** What waits, oldest first. */
  get pending(): readonly PendingApproval[] {
    return [...this.#waiting.values()].map(({ pending }) => pending);
  }

  /** The decisions that count; what was withdrawn is not among them. */
  get decided(): readonly DecidedApproval[] {
    return [...this.#decided.values()]
      .filter(({ verdict }) => verdict !== 'withdrawn')
      .map(({ key: _key, signature: _signature, ...decided }) => decided);
  }

  /** Whether a client has shown that a person lets it approve. */
  mayApprove(client: Pick<Client, 'key'>): boolean {
    return client.key !== undefined && this.#keys.has(client.key);
  }

  /** Whether a person has approved just this content. */
  isApproved(kind: string, subject: string, sha256: string): boolean {
    return this.#decided.get(subjectKey({ kind, subject, sha256 }))?.verdict === 'approved';
  }

  /**
   * Resolves with what a person decides; at once where it was decided before. False also when the host leaves or `signal` aborts. Whoever asks
   * for the same meanwhile waits for the same answer.
   */
  ask(request: ApprovalRequest, signal?: AbortSignal): Promise<boolean> {
    const key = subjectKey(request);
    const verdict = this.#decided.get(key)?.verdict;
    // An editor that was refused by mistake can ask again; all else would be asked with each session.
    if (verdict === 'approved' || (verdict === 'refused' && request.kind !== windowKind)) return Promise.resolve(verdict === 'approved');
    if (signal?.aborted === true) return Promise.resolve(false);
    const waiting = this.#waiting.get(key) ?? this.#add(key, request);
    return new Promise((resolve) => {
      waiting.answers.push(resolve);
      signal?.addEventListener('abort', () => this.#leave(key, waiting, resolve), { once: true });
    });
  }

  /** Takes the decision of a window on what waits. Rejects what the window has not signed with its own key. */
  decide(id: string, signed: SignedVerdict, client: Client): void {
    const [key, waiting] = [...this.#waiting].find(([, { pending }]) => pending.id === id) ?? [];
    if (key === undefined || waiting === undefined)
      throw new LoomError('conflict', 'This no longer waits: it was decided in another window.');
    if (signed.verdict === 'withdrawn') throw new LoomError('invalid-input', 'What waits is approved or refused.');
    const { kind, subject, sha256, title } = waiting.pending;
    this.#take({ kind, subject, sha256, title }, signed, client);
    this.#waiting.delete(key);
    for (const answer of waiting.answers) answer(signed.verdict === 'approved');
    this.#changed.fire(undefined);
  }

  /** Takes a decision back, so that it is asked again. */
  withdraw(of: ApprovalSubject, signed: SignedVerdict, client: Client): void {
    const known = this.#decided.get(subjectKey(of));
    if (known === undefined || known.verdict === 'withdrawn') throw new LoomError('not-found', 'Nothing was decided about this.');
    if (signed.verdict !== 'withdrawn') throw new LoomError('invalid-input', 'A decision can only be withdrawn here.');
    this.#take({ kind: of.kind, subject: of.subject, sha256: of.sha256, title: known.title }, signed, client);
    this.#changed.fire(undefined);
  }

  /** Nobody will decide any more: all that waits is answered with no. */
  close(): void {
    for (const { answers } of this.#waiting.values()) for (const answer of answers) answer(false);
    this.#waiting.clear();
    this.#changed.dispose();
  }

  #add(key: string, { kind, subject, sha256, title, detail, sessionId }: ApprovalRequest): Waiting {
    const { newId, now } = this.#options;
    const pending: PendingApproval = {
      id: newId(),
      kind,
      subject,
      sha256,
      title: title.slice(0, longestTitle).toWellFormed(),
      detail: detail.slice(0, longestDetail).toWellFormed(),
      ...(sessionId === undefined ? {} : { sessionId }),
      at: now(),
    };
    const waiting: Waiting = { pending, answers: [] };
    this.#waiting.set(key, waiting);
    this.#changed.fire(undefined);
    return waiting;
  }

  #leave(key: string, waiting: Waiting, answer: (approved: boolean) => void): void {
    const place = waiting.answers.indexOf(answer);
    if (place === -1) return;
    waiting.answers.splice(place, 1);
    answer(false);
    if (waiting.answers.length > 0 || this.#waiting.get(key) !== waiting) return;
    this.#waiting.delete(key);
    this.#changed.fire(undefined);
  }

  #take(of: ApprovalSubject & { readonly title: string }, { verdict, at, signature }: SignedVerdict, client: Client): void {
    const { dataFolder, file, log } = this.#options;
    const approval: SignedApproval = { ...of, verdict, at, by: client.name, key: client.key ?? '', signature };
    if (!this.mayApprove(client) || !isGenuine(dataFolder, approval))
      throw new LoomError('not-allowed', 'This decision is not signed by a window that may approve. Nothing was changed.');
    try {
      appendApproval(file, approval);
    } catch (error) {
      // It counts until the host ends, and is asked again after that.
      log.warn('A decision could not be written down.', { error: messageOf(error) });
    }
    this.#genuine = [...this.#genuine, approval];
    this.#count();
    this.#made.fire(approval);
  }

  #count(): void {
    const { keys, decided } = countedApprovals(this.#genuine, this.#options.rootKey);
    this.#keys = keys;
    this.#decided = decided;
  }
}

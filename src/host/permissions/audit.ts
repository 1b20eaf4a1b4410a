import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { PermissionEntry } from '../../model/entries.ts';
import type { SessionEvent } from '../../model/events.ts';
import { ruleText } from '../../model/ruleText.ts';
import type { DecidedApproval } from '../../protocol/approvalRequests.ts';
import type { Session } from '../session/session.ts';

/** Takes the values of secrets out of texts; the order stays. */
export type RedactTexts = (texts: readonly string[]) => Promise<{ readonly texts: readonly string[] }>;

export interface AuditOptions {
  /** Absolute path of the file, one line of JSON for each decision. */
  readonly file: string;
  readonly redact: RedactTexts;
  readonly log: Log;
  /** Bytes after which the file is put aside; one older file is kept. */
  readonly largest?: number;
}

/** A line: when, where, what was asked, how it was decided and by whom. */
type Line = Readonly<Record<string, string | readonly string[] | undefined>>;

const largestAudit = 4 * 1024 * 1024;
const longestText = 2000;

/**
 * The record of decisions, beside the journals: who allowed or refused what, and when. Written in order; the values of secrets are taken out of it
 * before. It tells, and guards nothing: whoever runs as the user can write the file.
 */
export class Audit {
  readonly #options: AuditOptions;
  #written: Promise<void> = Promise.resolve();

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** Takes what was recorded in a session: answers, questions that ended without one, and rules. */
  note(session: Pick<Session, 'id' | 'state'>, events: readonly SessionEvent[]): void {
    for (const { fact, at } of events) {
      if (fact.type === 'permission.answered' || fact.type === 'turn.ended') {
        const entries = session.state.turns.findLast(({ id }) => id === fact.turn)?.entries ?? [];
        for (const entry of entries) {
          if (entry.kind !== 'permission' || entry.answer === undefined) continue;
          const isMeant =
            fact.type === 'permission.answered' ? entry.id === fact.entry : entry.answer.outcome === 'cancelled' && entry.answer.at === at;
          if (isMeant) this.#write(lineOf(session.id, entry, at));
        }
      } else if (fact.type === 'rules.changed') {
        this.#write({
          at,
          type: 'rules',
          session: session.id,
          rules: fact.rules.map(({ rule, by }) => `${rule.decision} ${ruleText(rule)} (${by})`),
        });
      }
    }
  }

  /** Takes a decision about content. */
  approval({ at, kind, subject, sha256, verdict, by }: DecidedApproval): void {
    this.#write({ at, type: 'approval', kind, subject, sha256, decision: verdict, by });
  }

  /** Resolves when all that was noted is in the file, or could not be written. */
  close(): Promise<void> {
    return this.#written;
  }

  #write(line: Line): void {
    this.#written = this.#written
      .then(() => this.#append(line))
      .catch((error: unknown) => this.#options.log.warn('The audit took no line.', { error: messageOf(error) }));
  }

  async #append(line: Line): Promise<void> {
    const { file, redact } = this.#options;
    const names = Object.keys(line);
    const values = Object.values(line).map((value) =>
      (Array.isArray(value) ? value.join('\n') : String(value ?? '')).slice(0, longestText).toWellFormed(),
    );
    const { texts } = await redact(values);
    const shown = names.flatMap((name, place) => (line[name] === undefined ? [] : [[name, texts[place] ?? '']]));
    this.#rotate();
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${JSON.stringify(Object.fromEntries(shown))}\n`, { mode: 0o600 });
  }

  #rotate(): void {
    const { file, largest = largestAudit } = this.#options;
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < largest) return;
    rmSync(`${file}.1`, { force: true });
    renameSync(file, `${file}.1`);
  }
}

function lineOf(session: string, { title, toolKind, command, locations, answer }: PermissionEntry, at: string): Line {
  const decision = answer?.outcome === 'cancelled' ? 'withdrawn' : (answer?.role ?? 'other');
  return {
    at,
    type: 'permission',
    session,
    kind: toolKind,
    title,
    command,
    files: locations.length === 0 ? undefined : locations.map(({ path }) => path),
    decision: answer?.outcome === 'cancelled' && answer.rule !== undefined ? 'refused' : decision,
    label: answer?.label,
    by: answer?.rule === undefined ? answer?.by : `rule of the ${answer.rule.origin}: ${answer.rule.text}`,
  };
}

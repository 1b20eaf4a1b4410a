import { randomBytes } from 'node:crypto';
import { LoomError, messageOf } from '../../base/errors.ts';
import { idFromBytes } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { PermissionAnswer, PermissionEntry } from '../../model/entries.ts';
import type { PermissionRule, SessionRule } from '../../model/permissionRules.ts';
import { isSameRule, ruleText } from '../../model/ruleText.ts';
import type { AgentDeed } from '../agents/agentPort.ts';
import type { Session } from '../session/session.ts';
import type { Asked, Shell } from './asked.ts';
import { readAsked } from './asked.ts';
import { quoted } from './commandPattern.ts';
import type { Decision, OwnedRule } from './decide.ts';
import { decide } from './decide.ts';
import { offersFor } from './offers.ts';
import type { RuleBook } from './ruleBook.ts';

/** What the rules say to a question: the answer where they give one, and what its card shows. */
export interface Decided {
  readonly answer: PermissionAnswer | undefined;
  readonly shown: Pick<PermissionEntry, 'reasons' | 'outside' | 'offers'>;
}

export interface SessionPermissionsOptions {
  readonly session: Session;
  readonly book: RuleBook;
  readonly shell: Shell;
  readonly now: () => string;
  readonly log: Log;
}

/** Rules that one session can have; who needs more writes them into the settings. */
const mostRules = 200;

/** Answers a question that waits. Rejects with `conflict` where nobody waits for it any more. */
export type AnswerQuestion = (entry: string, answer: PermissionAnswer) => Promise<void>;

/** What one session's agent may do without a person: its rules, and what they say to its questions. */
export class SessionPermissions {
  readonly #options: SessionPermissionsOptions;

  constructor(options: SessionPermissionsOptions) {
    this.#options = options;
  }

  /** The rules that were made for this session. */
  get rules(): readonly SessionRule[] {
    return this.#options.session.state.rules ?? [];
  }

  /** Says to a question what the rules say. Where something goes wrong a person is asked. */
  async decide(question: PermissionEntry): Promise<Decided> {
    const { session, book, now, log } = this.#options;
    try {
      const asked = await this.#read(question);
      const rules = book.of(session.state);
      const decision = decide(asked, rules);
      return { answer: answerOf(decision, question, now()), shown: shownOf(decision, asked, rules) };
    } catch (error) {
      log.warn('The permission rules could not be asked.', { session: session.id, error: messageOf(error) });
      return { answer: undefined, shown: { reasons: [{ text: 'The permission rules could not be asked. The log says why.' }] } };
    }
  }

  /**
   * Why a rule forbids what the agent has the host do, of which it may have asked nobody; undefined where none does. Rules that ask have no say
   * here: an agent that asks does so before.
   */
  async refusal({ kind, words, paths }: AgentDeed): Promise<string | undefined> {
    const { session, book, shell } = this.#options;
    const command = words === undefined || words.length === 1 ? words?.[0] : words.map(quoted).join(' ');
    const decision = decide(await readAsked({ kind, command, paths }, session.state.cwd, shell), book.of(session.state));
    if (decision.outcome !== 'deny') return undefined;
    return `A permission rule of the user denies this: ${decision.rules.map(({ rule }) => ruleText(rule)).join(', ')}.`;
  }

  /** Adds rules for this session, and takes others away by their ids. */
  change(add: readonly PermissionRule[], remove: readonly string[], by: string): readonly SessionRule[] {
    const { session, now } = this.#options;
    const kept = this.rules.filter(({ id }) => !remove.includes(id));
    const added = add.filter(
      (rule, place) => ![...kept.map((each) => each.rule), ...add.slice(0, place)].some((each) => isSameRule(each, rule)),
    );
    const rules = [...kept, ...added.map((rule): SessionRule => ({ id: idFromBytes(randomBytes(8)), rule, by, at: now() }))];
    if (rules.length > mostRules)
      throw new LoomError(
        'invalid-input',
        `A session has at most ${mostRules} rules. Write wider ones into the setting "sessionLoom.permissions".`,
      );
    if (added.length > 0 || kept.length < this.rules.length) session.record({ type: 'rules.changed', rules });
    return rules;
  }

  /** Asks the rules again about all that waits, in the order in which it was asked, and answers what they answer. */
  async reconsider(answer: AnswerQuestion): Promise<void> {
    const { session, log } = this.#options;
    for (const question of waitingQuestions(session)) {
      const decided = await this.decide(question);
      if (decided.answer === undefined) continue;
      await answer(question.id, decided.answer).catch((error: unknown) =>
        // A person or a cancel was faster.
        log.debug('A question no longer waits.', { session: session.id, error: messageOf(error) }),
      );
    }
  }

  #read({ toolKind, command, content, locations }: PermissionEntry): Promise<Asked> {
    const { session, shell } = this.#options;
    const diffs = content.flatMap((part) => (part.type === 'diff' ? [part.diff.path] : []));
    const paths = [...new Set([...locations.map(({ path }) => path), ...diffs])];
    return readAsked({ kind: toolKind, command, paths }, session.state.cwd, shell);
  }
}

/** The questions of a session that wait for an answer, the oldest first. */
export function waitingQuestions(session: Pick<Session, 'state'>): readonly PermissionEntry[] {
  const { turns, counts } = session.state;
  if (counts.waiting === 0) return [];
  return (turns.at(-1)?.entries ?? []).flatMap((entry) => (entry.kind === 'permission' && entry.answer === undefined ? [entry] : []));
}

/** A rule only ever gives an answer for this once: "always" is the agent's own, and a person's to give. */
function answerOf(decision: Decision, { options }: PermissionEntry, at: string): PermissionAnswer | undefined {
  if (decision.outcome === 'ask') return undefined;
  const option = options.find(({ role }) => role === (decision.outcome === 'allow' ? 'allow-once' : 'reject-once'));
  const { origin } = decision.rules[0] ?? { origin: 'user' };
  const rule = {
    text: decision.rules
      .map((each) => ruleText(each.rule))
      .join(', ')
      .slice(0, 500)
      .toWellFormed(),
    origin,
  };
  if (option !== undefined) return { outcome: 'chosen', optionId: option.id, label: option.label, role: option.role, by: 'host', rule, at };
  return decision.outcome === 'allow' ? undefined : { outcome: 'cancelled', label: 'Refused by a rule', by: 'host', rule, at };
}

function shownOf(decision: Decision, asked: Asked, rules: readonly OwnedRule[]): Decided['shown'] {
  if (decision.outcome !== 'ask') return {};
  const asking = decision.rules.map(({ rule }) => ({ text: 'A rule says that you are asked about this.', part: ruleText(rule) }));
  const reasons = [...asking, ...decision.reasons].slice(0, 10);
  const outside = decision.outside.slice(0, 20);
  const offers = reasons.length + outside.length > 0 ? [] : offersFor(asked, rules);
  return {
    ...(reasons.length === 0 ? {} : { reasons }),
    ...(outside.length === 0 ? {} : { outside }),
    ...(offers.length === 0 ? {} : { offers: offers.map((offer) => [...offer]) }),
  };
}

import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { QuestionEntry } from '../../model/entries.ts';
import type { QuestionAnswer, QuestionValues } from '../../model/questions.ts';
import { problemsIn } from '../../model/questions.ts';
import type { AgentQuestion, AgentReply } from '../agents/agentPort.ts';
import { answeredElsewhere } from '../agents/agentPort.ts';
import type { Session } from './session.ts';

/** What a person made of a form. */
export type FormReply = { readonly action: 'answer'; readonly values: QuestionValues } | { readonly action: 'decline' | 'cancel' };

interface Form {
  readonly resolve: (reply: AgentReply | undefined) => void;
}

/** The forms of one session that the agent waits for. */
export class FormQuestions {
  readonly #session: Session;
  readonly #log: Log;
  readonly #open = new Map<string, Form>();

  constructor(session: Session, log: Log) {
    this.#session = session;
    this.#log = log;
  }

  /** Waits for the answer to a form that was recorded as `entry`. Undefined when one of the signals withdraws it. */
  wait(entry: string, now: () => string, signals: readonly AbortSignal[]): Promise<AgentReply | undefined> {
    return new Promise((resolve) => {
      const withdraw = (signal: AbortSignal): void => {
        if (!this.#open.delete(entry)) return;
        const isAnswered = signal.reason === answeredElsewhere;
        this.#record(entry, { outcome: isAnswered ? 'answered' : 'cancelled', by: isAnswered ? 'agent' : 'host', at: now() });
        resolve(undefined);
      };
      this.#open.set(entry, { resolve });
      for (const signal of signals) {
        if (signal.aborted) withdraw(signal);
        else signal.addEventListener('abort', () => withdraw(signal), { once: true });
      }
    });
  }

  /**
   * Records the answer, waits until it is on the disk, and gives it to the agent. The first answer counts. Rejects with `not-found`, `conflict`, or
   * `invalid-input` whose `data` is a sentence for each field that cannot be taken.
   */
  async answer(entryId: string, reply: FormReply, by: string, at: string): Promise<QuestionAnswer> {
    const entry = this.#find(entryId);
    if (entry === undefined) throw new LoomError('not-found', 'This question is not part of the session.');
    if (entry.answer !== undefined) throw new LoomError('conflict', 'This question was already answered.');
    const form = this.#open.get(entryId);
    if (form === undefined) {
      // The agent that asked is gone, with its host perhaps: nobody is to be asked again for nothing.
      this.#record(entryId, { outcome: 'cancelled', by: 'host', at });
      throw new LoomError('conflict', 'The agent no longer waits for this answer.');
    }
    if (reply.action === 'answer') assertUsable(entry, reply.values);
    const answer: QuestionAnswer =
      reply.action === 'answer'
        ? { outcome: 'answered', values: known(entry, reply.values), by, at }
        : { outcome: reply.action === 'decline' ? 'declined' : 'cancelled', by, at };
    this.#open.delete(entryId);
    this.#record(entryId, answer);
    await this.#session.barrier().catch((error: unknown) => this.#log.warn('An answer waits for the disk.', { error: messageOf(error) }));
    form.resolve(reply.action === 'answer' ? { action: 'accept', values: answer.values } : { action: reply.action });
    return answer;
  }

  #find(id: string): QuestionEntry | undefined {
    const entry = this.#session.state.turns.flatMap((turn) => turn.entries).findLast((each) => each.id === id);
    return entry?.kind === 'question' ? entry : undefined;
  }

  #record(entry: string, answer: QuestionAnswer): void {
    const turn = this.#session.state.turns.findLast((each) => each.entries.some(({ id }) => id === entry));
    if (turn !== undefined) this.#session.record({ type: 'question.answered', turn: turn.id, entry, answer });
  }
}

/** A form as it stands in an event, without its id and time. */
export function formOf(question: AgentQuestion, tool: string | undefined): Omit<QuestionEntry, 'id' | 'at' | 'kind'> {
  return {
    title: question.title,
    fields: question.fields,
    ...(question.description === undefined ? {} : { description: question.description }),
    ...(question.url === undefined ? {} : { url: question.url }),
    ...(tool === undefined ? {} : { tool }),
  };
}

function assertUsable({ fields }: QuestionEntry, values: QuestionValues): void {
  const problems = problemsIn(fields, values);
  const first = fields.find(({ name }) => problems[name] !== undefined);
  if (first === undefined) return;
  throw new LoomError('invalid-input', `“${first.label.slice(0, 100)}”: ${problems[first.name] ?? ''} Nothing was sent.`, {
    data: problems,
  });
}

/** Only what was asked is answered. */
function known({ fields }: QuestionEntry, values: QuestionValues): QuestionValues {
  const names = new Set(fields.map(({ name }) => name));
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}

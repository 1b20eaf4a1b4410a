import { LoomError } from '../../base/errors.ts';
import { placeOf } from '../realPlace.ts';
import type { AcpSession } from './session.ts';

/** What a person can say to an agent that wants to read a file elsewhere, by the id of the choice. */
const options = [
  { optionId: 'once', name: 'Read this file', kind: 'allow_once' },
  { optionId: 'session', name: 'Read files outside in this session', kind: 'allow_always' },
  { optionId: 'no', name: 'Do not read it', kind: 'reject_once' },
] as const;

/** Files outside of the folder of a session, which an agent may have the host read when a person agrees. */
export class OutsideReads {
  /** Sessions in which a person has agreed to all. They are forgotten with their agent. */
  readonly #agreed = new WeakSet<AcpSession>();

  /** Resolves where the file really lies in the session's folder, or a person agrees. Rejects with `not-allowed` with the reason. */
  async assert(session: AcpSession, file: string, signal: AbortSignal): Promise<void> {
    const { inside, given, real } = await placeOf(session.cwd, file);
    if (inside !== undefined || this.#agreed.has(session)) return;
    const title = `Read ${given}${real === undefined || real === given ? '' : ` (${real})`}`;
    const answer = await session.ask({ toolCall: { title, kind: 'read', locations: [{ path: given }] }, options }, signal);
    const chosen = answer.outcome === 'selected' ? answer.optionId : 'no';
    if (chosen === 'session') this.#agreed.add(session);
    if (chosen === 'no')
      throw new LoomError('not-allowed', `${file} is outside of ${session.cwd}, where this session works, and nobody allowed to read it.`);
  }
}

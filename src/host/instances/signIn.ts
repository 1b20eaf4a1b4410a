import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { LoomError, messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { AgentInstance, AgentListener, AgentProgram } from '../agents/agentPort.ts';
import type { LoginPolicy, LoginTimes } from '../agents/loginPolicy.ts';
import { loginPolicy, loginTimes } from '../agents/loginPolicy.ts';
import type { LoginMethod } from '../agents/logins.ts';
import type { StartAgent } from './agentPool.ts';
import { personMs } from '../windows.ts';
import type { Windows } from '../windows.ts';

export interface SignInOptions {
  /** Starts an agent that is used for nothing but a login. */
  readonly start: StartAgent;
  readonly program: (agent: string) => AgentProgram;
  readonly windows: Pick<Windows, 'ask'>;
  /** What agents find in their environment: a key that is there is not asked for. */
  readonly environment: () => Readonly<Record<string, string | undefined>>;
  /** Absolute path of the file that says by which method one has signed in, agent by agent. No secret is in it. */
  readonly file: string;
  /** Milliseconds that a login may take which nobody watches. */
  readonly limitMs: () => number;
  /** Called after a login: sessions that wanted it go on. */
  readonly signedIn: (agent: string) => void;
  readonly log: Log;
  readonly times?: LoginTimes;
}

/** The session in which a login was wanted. */
export interface SignInFor {
  readonly sessionId: string;
  /** Starts the session's agent, in which the login then takes place: its forms are shown there. Rejects as the start does. */
  start(): Promise<void>;
}

const Remembered = z.record(z.string(), z.string());

/** Signing in to agents and out of them (R5.2). Values that a person types lie in the editor's secret storage, and reach an agent in its environment only. */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #policies = new Map<string, LoginPolicy>();
  /** Agents at whose login a person is: it may take as long as that person does. */
  readonly #watched = new Set<string>();

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /** The ways in which one can sign in to an agent, which is started to be asked. */
  async methods(agent: string): Promise<readonly LoginMethod[]> {
    return this.with(agent, (instance) => Promise.resolve(instance.logins));
  }

  /**
   * Signs in. Rejects with `not-found` for a method that the agent does not offer, with `unavailable` where no window can ask or the agent has failed
   * too often, with `cancelled` where the person gave up, else with what the agent said.
   */
  async signIn(agent: string, methodId: string, of?: SignInFor, signal?: AbortSignal): Promise<void> {
    const found = (await this.methods(agent)).find(({ id }) => id === methodId);
    const method =
      found === undefined ? undefined : withKeyAtHand(found, { ...this.#options.environment(), ...this.#options.program(agent).env });
    if (method === undefined) throw new LoomError('not-found', 'The agent does not offer this login any more. Look at its logins again.');
    if (method.type === 'variables') {
      await this.#askFor(agent, method, of?.sessionId, signal);
      if (method.authenticates === true) this.#remember(agent, method.id);
    } else if (method.type === 'terminal') await this.#inTerminal(agent, method, of?.sessionId, signal);
    else if (of === undefined) {
      await this.#policy(agent)((stop) => this.with(agent, (one) => one.authenticate(method.id, personMs, undefined, stop), stop), signal);
      this.#remember(agent, method.id);
    } else await this.#inSession(agent, method.id, of);
    this.#options.log.info('A person has signed in to an agent.', { agent, method: method.type });
    this.#options.signedIn(agent);
  }

  /** Signs out: what is stored is removed, and the agent is asked to forget. Says whether the agent took part. */
  async signOut(agent: string): Promise<boolean> {
    await this.#options.windows.ask('window/forgetSecrets', { agent });
    this.#remember(agent, undefined);
    return this.with(agent, (instance) => instance.logout());
  }

  /** Signs in by the method of the last time, for an agent that wants that with each start. False where there was none; then a person is needed. */
  again(agent: string): ((instance: AgentInstance, listener: AgentListener, signal?: AbortSignal) => Promise<boolean>) | undefined {
    const method = this.#remembered()[agent];
    if (method === undefined) return undefined;
    return async (instance, listener, signal) => {
      const known = instance.logins.find(({ id }) => id === method);
      if (known?.type !== 'agent' && !(known?.type === 'variables' && known.authenticates === true)) return false;
      const limitMs = this.#watched.has(agent) ? personMs : this.#options.limitMs();
      try {
        await this.#policy(agent)((stop) => instance.authenticate(method, limitMs, listener, stop), signal);
        return true;
      } catch (error) {
        // What worked once and no longer does is for a person, and is not tried with every start.
        if (!(error instanceof LoomError && (error.code === 'cancelled' || error.code === 'unavailable'))) this.#remember(agent, undefined);
        throw error;
      }
    };
  }

  /** What a person has stored for an agent; asked of a window each time, and kept by nobody here. */
  async secrets(agent: string, signal?: AbortSignal): Promise<Readonly<Record<string, string>>> {
    return (await this.#options.windows.ask('window/secrets', { agent }, { signal }))?.values ?? {};
  }

  /** Some agents remember a login only as long as they run, so it is done in the process that then has the session. */
  async #inSession(agent: string, method: string, of: SignInFor): Promise<void> {
    this.#remember(agent, method);
    this.#watched.add(agent);
    try {
      await of.start();
    } catch (error) {
      this.#remember(agent, undefined);
      throw error;
    } finally {
      this.#watched.delete(agent);
    }
  }

  async #askFor(
    agent: string,
    method: Extract<LoginMethod, { type: 'variables' }>,
    sessionId: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { name: agentName } = this.#options.program(agent);
    for (const { name: variable, label, isSecret, isOptional } of method.variables) {
      const question = { sessionId, limitMs: personMs, signal };
      const answer = await this.#options.windows.ask('window/askSecret', { agent, agentName, variable, label, isSecret }, question);
      if (answer === undefined) throw needsWindow();
      if (!answer.stored && !isOptional) throw new LoomError('cancelled', 'The login was cancelled.');
    }
  }

  async #inTerminal(
    agent: string,
    method: Extract<LoginMethod, { type: 'terminal' }>,
    sessionId: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const program = this.#options.program(agent);
    const how =
      method.command === undefined
        ? { command: program.command, args: [...program.args, ...method.args], env: { ...program.env, ...method.env } }
        : { command: method.command, args: [...method.args], env: { ...method.env } };
    const params = { title: program.name, ...how, ...(program.cwd === undefined ? {} : { cwd: program.cwd }) };
    const answer = await this.#options.windows.ask('window/runLogin', params, { sessionId, limitMs: personMs, signal });
    if (answer === undefined) throw needsWindow();
    if (answer.exitCode === 0) return;
    const end = answer.exitCode === undefined ? 'was closed before it had ended' : `ended with exit code ${answer.exitCode}`;
    throw new LoomError('agent', `The login of the agent “${program.name}” ${end}. Try again.`, { data: { agent, kind: 'login-failed' } });
  }

  /** An agent that lives as long as the work: one that did not let anybody in is ended like any other. */
  async with<T>(agent: string, work: (instance: AgentInstance) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const instance = await this.#options.start(this.#options.program(agent), signal);
    try {
      return await work(instance);
    } finally {
      await instance.close();
    }
  }

  #policy(agent: string): LoginPolicy {
    const known = this.#policies.get(agent);
    if (known !== undefined) return known;
    const made = loginPolicy(this.#options.program(agent).name, this.#options.times ?? loginTimes);
    this.#policies.set(agent, made);
    return made;
  }

  #remembered(): Readonly<Record<string, string>> {
    try {
      const parsed = Remembered.safeParse(JSON.parse(readFileSync(this.#options.file, 'utf8')));
      return parsed.success ? parsed.data : {};
    } catch {
      // Nobody has signed in yet, or the file is damaged: then a person is asked once more.
      return {};
    }
  }

  #remember(agent: string, method: string | undefined): void {
    const { [agent]: before, ...others } = this.#remembered();
    if (before === method) return;
    try {
      writeFileSync(this.#options.file, JSON.stringify(method === undefined ? others : { ...others, [agent]: method }), { mode: 0o600 });
    } catch (error) {
      this.#options.log.warn('It could not be noted how one signs in to an agent.', { agent, error: messageOf(error) });
    }
  }
}

/** A login by a key that the agent finds by itself is one that it does alone. */
function withKeyAtHand(method: LoginMethod, environment: Readonly<Record<string, string | undefined>>): LoginMethod {
  if (method.type !== 'variables' || method.authenticates !== true) return method;
  const { id, name, description } = method;
  return method.variables.every((variable) => environment[variable.name]) ? { id, name, description, type: 'agent' } : method;
}

function needsWindow(): LoomError {
  return new LoomError('unavailable', 'Signing in needs an editor window that may approve, and none is attached. Open one and try again.');
}

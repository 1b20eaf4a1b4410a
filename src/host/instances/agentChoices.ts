import type * as z from 'zod';
import { LoomError } from '../../base/errors.ts';
import type { AgentChoice } from '../../protocol/agentRequests.ts';
import type { ParamsOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import type { AgentRow, AgentState } from '../../protocol/settings.ts';
import type { AgentProgram } from '../agents/agentPort.ts';
import { isLoginFailure } from '../agents/failures.ts';
import type { LoginMarks } from './loginMarks.ts';

type Choice = z.infer<typeof AgentChoice>;
type Told = ParamsOf<HostRequests['host/configure']>;

/** The order in which agents are listed: what can be used at once comes first. */
const order: readonly AgentState[] = ['ready', 'needs-login', 'needs-install', 'missing', 'unavailable'];

/** The agents that sessions of this host can be made with: its own, and those that the windows tell of. */
export class AgentChoices {
  readonly #builtIn: AgentProgram;
  #settings: Pick<Told, 'agents' | 'defaultAgent' | 'catalogue'>;
  /** Agents that asked for a login when they were last started, with what they said. */
  readonly #logins: Map<string, string>;
  readonly #marks: LoginMarks | undefined;

  /** With `marks` it remembers what an earlier host knew of logins. */
  constructor(builtIn: AgentProgram, marks?: LoginMarks) {
    this.#builtIn = builtIn;
    this.#marks = marks;
    this.#logins = new Map(marks?.read());
    this.#settings = { agents: [], defaultAgent: builtIn.id };
  }

  /** Takes what a window says of its settings and its catalogue. */
  configure(settings: Told): void {
    this.#settings = settings;
  }

  /** Remembers how the start of an agent went: `error` is what it failed with. */
  noteStart(id: string, error?: unknown): void {
    const before = this.#logins.get(id);
    if (error === undefined) this.#logins.delete(id);
    else if (error instanceof LoomError && isLoginFailure(error)) this.#logins.set(id, error.message);
    if (this.#logins.get(id) !== before) this.#marks?.keep(this.#logins);
  }

  /** All agents, the default first, then those that are ready. */
  list(): Choice[] {
    const { agents, catalogue = [], defaultAgent } = this.#settings;
    const rows = new Map(catalogue.map((row) => [row.id, row]));
    const own: Choice = {
      id: this.#builtIn.id,
      name: this.#builtIn.name,
      description: 'Works without a model and without a network.',
      builtIn: true,
      source: 'built-in',
      state: 'ready',
    };
    const named = agents.map(({ id, name, command }) => rows.get(id) ?? rowOf(id, name, command));
    const others = catalogue.filter(({ id }) => !agents.some((agent) => agent.id === id));
    const all = [own, ...[...named, ...others].filter(({ id }) => id !== own.id).map((row) => this.#choice(row))];
    const rank = (choice: Choice): number => (choice.id === defaultAgent ? -1 : choice.builtIn ? 0 : order.indexOf(choice.state) + 1);
    return all.sort((a, b) => rank(a) - rank(b));
  }

  /** The program of an agent. Throws `not-found` for one that nobody knows, and `agent` for one that has to be installed first. */
  program(id: string): AgentProgram {
    if (id === this.#builtIn.id) return this.#builtIn;
    const found = this.#settings.agents.find((agent) => agent.id === id);
    const row = this.#settings.catalogue?.find((each) => each.id === id);
    const source = row?.source === 'installed' || row?.source === 'path' ? { source: row.source } : {};
    if (found !== undefined) return { ...found, ...source };
    if (row?.state === 'needs-install')
      throw new LoomError('agent', `The agent “${row.name}” is not installed. Run “Install Agent…” and try again.`, {
        data: { agent: id, kind: 'not-installed' },
      });
    if (row !== undefined)
      throw new LoomError('agent', `The agent “${row.name}” cannot be used here. ${row.reason ?? ''}`.trim(), {
        data: { agent: id, kind: row.state },
      });
    const known = this.list().flatMap((choice) => (choice.state === 'ready' || choice.state === 'needs-login' ? choice.id : []));
    throw new LoomError(
      'not-found',
      `There is no agent "${id}". Known are: ${known.join(', ')}. Add it to the setting "sessionLoom.agents".`,
    );
  }

  /** Whether there is something to start for an agent. */
  knows(id: string): boolean {
    return id === this.#builtIn.id || this.#settings.agents.some((agent) => agent.id === id);
  }

  #choice(row: AgentRow): Choice {
    const login = this.#logins.get(row.id);
    const choice: Choice = {
      ...row,
      builtIn: false,
      ...(row.state === 'missing' && row.reason !== undefined ? { problem: row.reason } : {}),
    };
    return row.state === 'ready' && login !== undefined ? { ...choice, state: 'needs-login', reason: login } : choice;
  }
}

/** An agent of a client that keeps no catalogue: only its settings tell of it. */
function rowOf(id: string, name: string, command: string): AgentRow {
  return { id, name, description: command, source: 'setting', state: 'ready' };
}

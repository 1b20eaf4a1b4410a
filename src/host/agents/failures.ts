import { LoomError, messageOf } from '../../base/errors.ts';
import type { AgentProgram } from './agentPort.ts';
import type { Fields } from './fields.ts';
import { cut, fieldsOf, wordsOf } from './fields.ts';
import { loginMethodsOf } from './logins.ts';

/** How a process ended: one of the two is set. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** Why an agent did not come up. */
export type StartProblem =
  | { readonly kind: 'no-folder'; readonly folder: string }
  | { readonly kind: 'not-started'; readonly cause?: unknown }
  | { readonly kind: 'ended'; readonly end: ProcessEnd | undefined; readonly lastLines: readonly string[] }
  | { readonly kind: 'silent'; readonly milliseconds: number; readonly lastLines: readonly string[]; readonly garbage: Garbage }
  | { readonly kind: 'version'; readonly version: unknown; readonly lastLines: readonly string[] }
  | { readonly kind: 'refused'; readonly cause: unknown; readonly lastLines: readonly string[] };

/** Lines on an agent's output that are no messages. */
export interface Garbage {
  readonly count: number;
  /** The first of them, shortened; empty when there are none. */
  readonly first: string;
}

/** Where a person corrects how an agent is started. */
const whereToSet = 'the setting sessionLoom.agents';

/** What a person can do about an agent that does not come up; `inSettings` is that for one of the settings. */
function wayOut({ source, command }: AgentProgram, inSettings: string): string {
  if (source === 'installed')
    return 'It was installed here: run “Update Agents…”, or remove it with “Remove Installed Agent…” and install it again.';
  if (source === 'path') return `It was found as ${command}: bring that up to date, or name another command in ${whereToSet}.`;
  return inSettings;
}

/** The error for an agent that could not be started. Its code is `agent`, `data.kind` says which problem it was. */
export function startFailure(program: AgentProgram, problem: StartProblem): LoomError {
  const cause = 'cause' in problem ? problem.cause : undefined;
  return new LoomError('agent', startMessage(program, problem), {
    data: { agent: program.id, kind: problem.kind === 'not-started' && isMissing(cause) ? 'not-found' : problem.kind },
    ...(cause === undefined ? {} : { cause }),
  });
}

function startMessage(program: AgentProgram, problem: StartProblem): string {
  const agent = `The agent “${program.name}”`;
  switch (problem.kind) {
    case 'no-folder':
      return `${agent} could not be started: there is no folder ${problem.folder}. Correct its folder in ${whereToSet}.`;
    case 'not-started':
      return `${agent} could not be started: ${notStarted(program, problem.cause)}`;
    case 'ended':
      return `${agent} ended while it was starting${wayOf(problem.end)}. ${wayOut(program, `Check its command in ${whereToSet}.`)}${quoted(problem.lastLines)}`;
    case 'silent': {
      const seconds = Math.round(problem.milliseconds / 1000);
      const waited = seconds < 1 ? `${problem.milliseconds} milliseconds` : seconds === 1 ? 'one second' : `${seconds} seconds`;
      return `${agent} did not answer within ${waited}.${noise(problem.garbage)} ${wayOut(program, `It may need an argument that makes it speak ACP: see ${whereToSet}.`)}${quoted(problem.lastLines)}`;
    }
    case 'version':
      return `${agent} speaks version ${problem.version === undefined ? 'unknown' : cut(JSON.stringify(problem.version), 40)} of the Agent Client Protocol, and this program speaks version 1. ${wayOut(program, 'Install a version of the agent that fits.')}${quoted(problem.lastLines)}`;
    case 'refused':
      return `${agent} refused to start: ${rpcMessage(problem.cause)}${quoted(problem.lastLines)}`;
  }
}

function notStarted(program: AgentProgram, cause: unknown): string {
  if (isMissing(cause)) {
    const hint =
      program.args.length === 0 && program.command.trim().includes(' ') ? ' Its arguments belong into “args”, not into “command”.' : '';
    return `the command “${program.command}” was not found. ${wayOut(program, `Install it, or correct it in ${whereToSet}.`)}${hint}`;
  }
  if (errnoOf(cause) === 'EACCES')
    return `“${program.command}” may not be executed. ${wayOut(program, `Correct its permissions, or the command in ${whereToSet}.`)}`;
  return `${cause === undefined ? 'it has no pipes.' : messageOf(cause)} ${wayOut(program, `Check its command in ${whereToSet}.`)}`;
}

function noise(garbage: Garbage): string {
  if (garbage.count === 0) return '';
  const lines = garbage.count === 1 ? 'one line that is no message' : `${garbage.count} lines that are no messages`;
  return ` It printed ${lines}, first: “${cut(garbage.first, 200)}”.`;
}

/** What a person reads when a running agent has ended by itself. */
export function endedMessage(program: AgentProgram, end: ProcessEnd | undefined, lastLines: readonly string[]): string {
  return `The agent “${program.name}” ended${wayOf(end)}.${quoted(lastLines)}`;
}

function wayOf(end: ProcessEnd | undefined): string {
  if (end === undefined) return ': it closed its output';
  if (end.signal !== null) return ` (signal ${end.signal})`;
  return end.code === null ? '' : ` (exit code ${end.code})`;
}

function quoted(lines: readonly string[]): string {
  return lines.length === 0 ? '' : ` Last lines: ${cut(lines.slice(-6).join('\n'), 2000)}`;
}

/** What an agent said when it answered a request with an error; many put the interesting part into `data`. */
export function rpcMessage(thrown: unknown): string {
  const message = messageOf(thrown);
  const data = fieldsOf(thrown instanceof Error && 'data' in thrown ? thrown.data : undefined);
  const more = wordsOf(data?.['details']) ?? wordsOf(data?.['message']) ?? wordsOf(data?.['error']);
  const text = more === undefined || message.includes(more) ? message : `${message}: ${more}`;
  return /[.!?…]$/.test(text.trim()) ? cut(text.trim(), 2000) : `${cut(text.trim(), 2000)}.`;
}

/** The code of a JSON-RPC error, or undefined for anything else that was thrown. */
export function rpcCode(thrown: unknown): number | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'number' ? thrown.code : undefined;
}

/** ACP's error code for "authentication required". */
const authenticationRequired = -32000;

/** Whether the agent asks for a login. */
export function isLoginNeeded(thrown: unknown): boolean {
  return rpcCode(thrown) === authenticationRequired;
}

/**
 * The error for an agent that wants a login first. `data` is `{kind: 'login', methods}`, each with id, name, type and description. `authMethods` is as
 * the agent sent it.
 */
export function loginNeeded(program: AgentProgram, authMethods: unknown, cause: unknown): LoomError {
  const methods = choicesOf(authMethods);
  const wants = `The agent “${program.name}” wants a login first (it says: ${rpcMessage(cause)})`;
  const offers =
    methods.length === 0
      ? `It offers no login here: log in with its own program in a terminal${program.source === 'installed' ? ` (${program.command})` : ''}, then try again.`
      : `It offers: ${methods.map((method) => method.name).join(', ')}. Sign in, and it is started again.`;
  return new LoomError('agent', `${wants} ${offers}`, { data: { agent: program.id, kind: 'login', methods }, cause });
}

/** The error of a login that failed, by which one can try again or in another way: `data` says how, as that of `loginNeeded` does. */
export function loginFailed(program: AgentProgram, authMethods: unknown, error: unknown): unknown {
  if (!(error instanceof LoomError) || error.code === 'cancelled') return error;
  const before = fieldsOf(error.data) ?? {};
  const data = { ...before, agent: program.id, kind: 'login', methods: choicesOf(authMethods) };
  return new LoomError(error.code, error.message, { data, cause: error });
}

function choicesOf(authMethods: unknown): readonly Fields[] {
  return loginMethodsOf(authMethods).map(({ id, name, type, description }) => ({
    id,
    name,
    type,
    ...(description === undefined ? {} : { description }),
  }));
}

/** Whether the error is one of `loginNeeded`. */
export function isLoginFailure(error: LoomError): boolean {
  return fieldsOf(error.data)?.['kind'] === 'login';
}

function isMissing(thrown: unknown): boolean {
  return errnoOf(thrown) === 'ENOENT';
}

function errnoOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/**
 * `host/agents` is the only part of the host that knows ACP. It must not know journals, panels or sessions of the host: `agentPort.ts` is all
 * that the rest sees. This file is its way in: it starts an agent's program and shakes hands with it.
 */
import { randomUUID } from 'node:crypto';
import type { Log } from '../../base/log.ts';
import type { AgentIdentity, AgentInstance, AgentProgram } from './agentPort.ts';
import { clientApp } from './clientApp.ts';
import { agentEnvironment, instanceVariable, tokenVariable } from './environment.ts';
import type { Fields } from './fields.ts';
import { cut, fieldsOf, wordsOf } from './fields.ts';
import { shakeHands, startCancelled } from './handshake.ts';
import { RunningAgent } from './instance.ts';
import { Noise } from './noise.ts';
import type { LoopShares } from './loopShare.ts';
import { OpenSessions } from './openSessions.ts';
import { mcpAccessOf } from './mcpParams.ts';
import { startProcess } from './process.ts';
import { maskOf, maskedError } from './secretMask.ts';
import { endProcessTree } from './processTree.ts';
import { agentStream } from './stream.ts';
import { measureTree } from './treeUsage.ts';

/** How an agent is started. Times are in milliseconds. */
export interface StartOptions {
  /** The environment that the window sent; it is cleaned of what belongs to the editor. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly clientVersion: string;
  /** Marks all that this host starts (`SESSION_LOOM_TOKEN`), so that a later one can sweep what is left of it. */
  readonly token: string;
  /** What the agents of this host share their event loop by. Without it this one has a loop of its own. */
  readonly shares?: LoopShares | undefined;
  /** Values that only this agent is to know: they go into its environment, and are taken out of what it says on its error output and in errors. */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  /** How long the handshake may take; 30,000 if not given. */
  readonly initializeTimeoutMs?: number | undefined;
  /** How long opening a session may take; 120,000 if not given. */
  readonly openTimeoutMs?: number | undefined;
  /** How long a cancelled prompt may take to settle; 10,000 if not given. */
  readonly cancelTimeoutMs?: number | undefined;
}

/**
 * Starts an agent and shakes hands with it. When this fails, with `agent` or `cancelled`, nothing of the agent is left running;
 * `data.kind` then says which problem it was: `not-found`, `no-folder`, `not-started`, `ended`, `silent`, `version`, `refused` or `login`.
 */
export async function startAgent(program: AgentProgram, options: StartOptions, signal?: AbortSignal): Promise<AgentInstance> {
  if (signal?.aborted === true) throw startCancelled(program);
  const { log } = options;
  const mark = { variable: instanceVariable, value: randomUUID() };
  const mask = maskOf(Object.values(options.secrets ?? {}));
  const marks = { [tokenVariable]: options.token, [mark.variable]: mark.value };
  const process = await startProcess(
    program,
    agentEnvironment(options.environment, { ...program.env, ...options.secrets, ...marks }, globalThis.process.platform),
    log,
    mask,
  );
  const endTree = (): Promise<void> =>
    endProcessTree({ pid: process.pid, exited: process.exited, mark, closeInput: () => void process.stdin.end() });
  const sessions = new OpenSessions(log);
  const noise = new Noise(program, sessions, log);
  const connection = clientApp(sessions).connect(
    agentStream(
      process.stdout,
      process.stdin,
      {
        update: (params, size) => sessions.update(params, size),
        garbage: (line) => noise.garbage(line),
        dropped: (head, bytes) => noise.dropped(head, bytes),
        ready: () => sessions.ready(),
      },
      options.shares?.join(),
    ),
  );
  try {
    const answer = await shakeHands(
      {
        program,
        process,
        connection,
        noise: () => noise.seen,
        clientVersion: options.clientVersion,
        limit: options.initializeTimeoutMs ?? 30_000,
      },
      signal,
    );
    log.info('An agent has started.', { agent: program.id, pid: process.pid });
    const capabilities = fieldsOf(answer['agentCapabilities']);
    return new RunningAgent({
      process,
      requests: { program, connection, authMethods: answer['authMethods'], mask },
      identity: identityOf(program, answer, capabilities),
      canClose: offers(capabilities, 'close'),
      // What a person has stored is for the agent alone.
      environment: agentEnvironment(options.environment, { ...program.env, ...marks }, globalThis.process.platform),
      canList: offers(capabilities, 'list'),
      mcp: mcpAccessOf(capabilities),
      canLogout: isOffered(fieldsOf(capabilities?.['auth'])?.['logout']),
      sessions,
      log,
      cancelTimeoutMs: options.cancelTimeoutMs ?? 10_000,
      openTimeoutMs: options.openTimeoutMs ?? 120_000,
      measure: () => measureTree(process.pid, mark),
      endTree,
    });
  } catch (error) {
    await endTree();
    connection.close();
    throw maskedError(error, mask);
  }
}

function identityOf(program: AgentProgram, answer: Fields, capabilities: Fields | undefined): AgentIdentity {
  const info = fieldsOf(answer['agentInfo']);
  const prompts = fieldsOf(capabilities?.['promptCapabilities']);
  return {
    name: cut(wordsOf(info?.['title']) ?? wordsOf(info?.['name']) ?? program.name, 100),
    version: cut(wordsOf(info?.['version']) ?? '', 60),
    accepts: { image: prompts?.['image'] === true, embedded: prompts?.['embeddedContext'] === true },
    canLoad: capabilities?.['loadSession'] === true,
    canResume: offers(capabilities, 'resume'),
    canFork: offers(capabilities, 'fork'),
    canForget: offers(capabilities, 'delete'),
  };
}

/** A capability of sessions is offered by an object, which may be empty. */
function offers(capabilities: Fields | undefined, name: string): boolean {
  return isOffered(fieldsOf(capabilities?.['sessionCapabilities'])?.[name]);
}

function isOffered(offered: unknown): boolean {
  return offered === true || fieldsOf(offered) !== undefined;
}

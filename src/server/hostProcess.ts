import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { AgentConnection } from '../host/live/agentConnection.ts';
import { AgentPool } from '../host/instances/agentPool.ts';
import { agentStarter } from '../host/instances/agentStarter.ts';
import { builtInAgent } from '../host/agents/builtInAgent.ts';
import { CatalogueIndex } from '../host/stored/catalogueIndex.ts';
import { isEpochOver, newestEpoch } from '../host/stored/epochs.ts';
import type { HostStatus } from '../host/hostStatus.ts';
import { IdleCheck } from '../host/idleCheck.ts';
import { diskFiles } from '../host/journal/files.ts';
import { keepSound } from '../host/recovery/keepSound.ts';
import { guard, trustedFirst } from '../host/permissions/guard.ts';
import { PermissionDesk } from '../host/requests/permissionDesk.ts';
import { Quiet } from '../host/quiet.ts';
import type { Session } from '../host/session/session.ts';
import type { Turn } from '../model/session.ts';
import { limitIn } from '../model/times.ts';
import { LoginMarks } from '../host/instances/loginMarks.ts';
import { LiveSessions } from '../host/live/liveSessions.ts';
import { openPlaces, repairPlaces } from '../host/places/openPlaces.ts';
import { Recovery, findChanged } from '../host/recovery/recovery.ts';
import { GitRecords } from '../host/stored/gitRecords.ts';
import { requestHandlers } from '../host/requests/requests.ts';
import { findPlainData } from '../host/stored/plainData.ts';
import type { RunControl } from '../host/runControl.ts';
import { openRunControl } from '../host/runControl.ts';
import { SessionHost } from '../host/sessionHost.ts';
import { makeChild } from '../host/live/childSession.ts';
import { McpSources } from '../host/instances/mcpSources.ts';
import { SignIn } from '../host/instances/signIn.ts';
import { Turns } from '../host/live/turns.ts';
import { FileChanges } from '../host/undo/fileChanges.ts';
import { Windows } from '../host/windows.ts';
import { AgentCopies } from '../host/live/agentCopies.ts';
import { goOnAfterLogin } from '../host/requests/loginHandlers.ts';
import { controlVersion } from '../protocol/control.ts';
import type { HostArguments } from '../protocol/location.ts';
import { openDoor } from './door.ts';
import { addLanguageFeatures } from './language/addLanguageFeatures.ts';
import { endLeftAgents, hasLeftInOrder, hostVariable, noteLeft, writeOwner, twoHosts } from './owner.ts';
import { leaveWhenIdle } from './presence.ts';
import { listen } from './socketServer.ts';

/** A host that listens. */
export interface RunningHost {
  /** Resolves with why the host left, after everything is closed. */
  readonly left: Promise<string>;
  /** Stops the running turns, marks them, closes everything; at most about five seconds. */
  leave(reason: string): Promise<void>;
}

export interface HostProcessOptions {
  readonly args: HostArguments;
  readonly epoch: number;
  readonly log: Log;
  readonly logFile: string;
  /** Milliseconds without a reason to stay after which the host leaves. */
  readonly graceMs: number;
  /** Milliseconds without work after which what is stored is checked, and between two looks for a second host. */
  readonly quietMs: number;
  /** Why data that was to be moved here could not be, as a sentence. */
  readonly moveFailed?: string | undefined;
}

/** How often resting sessions are unloaded, and how often the host looks whether it must stay. */
const restEveryMs = 15_000;
const lookEveryMs = 500;
/** Milliseconds after a start until the index that an earlier host has saved is compared with the journals. */
const compareAfterMs = 700;
/** Milliseconds that the undoing of a worktree has at the end of a host; the next start does the rest. */
const undoMs = 3000;
/** Milliseconds in which a last answer reaches its client. */
const answerMs = 50;

/** Puts the host together and opens its door. The caller holds the lock of the data folder. */
export async function openHostProcess(options: HostProcessOptions): Promise<RunningHost> {
  const { args, epoch, log } = options;
  const { dataFolder } = args.location;
  const started = performance.now();
  const token = randomBytes(24).toString('base64url');
  const now = (): string => new Date().toISOString();
  const sessionsFolder = join(dataFolder, 'sessions');
  const quarantineFolder = join(dataFolder, 'quarantine');
  mkdirSync(sessionsFolder, { recursive: true, mode: 0o700 });

  const leftInOrder = await hasLeftInOrder(dataFolder);
  await endLeftAgents(dataFolder, log);
  const mark = randomBytes(12).toString('hex');
  await writeOwner(dataFolder, { version: args.version, startedAt: now(), mark });
  const index = await CatalogueIndex.open({ file: join(dataFolder, 'catalogue.db'), wasmFile: args.wasm, log });
  const records: GitRecords = new GitRecords({
    location: args.location,
    log,
    readBlob: async (session, blob) => (await sessions.get(session)).session.readBlob(blob),
    related: ({ parent }) => {
      const found = parent === undefined ? undefined : index.get(parent);
      return found === undefined ? [] : [found];
    },
  });
  const desk: PermissionDesk = new PermissionDesk({
    dataFolder,
    approver: args.approver,
    live: () => sessions.live,
    redact: (texts) => records.redactor.redactAll(texts),
    tell: (items) => host.clients.notifyAll('inbox/changed', { items: [...items] }),
    now,
    log,
  });
  const marker = process.env['SESSION_LOOM_TOKEN'] ?? mark;
  const start = agentStarter({
    environment: () => ({ ...(host.clients.environment ?? process.env), [hostVariable]: mark }),
    secrets: (agent, signal) => signIn.secrets(agent, signal),
    times: () => host.limitSettings.times,
    clientVersion: args.version,
    token: marker,
    log,
  });
  const agents = new AgentPool(start, log);
  const windows = new Windows(
    { windows: (sessionId) => trustedFirst(host.clients.windows(sessionId), (client) => desk.mayApprove(client)) },
    log,
    (client) => desk.mayApprove(client),
  );
  const signIn: SignIn = new SignIn({
    start,
    program: (id) => host.program(id),
    windows,
    environment: () => host.clients.environment ?? process.env,
    file: join(dataFolder, 'login-methods.json'),
    limitMs: () => limitIn(host.limitSettings.times, 'authentication'),
    signedIn: (agent) => goOnAfterLogin(sessions.live, agent),
    log,
  });
  const copies = new AgentCopies({ pool: agents, signIn, log });
  const { limits, instances, care }: RunControl = openRunControl({
    dataFolder,
    pool: agents,
    live: () => sessions.live,
    host: () => host,
    now,
    log,
  });
  const environment = (): NodeJS.ProcessEnv => host.clients.environment ?? process.env;
  const mcp = new McpSources({ own: () => host.settings.mcpServers ?? {}, approvals: desk.approvals, windows, environment, log });
  const sessions: LiveSessions = new LiveSessions({
    sessionsFolder,
    index,
    log,
    recorded: desk.recorded,
    session: { epoch, files: diskFiles, quarantineFolder, now, log },
    join: (session) => {
      session.onTrouble((trouble) => host.notice('warning', `${trouble.message} Nothing is lost: what comes waits in memory.`, session.id));
      session.onRecovered(() => host.notice('info', 'The disk takes data again; all that waited is written.', session.id));
      const permissions = desk.of(session);
      const agent = new AgentConnection(session, agents, () => host.program(session.state.agent), log, {
        windows,
        permissions,
        signIn: (id) => signIn.again(id),
        started: (id, error) => host.noteStart(id, error),
        scope: () => instances.scopeOf(session),
        mcpServers: (...of) => mcp.of(...of),
        spawned: (parent, child) => makeChild(sessions, parent, child),
      });
      const changes: FileChanges = new FileChanges(session, () => turns.isRunning);
      const ended = (of: Session, turn: Turn): void => void countAndWrite(of, changes, turn.id);
      const turns: Turns = new Turns(
        session,
        agent,
        { head: records.head, commitsSince: records.commitsSince, branch: records.branch, ended, launch: limits },
        log,
      );
      return { session, agent, turns, permissions, changes };
    },
  });
  const places = openPlaces({
    location: args.location,
    sessions,
    index,
    approvals: desk.approvals,
    settings: () => host.settings.worktrees,
    environment,
    mark: { variable: hostVariable, value: mark },
    log,
  });
  const repairing = repairPlaces(places, log);
  const host: SessionHost = new SessionHost({
    sessions,
    index,
    places,
    agents,
    limits,
    builtIn: builtInAgent(args.agent, join(dataFolder, 'agent')),
    loginMarks: new LoginMarks(join(dataFolder, 'logins.json'), log),
    branch: records.branch,
    folder: args.location.folder,
    log,
  });
  records.onNotice((text) => host.notice('warning', text));

  const status = (): HostStatus => ({
    pid: process.pid,
    uptimeSeconds: (performance.now() - started) / 1000,
    memoryBytes: process.memoryUsage.rss(),
    sessions: index.count(true),
    loaded: sessions.live.length,
    running: host.runningCount,
    clients: host.clients.count,
    agents: agents
      .list()
      .flatMap(({ instance }) => instance ?? [])
      .map(({ program, sessionCount, pid }) => ({ agent: program.id, sessions: sessionCount, ...(pid === undefined ? {} : { pid }) })),
    logFile: options.logFile,
    notices: args.location.reason === undefined ? [] : [args.location.reason],
  });

  /** What a turn changed is compared after its end, so that it waits for nothing, and written down with it. */
  async function countAndWrite(session: Session, changes: FileChanges, turn: string): Promise<void> {
    void places.count(session.state);
    await changes.count(turn).catch((error: unknown) => log.warn('The changes of a turn were not counted.', { error: messageOf(error) }));
    records.write(
      session.state,
      session.state.turns.find(({ id }) => id === turn),
    );
  }

  let leaving: Promise<void> | undefined;
  let resolveLeft: (reason: string) => void = () => undefined;
  const left = new Promise<string>((resolve) => (resolveLeft = resolve));
  const leave = (reason: string): Promise<void> => {
    leaving ??= shutDown(reason).finally(() => resolveLeft(reason));
    return leaving;
  };

  care.start();
  const handlers = requestHandlers({
    host,
    sessions,
    index,
    instances,
    care,
    records,
    desk,
    places,
    mark: `${hostVariable}=${mark}`,
    signIn,
    copies,
    status,
    stored: () => recovery.stored(),
    now,
    location: args.location,
    leaveSoon: (reason) => void setTimeout(() => void leave(reason), answerMs),
    drained: () => undefined,
  });
  const quiet = new Quiet({ quietMs: options.quietMs, isBusy: () => host.runningCount > 0, clock: () => performance.now() });
  const check = new IdleCheck({
    sessionsFolder,
    files: diskFiles,
    epoch,
    quiet,
    ids: () => index.ids(),
    isOver: (earlier) => isEpochOver(dataFolder, earlier),
    found: (checked) => keepSound({ sessions, index, files: diskFiles, sessionsFolder, quarantineFolder, log }, checked),
    log,
  });
  const door = await listen(
    args.endpoint,
    { control: controlVersion, version: args.version, pid: process.pid, token, startedAt: now() },
    (socket, path) => {
      openDoor(socket, {
        token,
        socket: path,
        mayApprove: desk.mayApprove,
        version: args.version,
        epoch,
        dataFolder,
        handlers: guard(handlers, desk.mayApprove),
        attached: (client) => {
          host.clients.add(client);
          log.info('A client has attached.', { client: client.name, kind: client.kind });
        },
        left: (client) => host.clients.remove(client),
        asked: () => quiet.noteWork(),
        languageFeatures: (connection) => addLanguageFeatures(connection, log),
        log,
      });
    },
  );

  const watch = leaveWhenIdle(
    () => ({
      clients: host.clients.count,
      running: host.runningCount + copies.pending,
      waiting: limits.gate.waiting,
      draining: host.isDraining,
    }),
    (reason) => void leave(reason),
    { graceMs: options.graceMs, everyMs: Math.min(lookEveryMs, options.graceMs) },
  );
  const others = setInterval(() => void noteSecondHost(), options.quietMs);
  const rest = setInterval(() => void sessions.unloadResting(performance.now()), restEveryMs);
  log.info('The session host listens.', { sessions: index.count(true), milliseconds: Math.round(performance.now() - started) });
  const recovery = new Recovery(sessionsFolder, leftInOrder, recoverSessions);

  async function recoverSessions(): Promise<void> {
    // After an end in good order nothing was cut off, so whoever asks for the list goes before; without it there is no list yet.
    if (leftInOrder && index.count(true) > 0) await new Promise((resolve) => setTimeout(resolve, compareAfterMs));
    const repaired = await repairing;
    const { changed, gone } = await findChanged({ sessionsFolder, index, files: diskFiles, log });
    for (const id of gone) sessions.vanished(id);
    const recovered = await host.recover(changed);
    await places.reconcile(repaired);
    if (recovered > 0)
      host.notice(
        'warning',
        recovered === 1
          ? 'One turn was interrupted when the session host ended. It can be continued.'
          : `${recovered} turns were interrupted when the session host ended. They can be continued.`,
        undefined,
        'recover',
      );
    sessions.announce();
    await writePending();
    await offerMove();
    if (leaving === undefined) check.start();
  }

  /** Sessions of a folder in which `git init` was run since are out of sight until they are moved. */
  async function offerMove(): Promise<void> {
    const plain = options.moveFailed === undefined ? await findPlainData(args.location) : undefined;
    if (options.moveFailed !== undefined)
      host.notice('warning', `Sessions could not be moved into the repository: ${options.moveFailed}`, undefined, 'move');
    else if (plain !== undefined)
      host.notice(
        'warning',
        `Sessions from before "git init" lie in ${plain.folder}. They can be moved into the repository.`,
        undefined,
        'move',
      );
  }

  /** A newer epoch beside a lock that is held: the lock does nothing here, as on some network file systems. */
  async function noteSecondHost(): Promise<void> {
    const newest = await newestEpoch(dataFolder);
    if (newest <= epoch) return;
    clearInterval(others);
    log.warn('A second session host serves this folder.', { epoch, newest });
    host.notice('warning', twoHosts);
  }

  /** Records that the last host had no time to write. */
  async function writePending(): Promise<void> {
    for (const { session: id, turn } of await records.pending()) {
      if (!index.ids().includes(id)) continue;
      const { live, isUnused } = await sessions.recover(id);
      const { state } = live.session;
      records.write(
        state,
        state.turns.find((each) => each.id === turn),
      );
      if (isUnused()) await sessions.unload(id);
    }
  }

  async function shutDown(reason: string): Promise<void> {
    watch.stop();
    clearInterval(rest);
    care.stop();
    clearInterval(others);
    host.clients.notifyAll('host/leaving', { reason });
    // An approval that is still waited for must end as a cancel, not as a no.
    await places.close(undoMs);
    desk.approvals.close();
    await recovery.over;
    await check.stop();
    await sessions.close();
    // An agent that does not want to end takes seconds; what has to be saved does not wait for it.
    await Promise.all([agents.close(), records.close(), index.close(), limits.close(), desk.close()]);
    await noteLeft(dataFolder).catch((error: unknown) =>
      log.warn('It could not be noted that the host has left.', { error: messageOf(error) }),
    );
    door.close();
    log.info('The session host has left.', { reason });
  }

  return { left, leave };
}

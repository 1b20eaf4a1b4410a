import { LoomError } from '../../base/errors.ts';
import { findText } from '../../model/find.ts';
import { summaryOf } from '../../model/summary.ts';
import { turnsBefore } from '../../model/window.ts';
import type { Handlers } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import type { WorkspaceLocation } from '../../protocol/location.ts';
import type { Care } from '../care/care.ts';
import type { AgentCopies } from '../live/agentCopies.ts';
import { agentSessionHandlers } from './agentSessionHandlers.ts';
import { changeHandlers } from './changeRequests.ts';
import type { Client } from '../clients.ts';
import type { HostStatus } from '../hostStatus.ts';
import { instanceHandlers } from './instanceHandlers.ts';
import type { Instances } from '../live/instances.ts';
import { diskFiles } from '../journal/files.ts';
import type { PermissionDesk } from './permissionDesk.ts';
import { loginHandlers } from './loginHandlers.ts';
import { approvalHandlers } from './approvalHandlers.ts';
import type { LiveSessions } from '../live/liveSessions.ts';
import { assertMayApprove } from '../permissions/guard.ts';
import { findPlainData, noteMove } from '../stored/plainData.ts';
import { storeParts } from '../session/promptParts.ts';
import type { Records } from '../stored/records.ts';
import type { SessionPlaces } from '../places/sessionPlaces.ts';
import { worktreeHandlers } from './worktreeRequests.ts';
import { recoverWritten } from '../recovery/recoverWritten.ts';
import type { SessionHost } from '../sessionHost.ts';
import type { SessionIndex } from '../stored/sessionIndex.ts';
import type { SignIn } from '../instances/signIn.ts';
import { terminalHandlers } from './terminalHandlers.ts';
import { switchAgent } from '../live/switchAgent.ts';

/** Requests that a door answers itself, since they are about the connection. */
type DoorMethod = 'hello';

export interface RequestsOptions {
  readonly host: SessionHost;
  readonly sessions: LiveSessions;
  readonly index: SessionIndex;
  readonly records: Records;
  readonly instances: Instances;
  readonly care: Care;
  readonly desk: PermissionDesk;
  readonly places: SessionPlaces;
  /** The variable, as `name=value`, that all processes of this host carry. */
  readonly mark: string;
  readonly signIn: SignIn;
  readonly copies: AgentCopies;
  readonly status: () => HostStatus;
  /** How many sessions there are at least, while the index does not know all of them. */
  readonly stored: () => Promise<number>;
  readonly location: WorkspaceLocation;
  /** Has the host leave as soon as its answer is on its way; whoever needs one starts the next. */
  readonly leaveSoon: (reason: string) => void;
  /** Called when the host was asked to leave. */
  readonly drained: () => void;
  readonly now: () => string;
}

const done = {};

/** The most that one answer gives of a part of a payload, in bytes; whoever wants more asks again. */
const largestPart = 8 * 1024 * 1024;

/** The host contract, answered: each request is one line that calls who knows. */
export function requestHandlers(options: RequestsOptions): Handlers<Omit<HostRequests, DoorMethod>, Client> {
  const { host, sessions, index, records } = options;
  return {
    ...instanceHandlers(options),
    ...loginHandlers(options),
    ...terminalHandlers(options),
    ...agentSessionHandlers(options),
    'host/heartbeat': (_params, client) => {
      host.clients.heard(client);
      host.clients.listens(client);
      return done;
    },
    'host/configure': (params, client) => {
      const allowed = options.desk.settingsOf(client, params);
      if (allowed === undefined) return done;
      host.configure(allowed);
      records.configure(allowed);
      return done;
    },
    'host/status': options.status,
    'host/drain': () => {
      const running = host.drain();
      options.drained();
      return { running };
    },
    'agents/list': () => ({ agents: host.choices() }),
    'agent/start': async ({ sessionId }) => {
      await host.startAgent(sessionId);
      return done;
    },
    'session/switchAgent': async ({ sessionId, agent }, client) => {
      const live = await sessions.get(sessionId);
      await switchAgent(live, host.program(agent), client.name);
      const { state } = live.session;
      if (state.turns.length > 0) records.write(state, state.turns.at(-1));
      return done;
    },
    'sessions/list': async ({ includeArchived = false, limit, before }, client) => {
      const stored = await options.stored();
      host.clients.listens(client);
      return { sessions: index.list({ includeArchived, limit, before }), total: Math.max(index.count(includeArchived), stored) };
    },
    'session/create': async (params) => ({ session: summaryOf((await host.create(params)).session.state) }),
    'session/follow': (params, client) => host.follow(params, client),
    'session/unfollow': ({ sessionId }, client) => {
      host.clients.unfollow(client, sessionId);
      return done;
    },
    'session/prompt': async ({ sessionId, parts, now }) => (await sessions.get(sessionId)).turns.send(parts, now === true ? 'now' : 'last'),
    'session/queue': async ({ sessionId, prompt, change }) => {
      const live = await sessions.get(sessionId);
      live.turns.changeQueue(prompt, change);
      await live.session.barrier();
      return done;
    },
    'session/continue': async ({ sessionId }) => {
      await (await sessions.get(sessionId)).turns.continue();
      return done;
    },
    'session/goOn': async ({ sessionId }) => {
      await host.goOn(sessionId);
      return done;
    },
    'session/retry': async ({ sessionId, turn, parts }) => {
      await (await sessions.get(sessionId)).turns.retry(turn, parts);
      return done;
    },
    'turn/cancel': async ({ sessionId }) => ({ cancelled: (await sessions.get(sessionId)).turns.stop() }),
    'question/answer': async ({ sessionId, entry, reply }, client) => {
      if (reply.action === 'answer') assertMayApprove(options.desk.mayApprove(client));
      return { answer: await (await sessions.get(sessionId)).agent.forms.answer(entry, reply, client.name, options.now()) };
    },
    'session/fork': async (params) => {
      const { state } = (await host.fork(params)).session;
      for (const turn of state.turns) records.write(state, turn);
      return { session: summaryOf(state) };
    },
    'session/rename': async ({ sessionId, title }) => {
      const { session } = await sessions.get(sessionId);
      session.record({ type: 'session.renamed', title, by: 'person' });
      await session.barrier();
      if (session.state.turnCount > 0) records.write(session.state, undefined);
      return done;
    },
    'session/mark': async ({ sessionId, pinned, color }) => {
      const { session } = await sessions.get(sessionId);
      session.record({ type: 'session.marked', ...(pinned === undefined ? {} : { pinned }), ...(color === undefined ? {} : { color }) });
      return done;
    },
    'session/move': async ({ sessionId, to }, client) => {
      await host.move(sessionId, to, client.name);
      // Whoever acts on the answer finds it in the list.
      sessions.announce();
      return done;
    },
    'session/delete': async ({ sessionId, purgeHistory }) => {
      const { agent, acpSessionId, agentForgets } = (await sessions.get(sessionId)).session.state;
      await options.places.cancel(sessionId);
      await sessions.delete(sessionId);
      if (acpSessionId !== undefined && agentForgets === true) options.copies.delete(agent, acpSessionId);
      const keptInHistory = await records.forget(sessionId, purgeHistory ?? false);
      return keptInHistory === undefined ? {} : { keptInHistory };
    },
    'session/view': async ({ sessionId, draft, scroll, read }) => {
      const { session } = await sessions.get(sessionId);
      const news = {
        ...(draft === undefined || draft === session.state.draft ? {} : { draft }),
        ...(scroll === undefined ? {} : { scroll }),
        ...(read === undefined || read === !session.state.unread ? {} : { read }),
      };
      if (Object.keys(news).length > 0) session.record({ type: 'session.viewed', ...news });
      return done;
    },
    'session/draft': async ({ sessionId, parts }) => {
      const { session } = await sessions.get(sessionId);
      const draftParts = storeParts(session, parts);
      const isNews = JSON.stringify(draftParts) !== JSON.stringify(session.state.draftParts ?? []);
      if (isNews) session.record({ type: 'session.viewed', draftParts });
      return { parts: draftParts };
    },
    'session/pick': async ({ sessionId, picker, value }) => {
      await (await sessions.get(sessionId)).agent.pick(picker, value);
      return done;
    },
    'session/turns': async ({ sessionId, before, limit }) => {
      const { session } = await sessions.get(sessionId);
      return { turns: turnsBefore(session.state.turns, before, limit) };
    },
    'session/find': async ({ sessionId, query, limit = 500 }) => {
      const found = findText((await sessions.get(sessionId)).session.state, query);
      return { matches: found.slice(0, limit), total: found.length, occurrences: found.reduce((sum, { count }) => sum + count, 0) };
    },
    'sessions/find': (params, client) => sessions.search.find(client, params),
    ...approvalHandlers({ ...options, clients: host.clients }),
    ...changeHandlers(sessions, records),
    ...worktreeHandlers(options),
    'session/blob': async ({ sessionId, blob, start, length }) => {
      const { session } = await sessions.get(sessionId);
      const isWhole = start === undefined && length === undefined;
      const range = { offset: start ?? 0, length: Math.min(length ?? largestPart, largestPart) };
      const bytes = await session.readBlob(blob, isWhole ? undefined : range);
      return { data: bytes.toString('base64'), bytes: bytes.length };
    },
    'session/transcript': async ({ sessionId, turn }) => {
      const { state } = (await sessions.get(sessionId)).session;
      if (turn !== undefined && !state.turns.some((each) => each.id === turn))
        throw new LoomError('not-found', 'This turn is not part of the session.');
      return records.transcript(state, turn);
    },
    'history/read': ({ sessionId }) => records.read(sessionId),
    'history/sessions': () => records.written((id) => index.get(id) !== undefined),
    'history/find': ({ query }) => records.findWritten((id) => index.get(id) !== undefined, query),
    'history/fetch': ({ remote }) => records.fetch(remote),
    'history/recover': async ({ sessionId, folder }) => {
      const { session } = await recoverWritten({ host, sessions, records }, sessionId, folder);
      return { session: summaryOf(session.state) };
    },
    'history/forget': async ({ sessionId }) => {
      if (index.get(sessionId) !== undefined) throw new LoomError('conflict', 'This session is here. Delete it in the Sessions view.');
      const keptInHistory = await records.forget(sessionId, true);
      return keptInHistory === undefined ? {} : { keptInHistory };
    },
    'data/plain': async () => ({ sessions: 0, kind: options.location.kind, ...(await findPlainData(options.location)) }),
    'data/move': async () => {
      if (host.runningCount > 0) throw new LoomError('conflict', 'A turn is running. Stop it, or wait for its end, and try again.');
      const found = await noteMove(options.location, diskFiles);
      options.leaveSoon('its data is moved');
      return found;
    },
    'history/share': ({ branch, remote }) => records.share(branch, remote),
    'specs/candidates': ({ folder }) => records.specCandidates(folder),
    'specs/commit': ({ folder, paths, message }) => records.commitSpecs(folder, paths, message),
  };
}

import { assertNever } from '../base/errors.ts';
import { promptText } from './content.ts';
import type { Usage } from './controls.ts';
import type { Entry } from './entries.ts';
import type { Fact, SessionEvent, StopReason } from './events.ts';
import { isAfter } from './isAfter.ts';
import { isOpen, isQuestion, reduceEntries, settleEntries } from './reduceEntries.ts';
import { changeReviewed, filesCounted, withFilesOf } from './reduceFiles.ts';
import type { SessionState, Turn } from './session.ts';
import { afterTurn, afterUsage, nothingSpent } from './spent.ts';
import type { TaskState } from './states.ts';

/** Letters that a preview keeps of the last thing said. */
const previewLength = 200;

/** The state after an event. Pure: host and page call the same function; an event that is not newer than the state changes nothing. */
export function reduce(state: SessionState, event: SessionEvent): SessionState {
  if (!isAfter(event, state.position)) return state;
  const next = reduceFact(awake(state), event.fact, event.at);
  return { ...next, position: { epoch: event.epoch, seq: event.seq } };
}

/** Whatever happens in a session keeps it from hibernating. */
function awake(state: SessionState): SessionState {
  if (state.hibernatesAt === undefined) return state;
  const { hibernatesAt: _at, ...rest } = state;
  return rest;
}

function reduceFact(state: SessionState, fact: Fact, at: string): SessionState {
  switch (fact.type) {
    case 'session.created': {
      const { type: _type, color, ...made } = fact;
      return { ...state, ...made, color: color ?? 'none', createdAt: at, updatedAt: at };
    }
    case 'session.renamed':
      return { ...state, title: fact.title, titledBy: fact.by };
    case 'session.moved':
      return { ...state, lifecycle: fact.lifecycle, archived: fact.archived, updatedAt: at };
    case 'session.marked':
      return { ...state, pinned: fact.pinned ?? state.pinned, color: fact.color ?? state.color };
    case 'session.viewed':
      return viewed(state, fact);
    case 'agent.changed':
      return agentChanged(state, fact);
    case 'agent.switched':
      return agentSwitched(state, fact);
    case 'controls.changed':
      return { ...state, controls: fact.controls };
    case 'usage.changed':
      return used(state, fact.usage);
    case 'queue.changed':
      return { ...state, queue: fact.queue };
    case 'hold.changed': {
      const { hold: _hold, ...rest } = state;
      return fact.hold === null ? rest : { ...rest, hold: fact.hold };
    }
    case 'turn.stalled': {
      const { stalledSince: _since, ...rest } = state;
      return fact.since === undefined ? rest : { ...rest, stalledSince: fact.since };
    }
    case 'rest.noted':
      return { ...state, hibernatesAt: fact.until };
    case 'rules.changed':
      return { ...state, rules: fact.rules };
    case 'branch.changed': {
      const { branch: _branch, ...rest } = state;
      return fact.branch === undefined ? rest : { ...rest, branch: fact.branch };
    }
    case 'worktree.changed':
      return worktreeChanged(state, fact);
    case 'turn.started':
      return turnStarted(state, fact, at);
    case 'turn.copied':
      return turnCopied(state, fact);
    case 'turn.ended':
      return turnEnded(state, fact, at);
    case 'turn.sealed':
      return turnSealed(state, fact);
    case 'files.counted':
      return filesCounted(state, fact);
    case 'change.reviewed':
      return changeReviewed(state, fact);
    case 'text.added':
    case 'tool.changed':
    case 'output.added':
    case 'plan.changed':
    case 'entry.added':
    case 'permission.answered':
    case 'question.answered':
      return entryChanged(state, fact, at);
    case 'journal.flawed':
      return { ...state, flaws: fact.flaws };
    default:
      return assertNever(fact);
  }
}

/** What an agent tells of tokens and money is of its session so far, so only what that grew by was spent since. */
function used(state: SessionState, usage: Usage): SessionState {
  const spent = afterUsage(state.spent ?? nothingSpent, state.usage, usage);
  return { ...state, usage: { ...state.usage, ...usage }, ...(spent === nothingSpent ? {} : { spent }) };
}

function worktreeChanged(state: SessionState, fact: Extract<Fact, { type: 'worktree.changed' }>): SessionState {
  const { worktree: _worktree, branch: oldBranch, variables: oldVariables, ...rest } = state;
  const branch = fact.branch === undefined ? oldBranch : (fact.branch ?? undefined);
  const variables = fact.variables === undefined ? oldVariables : (fact.variables ?? undefined);
  return {
    ...rest,
    cwd: fact.cwd ?? state.cwd,
    ...(fact.worktree === null ? {} : { worktree: fact.worktree }),
    ...(branch === undefined ? {} : { branch }),
    ...(variables === undefined ? {} : { variables }),
  };
}

function viewed(state: SessionState, fact: Extract<Fact, { type: 'session.viewed' }>): SessionState {
  const { scroll: _scroll, draftParts: _parts, ...rest } = state;
  const scroll = fact.scroll === undefined ? state.scroll : (fact.scroll ?? undefined);
  const draftParts = fact.draftParts ?? state.draftParts ?? [];
  return {
    ...rest,
    draft: fact.draft ?? state.draft,
    unread: fact.read === undefined ? state.unread : !fact.read,
    ...(draftParts.length === 0 ? {} : { draftParts }),
    ...(scroll === undefined ? {} : { scroll }),
  };
}

function agentChanged(state: SessionState, fact: Extract<Fact, { type: 'agent.changed' }>): SessionState {
  const { agentReason: _reason, logins: _logins, ...rest } = state;
  return {
    ...rest,
    agentPhase: fact.phase,
    accepts: fact.accepts ?? state.accepts,
    ...(fact.name === undefined ? {} : { agentName: fact.name }),
    ...(fact.version === undefined ? {} : { agentVersion: fact.version }),
    ...(fact.acpSessionId === undefined ? {} : { acpSessionId: fact.acpSessionId }),
    ...(fact.forgets === undefined ? {} : { agentForgets: fact.forgets }),
    ...(fact.reason === undefined ? {} : { agentReason: fact.reason }),
    ...(fact.logins === undefined ? {} : { logins: fact.logins }),
  };
}

/** What the agent before was asked for and offered is of no use to the next one; what it did stays its own work. */
function agentSwitched(state: SessionState, { agent, agentName }: Extract<Fact, { type: 'agent.switched' }>): SessionState {
  const {
    acpSessionId: _session,
    agentForgets: _forgets,
    agentVersion: version,
    agentReason: _reason,
    logins: _logins,
    isSubAgent: _led,
    ...rest
  } = state;
  const { contextUsed: _used, contextSize: _size, ...usage } = state.usage;
  const madeBy = { agent: state.agent, name: state.agentName ?? state.agent, ...(version === undefined ? {} : { version }) };
  return {
    ...rest,
    agent,
    agentName,
    agentPhase: 'none',
    accepts: { image: false, embedded: false },
    controls: { commands: [], pickers: [] },
    usage,
    turns: state.turns.map((turn) => (turn.madeBy === undefined ? { ...turn, madeBy } : turn)),
  };
}

function turnStarted(state: SessionState, fact: Extract<Fact, { type: 'turn.started' }>, at: string): SessionState {
  const turn: Turn = {
    id: fact.turn,
    index: state.turnCount,
    state: 'running',
    prompt: fact.prompt,
    startedAt: at,
    skipped: 0,
    entries: [],
  };
  const said = preview(promptText(fact.prompt));
  return {
    ...state,
    turns: [...state.turns, turn],
    turnCount: state.turnCount + 1,
    counts: { ...state.counts, messages: state.counts.messages + 1 },
    lastMessage: said === '' ? state.lastMessage : said,
    updatedAt: at,
  };
}

/** What was said before the fork is there to be read; what it changed in files is the work of the other session. */
function turnCopied(state: SessionState, { type: _type, turn: id, ...copied }: Extract<Fact, { type: 'turn.copied' }>): SessionState {
  const turn: Turn = { ...copied, id, index: state.turnCount, state: endStates[copied.reason], skipped: 0, isCopy: true };
  const said = turn.entries.findLast((entry) => entry.kind === 'message');
  const lastMessage = preview(said?.text ?? promptText(turn.prompt));
  const counts = turn.entries.reduce(withEntry, { ...state.counts, messages: state.counts.messages + 1 });
  return {
    ...state,
    turns: [...state.turns, turn],
    turnCount: state.turnCount + 1,
    counts,
    lastMessage: lastMessage === '' ? state.lastMessage : lastMessage,
  };
}

const endStates: Readonly<Record<StopReason, TaskState>> = {
  finished: 'completed',
  cancelled: 'cancelled',
  interrupted: 'cancelled',
  failed: 'failed',
  refused: 'failed',
  limit: 'completed',
};

function turnEnded(state: SessionState, fact: Extract<Fact, { type: 'turn.ended' }>, at: string): SessionState {
  const to = fact.reason === 'finished' ? 'completed' : fact.reason === 'failed' ? 'failed' : 'cancelled';
  const next = inTurn(state, fact.turn, (turn) => ({
    ...turn,
    state: endStates[fact.reason],
    reason: fact.reason,
    endedAt: at,
    entries: settleEntries(turn.entries, to, at),
    ...(fact.error === undefined ? {} : { error: fact.error }),
    ...(fact.wantsLogin === true ? { wantsLogin: true } : {}),
    ...(fact.commits === undefined ? {} : { commits: fact.commits }),
    ...(fact.tookMs === undefined ? {} : { tookMs: fact.tookMs }),
  }));
  const failed = fact.reason === 'failed' || fact.reason === 'refused';
  const { stalledSince: _since, ...settled } = withSettledFiles(next, fact.turn, turnOf(state, fact.turn)?.entries ?? []);
  return {
    ...settled,
    spent: afterTurn(state.spent ?? nothingSpent, fact.tookMs ?? 0),
    counts: { ...next.counts, waiting: 0, errors: next.counts.errors + (failed ? 1 : 0) },
    unread: true,
    updatedAt: at,
  };
}

function entryChanged(state: SessionState, fact: Parameters<typeof reduceEntries>[1], at: string): SessionState {
  const turn = turnOf(state, fact.turn);
  if (turn === undefined) return state;
  const entries = reduceEntries(turn.entries, fact, at);
  if (entries === turn.entries) return state;
  const next = inTurn(state, fact.turn, () => ({ ...turn, entries }));
  const isNew = entries.length > turn.entries.length;
  const place = isNew ? entries.length - 1 : entries.findIndex((entry, index) => entry !== turn.entries[index]);
  const touched = entries[place];
  return touched === undefined ? next : counted(withFilesOf(next, turn.id, turn.entries[place], touched), touched, isNew, fact, at);
}

/** The calls that a turn left open have ended with it, and what they changed counts from now on. */
function withSettledFiles(state: SessionState, id: string, before: readonly Entry[]): SessionState {
  const entries = turnOf(state, id)?.entries ?? [];
  return entries.reduce((next, entry, index) => (entry === before[index] ? next : withFilesOf(next, id, before[index], entry)), state);
}

function counted(state: SessionState, entry: Entry, isNew: boolean, fact: Fact, at: string): SessionState {
  const counts = isNew ? withEntry(state.counts, entry) : { ...state.counts };
  if (isNew && isQuestion(entry) && isOpen(entry)) counts.waiting++;
  if (fact.type === 'permission.answered' || fact.type === 'question.answered') counts.waiting = Math.max(0, counts.waiting - 1);
  return {
    ...state,
    counts,
    lastMessage:
      entry.kind === 'message' && !isBeyondPreview(entry.text, fact) ? preview(entry.text) || state.lastMessage : state.lastMessage,
    updatedAt: isNew ? at : state.updatedAt,
  };
}

/**
 * Where the journal was compacted, the seal is all that is left of what was streamed, so it counts what is new to the state. What was
 * streamed before is counted already; files and the last message come out the same either way.
 */
function turnSealed(state: SessionState, fact: Extract<Fact, { type: 'turn.sealed' }>): SessionState {
  const turn = turnOf(state, fact.turn);
  if (turn === undefined) return state;
  const entries = fact.entries.slice(turn.skipped);
  const known = new Map(turn.entries.map((entry) => [entry.id, entry]));
  let next = inTurn(state, fact.turn, () => ({ ...turn, entries }));
  let { counts, lastMessage } = state;
  for (const entry of entries) {
    if (!known.has(entry.id)) counts = withEntry(counts, entry);
    if (entry.kind === 'message') lastMessage = preview(entry.text) || lastMessage;
    next = withFilesOf(next, fact.turn, known.get(entry.id), entry);
  }
  return { ...next, counts: { ...counts, filesTouched: next.files.length }, lastMessage };
}

/** The counts with one entry more. Open questions are not among them: who counts those must see their answers too. */
function withEntry(before: SessionState['counts'], entry: Entry): { -readonly [Name in keyof SessionState['counts']]: number } {
  const counts = { ...before };
  if (entry.kind === 'message' || entry.kind === 'image') counts.messages++;
  if (entry.kind === 'tool') counts.tools++;
  if (entry.kind === 'notice' && entry.level === 'error') counts.errors++;
  return counts;
}

/** Words at the end of a long text change nothing of its preview. A look at a text that grows has the engine copy all of it, so none is taken. */
function isBeyondPreview({ length }: string, fact: Fact): boolean {
  return fact.type === 'text.added' && length - fact.text.length >= previewLength * 2;
}

/** Only the beginning is looked at, so that a growing text does not cost more with each piece. */
function preview(text: string): string {
  return text
    .slice(0, previewLength * 2)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, previewLength);
}

function turnOf(state: SessionState, id: string): Turn | undefined {
  return state.turns.findLast((turn) => turn.id === id);
}

function inTurn(state: SessionState, id: string, change: (turn: Turn) => Turn): SessionState {
  const index = state.turns.findLastIndex((turn) => turn.id === id);
  const old = state.turns[index];
  if (old === undefined) return state;
  const turns = state.turns.slice();
  turns[index] = change(old);
  return { ...state, turns };
}

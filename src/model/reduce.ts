import { assertNever } from '../base/errors.ts';
import { promptText } from './content.ts';
import type { Entry } from './entries.ts';
import type { Fact, SessionEvent, StopReason } from './events.ts';
import { isAfter } from './events.ts';
import { isOpen, reduceEntries, settleEntries } from './reduceEntries.ts';
import type { SessionState, Turn } from './session.ts';
import type { TaskState } from './states.ts';

/** Letters that a preview keeps of the last thing said. */
const previewLength = 200;

/** The state after an event. Pure: host and page call the same function; an event that is not newer than the state changes nothing. */
export function reduce(state: SessionState, event: SessionEvent): SessionState {
  if (!isAfter(event, state.position)) return state;
  const next = reduceFact(state, event.fact, event.at);
  return { ...next, position: { epoch: event.epoch, seq: event.seq } };
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
    case 'controls.changed':
      return { ...state, controls: fact.controls };
    case 'usage.changed':
      return { ...state, usage: { ...state.usage, ...fact.usage } };
    case 'queue.changed':
      return { ...state, queue: fact.queue };
    case 'branch.changed': {
      const { branch: _branch, ...rest } = state;
      return fact.branch === undefined ? rest : { ...rest, branch: fact.branch };
    }
    case 'turn.started':
      return turnStarted(state, fact, at);
    case 'turn.ended':
      return turnEnded(state, fact, at);
    case 'turn.sealed':
      return turnSealed(state, fact);
    case 'text.added':
    case 'tool.changed':
    case 'output.added':
    case 'plan.changed':
    case 'entry.added':
    case 'permission.answered':
      return entryChanged(state, fact, at);
    case 'journal.flawed':
      return { ...state, flaws: fact.flaws };
    default:
      return assertNever(fact);
  }
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
  const { agentReason: _reason, ...rest } = state;
  return {
    ...rest,
    agentPhase: fact.phase,
    accepts: fact.accepts ?? state.accepts,
    ...(fact.name === undefined ? {} : { agentName: fact.name }),
    ...(fact.version === undefined ? {} : { agentVersion: fact.version }),
    ...(fact.acpSessionId === undefined ? {} : { acpSessionId: fact.acpSessionId }),
    ...(fact.reason === undefined ? {} : { agentReason: fact.reason }),
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

const endStates: Readonly<Record<StopReason, TaskState>> = {
  finished: 'completed',
  cancelled: 'cancelled',
  interrupted: 'cancelled',
  failed: 'failed',
  refused: 'failed',
  limit: 'completed',
};

function turnEnded(state: SessionState, fact: Extract<Fact, { type: 'turn.ended' }>, at: string): SessionState {
  const settled = fact.reason === 'finished' ? 'completed' : fact.reason === 'failed' ? 'failed' : 'cancelled';
  const next = inTurn(state, fact.turn, (turn) => ({
    ...turn,
    state: endStates[fact.reason],
    reason: fact.reason,
    endedAt: at,
    entries: settleEntries(turn.entries, settled, at),
    ...(fact.error === undefined ? {} : { error: fact.error }),
    ...(fact.commits === undefined ? {} : { commits: fact.commits }),
  }));
  const failed = fact.reason === 'failed' || fact.reason === 'refused';
  return {
    ...next,
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
  const touched = isNew ? entries.at(-1) : entries.find((entry, index) => entry !== turn.entries[index]);
  return touched === undefined ? next : counted(next, touched, isNew, fact, at);
}

function counted(state: SessionState, entry: Entry, isNew: boolean, fact: Fact, at: string): SessionState {
  const counts = isNew ? withEntry(state.counts, entry) : { ...state.counts };
  if (isNew && entry.kind === 'permission' && isOpen(entry)) counts.waiting++;
  if (fact.type === 'permission.answered') counts.waiting = Math.max(0, counts.waiting - 1);
  const files =
    entry.kind === 'tool' && fact.type === 'tool.changed' && fact.content !== undefined ? touchedFiles(state.files, entry) : state.files;
  counts.filesTouched = files.length;
  return {
    ...state,
    counts,
    files,
    lastMessage: entry.kind === 'message' ? preview(entry.text) || state.lastMessage : state.lastMessage,
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
  const known = new Set(turn.entries.map(({ id }) => id));
  let { counts, files, lastMessage } = state;
  for (const entry of entries) {
    if (!known.has(entry.id)) counts = withEntry(counts, entry);
    if (entry.kind === 'tool') files = touchedFiles(files, entry);
    if (entry.kind === 'message') lastMessage = preview(entry.text) || lastMessage;
  }
  const next = inTurn(state, fact.turn, () => ({ ...turn, entries }));
  return { ...next, counts: { ...counts, filesTouched: files.length }, files, lastMessage };
}

/** The counts with one entry more. Open questions are not among them: who counts those must see their answers too. */
function withEntry(before: SessionState['counts'], entry: Entry): { -readonly [Name in keyof SessionState['counts']]: number } {
  const counts = { ...before };
  if (entry.kind === 'message' || entry.kind === 'image') counts.messages++;
  if (entry.kind === 'tool') counts.tools++;
  if (entry.kind === 'notice' && entry.level === 'error') counts.errors++;
  return counts;
}

function touchedFiles(before: SessionState['files'], entry: Extract<Entry, { kind: 'tool' }>): SessionState['files'] {
  let files = before;
  for (const part of entry.content) {
    if (part.type !== 'diff') continue;
    const { path, added, removed } = part.diff;
    const others = files.filter((file) => file.path !== path);
    files = [...others, { path, added, removed }];
  }
  return files;
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

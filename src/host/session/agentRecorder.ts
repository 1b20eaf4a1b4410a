import { relative } from 'node:path';
import { blobThresholdBytes } from '../../model/content.ts';
import type { Entry, NoticeAction, PermissionAnswer, PermissionEntry, ToolContent, ToolEntry } from '../../model/entries.ts';
import type { Fact } from '../../model/events.ts';
import { isTerminal } from '../../model/states.ts';
import type { Tokens } from '../../model/tokens.ts';
import { addTokens } from '../../model/tokens.ts';
import type { AgentPermission, AgentQuestion, AgentToolContent, AgentToolFields, AgentUpdate, WrittenFile } from '../agents/agentPort.ts';
import { formOf } from './formQuestions.ts';
import { glimpse, isLong, KeptContent } from './keptContent.ts';
import { PlanEntries } from './planEntries.ts';
import type { Session } from './session.ts';

/** Milliseconds between two looks at a long output that grows. */
const lookMs = 500;

/** A long output of a tool that still runs, as it came last. */
interface HeldOutput {
  readonly content: readonly AgentToolContent[];
  readonly shownAt: number;
}

/**
 * Turns what an agent says into facts of its session: gives entries their ids, cuts large content into blobs, and writes an output that grew
 * as what it grew by. One recorder serves one session as long as it is loaded.
 */
export class AgentRecorder {
  readonly #session: Session;
  #kept: KeptContent;
  #turn = '';
  #next = 0;
  /** What a person said in an earlier session, as far as the agent has repeated it. */
  #repeated: string | undefined;
  #isRepeating = false;
  #text: { readonly entry: string; readonly kind: 'message' | 'thought' } | undefined;
  readonly #plans = new PlanEntries();
  #calls = new Map<string, string>();
  /** Changes that the host wrote for a call and that the agent does not report: they stay in its content when that comes anew. */
  #written = new Map<string, readonly ToolContent[]>();
  /** Changes that only the question of a call has told: they stay as well. */
  #proposed = new Map<string, readonly ToolContent[]>();
  #held = new Map<string, HeldOutput>();
  /** The text that a call's entry has as its only content, also while it still waits for its frame. */
  #outputs = new Map<string, string>();

  constructor(session: Session) {
    this.#session = session;
    this.#kept = new KeptContent(session);
    const last = session.state.turns.at(-1);
    if (last !== undefined) this.#enter(last.id, last.skipped + last.entries.length);
  }

  /** Entries that follow belong to this turn. */
  begin(turn: string): void {
    this.#enter(turn, 0);
  }

  /** Records an update. What comes before any turn opens one without a prompt, so that nothing is lost. */
  update(update: AgentUpdate): void {
    if (update.type !== 'prompt') this.#beginRepeated();
    switch (update.type) {
      case 'prompt':
        this.#repeated = (this.#repeated ?? '') + update.text;
        return undefined;
      case 'controls':
        return this.#session.record({ type: 'controls.changed', controls: update.controls });
      case 'usage':
        return this.#session.stream({ type: 'usage.changed', usage: { ...update.usage, ...this.#tokensWith(update.tokens) } });
      case 'title':
        if (this.#session.state.titledBy !== 'person' && this.#session.state.title !== update.title)
          this.#session.record({ type: 'session.renamed', title: update.title.slice(0, 200), by: 'agent' });
        return undefined;
      case 'text':
        return this.#addText(update.kind, update.text);
      case 'tool':
        this.#changeTool(update.callId, update.fields);
        return undefined;
      case 'plan':
        return this.#session.stream(
          this.#plans.change(
            update,
            () => this.#turn,
            () => this.#newEntry(),
          ),
        );
      case 'plan-removed': {
        const removed = this.#plans.remove(update.plan);
        return removed === undefined ? undefined : this.#session.stream(removed);
      }
      case 'image':
        return this.#add((common) => ({ ...common, kind: 'image', ...this.#kept.image(update) }));
      case 'file':
        return this.#add((common) => ({ ...common, kind: 'file', name: update.name, ...this.#kept.image(update) }));
      case 'notice':
        return this.notice(update.level, update.text, update.detail);
    }
  }

  /**
   * Takes in a file that the host wrote for the agent. The call that it belongs to shows the change: one that reports it already, else the open
   * one that names the file; without such a call it gets an entry of its own.
   */
  wrote(file: WrittenFile): void {
    if (file.before === file.after) return;
    this.#session.flush();
    const { path } = file;
    const open = this.#tools().filter((tool) => !isTerminal(tool.state));
    const names = (tool: ToolEntry): boolean => tool.locations.some((place) => place.path === path) || hasDiff(tool.content, path);
    const owner = open.findLast((tool) => hasDiff(tool.content, path)) ?? open.findLast(names);
    const entry = owner?.id ?? this.#newEntry();
    const wrote = [...new Set([...(owner?.wrote ?? []), path])];
    const common = { type: 'tool.changed', turn: this.#turn, entry, wrote } as const;
    if (owner !== undefined && saysChange(owner.content, file)) return this.#session.stream(common);
    const diff: ToolContent = { type: 'diff', diff: this.#kept.diff({ type: 'diff', ...file }) };
    this.#written.set(entry, [...(this.#written.get(entry) ?? []), diff]);
    this.#outputs.delete(entry);
    if (owner !== undefined) return this.#session.stream({ ...common, content: [...owner.content, diff] });
    this.#text = undefined;
    const name = relative(this.#session.state.cwd, path);
    this.#session.stream({
      ...common,
      title: `Write ${name}`,
      toolKind: 'edit',
      state: 'completed',
      content: [diff],
      locations: [{ path }],
    });
  }

  /** Ends what an agent has repeated of an earlier session. */
  endRepeated(): void {
    this.#beginRepeated();
    if (this.#isRepeating) this.#endTurn();
    this.#isRepeating = false;
  }

  /** Of an earlier session each message of the person begins a turn. It may come in pieces. */
  #beginRepeated(): void {
    const text = this.#repeated;
    if (text === undefined) return;
    this.#repeated = undefined;
    if (this.#isRepeating) this.#endTurn();
    this.#isRepeating = true;
    const turn = this.#session.nextTurnId();
    this.#session.record({ type: 'turn.started', turn, prompt: [{ type: 'text', text }] });
    this.#enter(turn, 0);
  }

  #endTurn(): void {
    this.settle();
    const sealed = this.sealed(this.#turn);
    this.#session.record(...(sealed === undefined ? [] : [sealed]), { type: 'turn.ended', turn: this.#turn, reason: 'finished' });
  }

  /** Adds a notice to the running or the last turn, with what can be done about it. */
  notice(level: 'info' | 'warning' | 'error', text: string, detail?: string, actions: readonly NoticeAction[] = []): void {
    const [action, ...more] = actions;
    this.#add((common) => ({
      ...common,
      kind: 'notice',
      level,
      text,
      ...(detail === undefined ? {} : { detail }),
      ...(action === undefined ? {} : { action }),
      ...(more.length === 0 ? {} : { more }),
    }));
  }

  /** The turn that what the agent says belongs to. */
  get turn(): string {
    return this.#turn;
  }

  /** A question as its card will show it, not recorded yet; what it says of its tool call is. */
  permission(permission: AgentPermission): PermissionEntry {
    const tool = permission.callId === undefined ? undefined : this.#changeTool(permission.callId, permission.fields);
    // What the call said just before must be in the state that is looked at.
    this.#session.flush();
    const shown = tool === undefined ? undefined : this.#find(tool);
    if (tool !== undefined && permission.fields.content !== undefined) this.#proposed.set(tool, shown?.content ?? []);
    return {
      id: this.#newEntry(),
      at: '',
      kind: 'permission',
      ...(tool === undefined ? {} : { tool }),
      title: permission.title,
      toolKind: permission.fields.toolKind ?? shown?.toolKind ?? 'other',
      ...(permission.command === undefined ? {} : { command: permission.command }),
      // What a terminal shows comes of the answer, so it is no part of the question.
      content: (permission.fields.content === undefined
        ? (shown?.content ?? [])
        : permission.fields.content.map((part) => this.#kept.content(part))
      ).filter((part) => part.type !== 'text' || part.terminal === undefined),
      locations: [...(permission.fields.locations ?? shown?.locations ?? [])],
      options: [...permission.options],
    };
  }

  /** Records a question in its turn, in one write with the answer that a rule gives; false where the turn is over. */
  ask(question: PermissionEntry, turn: string, answer?: PermissionAnswer): boolean {
    if (turn !== this.#turn) return false;
    this.#session.flush();
    this.#record(
      { type: 'entry.added', turn, added: question },
      ...(answer === undefined ? [] : [{ type: 'permission.answered' as const, turn, entry: question.id, answer }]),
    );
    return true;
  }

  /** Records a form and returns the id of its entry. */
  question(question: AgentQuestion): string {
    const tool = question.callId === undefined ? undefined : this.#changeTool(question.callId, {});
    const entry = this.#newEntry();
    this.#record({ type: 'entry.added', turn: this.#turn, added: { id: entry, at: '', kind: 'question', ...formOf(question, tool) } });
    return entry;
  }

  /** Writes what is held of long outputs, before the turn ends. */
  settle(): void {
    for (const [entry, { content }] of this.#held)
      this.#session.stream({ type: 'tool.changed', turn: this.#turn, entry, content: content.map((part) => this.#kept.content(part)) });
    this.#held.clear();
  }

  /** The entries of a turn as they stand, to be sealed. */
  sealed(turn: string): Fact | undefined {
    this.#session.flush();
    const found = this.#session.state.turns.findLast((each) => each.id === turn);
    if (found === undefined || found.skipped > 0 || found.entries.length === 0) return undefined;
    return { type: 'turn.sealed', turn, entries: found.entries };
  }

  #enter(turn: string, next: number): void {
    this.#turn = turn;
    this.#next = next;
    this.#text = undefined;
    this.#calls = new Map();
    this.#written = new Map();
    this.#proposed = new Map();
    this.#kept = new KeptContent(this.#session);
    this.#held = new Map();
    this.#outputs = new Map();
  }

  #addText(kind: 'message' | 'thought', text: string): void {
    if (text === '') return;
    if (this.#text?.kind !== kind) this.#text = { entry: this.#newEntry(), kind };
    this.#session.stream({ type: 'text.added', turn: this.#turn, entry: this.#text.entry, kind, text });
  }

  #changeTool(callId: string, fields: AgentToolFields): string {
    const known = this.#calls.get(callId);
    const entry = known ?? this.#newEntry();
    if (known === undefined) {
      this.#calls.set(callId, entry);
      this.#text = undefined;
    }
    const growth = known === undefined ? undefined : this.#growth(entry, fields);
    if (growth !== undefined) {
      this.#session.stream(growth);
      if (fields.state === undefined) return entry;
    }
    const shown = growth === undefined ? this.#shown(entry, fields) : undefined;
    if (shown === 'held') return entry;
    const content = shown === undefined ? undefined : this.#withKnown(entry, shown);
    this.#keepOutput(entry, content);
    this.#session.stream({
      type: 'tool.changed',
      turn: this.#turn,
      entry,
      ...(fields.title === undefined ? {} : { title: fields.title }),
      ...(fields.toolKind === undefined ? {} : { toolKind: fields.toolKind }),
      ...(fields.state === undefined ? {} : { state: fields.state }),
      ...(fields.input === undefined ? {} : { input: this.#kept.text(fields.input) }),
      ...(content === undefined ? {} : { content }),
      ...(fields.locations === undefined ? {} : { locations: [...fields.locations] }),
    });
    return entry;
  }

  /**
   * The content to be written for an update. An output that is long and still grows comes again and again, each time as a whole: while the tool
   * runs its beginning and end are shown, at most twice a second, and only what it was in the end becomes a blob.
   */
  #shown(entry: string, fields: AgentToolFields): readonly ToolContent[] | 'held' | undefined {
    const { content = this.#held.get(entry)?.content, state } = fields;
    const hasEnded = state !== undefined && isTerminal(state);
    if (content === undefined || (fields.content === undefined && !hasEnded)) return undefined;
    const before = this.#held.get(entry);
    this.#held.delete(entry);
    if (hasEnded || !content.some((part) => part.type === 'text' && isLong(part.text)))
      return content.map((part) => this.#kept.content(part));
    const now = performance.now();
    const isDue = before === undefined || now - before.shownAt >= lookMs;
    this.#held.set(entry, { content, shownAt: isDue ? now : before.shownAt });
    const saysMore = state !== undefined || fields.title !== undefined || fields.input !== undefined || fields.locations !== undefined;
    if (isDue)
      return content.map((part) =>
        part.type === 'text' ? { type: 'text', text: { text: glimpse(part.text) } } : this.#kept.content(part),
      );
    return saysMore ? undefined : 'held';
  }

  /** An update that only says the text of before with more behind it is written as the difference. */
  #growth(entry: string, fields: AgentToolFields): Fact | undefined {
    if (fields.content === undefined || fields.title !== undefined || fields.input !== undefined || fields.locations !== undefined)
      return undefined;
    const [after, ...others] = fields.content;
    const before = this.#outputs.get(entry);
    if (before === undefined || after?.type !== 'text' || others.length > 0) return undefined;
    // How a terminal has ended is said with the whole.
    if (after.terminal?.exitCode !== undefined || after.terminal?.signal !== undefined) return undefined;
    if (!after.text.startsWith(before) || after.text.length > blobThresholdBytes / 2) return undefined;
    this.#outputs.set(entry, after.text);
    return { type: 'output.added', turn: this.#turn, entry, index: 0, text: after.text.slice(before.length) };
  }

  /** What the session has had of tokens with those of one more turn. */
  #tokensWith(turn: Tokens = {}): Tokens {
    return Object.keys(turn).length === 0 ? {} : addTokens(this.#session.state.usage, turn);
  }

  #withKnown(entry: string, content: readonly ToolContent[]): readonly ToolContent[] {
    const more = (all: readonly ToolContent[], known: readonly ToolContent[] = []): readonly ToolContent[] => [
      ...all,
      ...known.filter((part) => part.type === 'diff' && !hasDiff(all, part.diff.path)),
    ];
    return more(more(content, this.#written.get(entry)), this.#proposed.get(entry));
  }

  #tools(): readonly ToolEntry[] {
    const entries = this.#session.state.turns.findLast((turn) => turn.id === this.#turn)?.entries ?? [];
    return entries.filter((each) => each.kind === 'tool');
  }

  #keepOutput(entry: string, content: readonly ToolContent[] | undefined): void {
    if (content === undefined) return;
    const [part, ...others] = content;
    if (part?.type === 'text' && part.text.blob === undefined && others.length === 0) this.#outputs.set(entry, part.text.text);
    else this.#outputs.delete(entry);
  }

  #find(entry: string): ToolEntry | undefined {
    return this.#tools().findLast((each) => each.id === entry);
  }

  #add(make: (common: { id: string; at: string }) => Entry): void {
    const added = make({ id: this.#newEntry(), at: '' });
    this.#text = undefined;
    this.#record({ type: 'entry.added', turn: this.#turn, added });
  }

  #record(...facts: readonly Fact[]): void {
    this.#text = undefined;
    this.#session.record(...facts);
  }

  #newEntry(): string {
    if (this.#turn === '') this.#openTurn();
    this.#next += 1;
    return `${this.#turn}-${this.#next}`;
  }

  #openTurn(): void {
    const turn = this.#session.nextTurnId();
    this.#session.record({ type: 'turn.started', turn, prompt: [] }, { type: 'turn.ended', turn, reason: 'finished' });
    this.#enter(turn, 0);
  }
}

function hasDiff(content: readonly ToolContent[], path: string): boolean {
  return content.some((part) => part.type === 'diff' && part.diff.path === path);
}

/** Whether a call reports this very change, as whole texts or as the piece that changed. */
function saysChange(content: readonly ToolContent[], { path, before, after }: WrittenFile): boolean {
  return content.some((part) => {
    if (part.type !== 'diff' || part.diff.path !== path) return false;
    const { diff } = part;
    if (diff.before?.blob !== undefined || diff.after.blob !== undefined) return false;
    if (diff.before?.text === before && diff.after.text === after) return true;
    const piece = diff.before?.text;
    return piece !== undefined && piece !== '' && before?.replace(piece, () => diff.after.text) === after;
  });
}

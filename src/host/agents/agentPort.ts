/**
 * `host/agents` is the only part of the host that knows ACP. This file is its other side: what a session asks of an agent and hears from it,
 * in the house's own words. It knows neither journals nor panels, and it does not know who listens.
 */
import type { Controls, Usage } from '../../model/controls.ts';
import type { LoomError } from '../../base/errors.ts';
import type { Tokens } from '../../model/tokens.ts';
import type { LoginMethod } from './logins.ts';
import type { Event } from '../../base/event.ts';
import type { Location } from '../../model/content.ts';
import type { PermissionOption, PlanItem } from '../../model/entries.ts';
import type { ToolKind } from '../../model/toolKind.ts';
import type { StopReason } from '../../model/events.ts';
import type { QuestionField, QuestionValues } from '../../model/questions.ts';
import type { TaskState } from '../../model/states.ts';
import type { McpServers } from '../../protocol/mcpServers.ts';

/** How an agent program is started. `env` is added to the environment that the window sent. */
export interface AgentProgram {
  readonly id: string;
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  /** Where the command comes from, when not from the settings: it says what a person can do about one that does not start. */
  readonly source?: 'installed' | 'path' | undefined;
}

/** What an agent said of itself in `initialize`. */
export interface AgentIdentity {
  readonly name: string;
  readonly version: string;
  readonly accepts: { readonly image: boolean; readonly embedded: boolean };
  readonly canLoad: boolean;
  readonly canResume: boolean;
  readonly canFork: boolean;
  /** It can delete what it has stored of a session. */
  readonly canForget: boolean;
}

/** One part of a prompt with its bytes at hand. `data` is base64. */
export type AgentPromptPart =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'file';
      readonly path: string;
      readonly name: string;
      readonly range?: { readonly start: number; readonly end: number } | undefined;
    }
  | { readonly type: 'image'; readonly mimeType: string; readonly data: string }
  | { readonly type: 'attachment'; readonly name: string; readonly text: string };

/** Content of a tool call as the agent sent it: of any length, not yet cut into blobs. */
export type AgentToolContent =
  /** `terminal` says that it is the output of one, and how its command ended, once it has. */
  | {
      readonly type: 'text';
      readonly text: string;
      readonly terminal?: { readonly id: string; readonly exitCode?: number; readonly signal?: string } | undefined;
    }
  /** `before` is missing for a new file; `isDeleted` says that the file is gone, and `after` is empty then. */
  | {
      readonly type: 'diff';
      readonly path: string;
      readonly before?: string | undefined;
      readonly after: string;
      readonly isDeleted?: boolean | undefined;
    }
  | { readonly type: 'image'; readonly mimeType: string; readonly data: string }
  | { readonly type: 'file'; readonly name: string; readonly mimeType: string; readonly data: string }
  | { readonly type: 'resource'; readonly uri: string; readonly name: string; readonly text?: string | undefined };

/** Fields of a tool call; what is undefined did not change. `input` is readable text (a command, or indented JSON). */
export interface AgentToolFields {
  readonly title?: string | undefined;
  readonly toolKind?: ToolKind | undefined;
  readonly state?: TaskState | undefined;
  readonly input?: string | undefined;
  readonly content?: readonly AgentToolContent[] | undefined;
  readonly locations?: readonly Location[] | undefined;
}

/** Something that an agent says in a session, in the order in which it said it. */
export type AgentUpdate =
  | { readonly type: 'text'; readonly kind: 'message' | 'thought'; readonly text: string }
  /** What a person once said, while an earlier session is repeated. */
  | { readonly type: 'prompt'; readonly text: string }
  | { readonly type: 'image'; readonly mimeType: string; readonly data: string }
  | { readonly type: 'file'; readonly name: string; readonly mimeType: string; readonly data: string }
  | { readonly type: 'tool'; readonly callId: string; readonly fields: AgentToolFields }
  /** A plan as it stands now. `plan` is the agent's id of it, where it has several; `text` what one says that is no list. */
  | { readonly type: 'plan'; readonly plan?: string | undefined; readonly items: readonly PlanItem[]; readonly text?: string | undefined }
  | { readonly type: 'plan-removed'; readonly plan: string }
  | { readonly type: 'controls'; readonly controls: Controls }
  /** `tokens` are those of one turn, to be added to what the session has had. */
  | { readonly type: 'usage'; readonly usage: Usage; readonly tokens?: Tokens }
  | { readonly type: 'title'; readonly title: string }
  | { readonly type: 'notice'; readonly level: 'info' | 'warning' | 'error'; readonly text: string; readonly detail?: string | undefined };

/** A question that the agent waits for. */
export interface AgentPermission {
  readonly callId?: string | undefined;
  readonly fields: AgentToolFields;
  readonly title: string;
  readonly command?: string | undefined;
  readonly options: readonly PermissionOption[];
}

/** A question that the agent waits for, as a form or, with `url`, as an address at which it is answered. */
export interface AgentQuestion {
  readonly callId?: string | undefined;
  readonly title: string;
  readonly description?: string | undefined;
  readonly fields: readonly QuestionField[];
  readonly url?: string | undefined;
}

/** Why the signal of a question aborts when it was answered at its address: what else aborts it withdraws it. */
export const answeredElsewhere = 'answered elsewhere';

/** What a person made of a question; undefined where it was withdrawn. */
export type AgentReply =
  { readonly action: 'accept'; readonly values?: QuestionValues | undefined } | { readonly action: 'decline' | 'cancel' };

/** A text file that was written for an agent; `before` is undefined for a new one. */
export interface WrittenFile {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** A file as an agent named it, and where that really leads. */
export interface FilePlace {
  readonly path: string;
  readonly real: string;
}

/** The editors in which a file may be open, with changes that are not saved. Undefined means that the disk counts. */
export interface EditorFiles {
  read(place: FilePlace): Promise<string | undefined>;
  /** Writes a file that is there as an edit that can be undone, and saves it; says what the editor had and has. */
  write(place: FilePlace, text: string): Promise<{ readonly before: string; readonly after: string } | undefined>;
}

/** A sub-agent that an agent has started by itself. */
export interface AgentChild {
  readonly acpSessionId: string;
  readonly title: string;
}

/** Something that an agent has the host do, of which it may have asked nobody. `words` are a program and its arguments, or a single line for a shell. */
export interface AgentDeed {
  readonly kind: 'read' | 'edit' | 'execute';
  readonly words?: readonly string[];
  readonly paths: readonly string[];
}

/** Who hears what an agent says in one session. All calls come in order, none overlaps another of the same session. */
export interface AgentListener {
  update(update: AgentUpdate): void;
  /** Resolves with the chosen option's id, or undefined when the question was withdrawn. `signal` aborts when the agent's connection closes or the turn is cancelled. */
  ask(permission: AgentPermission, signal: AbortSignal): Promise<string | undefined>;
  /** Resolves with what a person made of a form; withdrawn as a permission is. Who has no such method declines. */
  question?(question: AgentQuestion, signal: AbortSignal): Promise<AgentReply | undefined>;
  /** A sub-agent works for the session under an id of its own: gives who hears it, or undefined where nobody does. */
  spawned?(child: AgentChild): Promise<AgentListener | undefined>;
  /** The turn in which a sub-agent worked is over. */
  done?(): void;
  /** Why the agent may not have the host do this, as a sentence for it; undefined where it may. Who has no such method forbids nothing. */
  refusal?(deed: AgentDeed): Promise<string | undefined>;
  /** Where the files of the session may be open. */
  readonly editor?: EditorFiles | undefined;
  /** The agent wrote a file through `fs/write_text_file`. */
  wrote?(file: WrittenFile): void;
  /**
   * Undefined while the session can take more. Else a promise that resolves when it can again: until then nothing is read from the agent,
   * for all of its sessions, so that a full disk or a slow reader slows the agent down instead of filling the memory.
   */
  ready?(): Promise<void> | undefined;
  /** The connection is gone; `reason` is a sentence for a person. No call follows. */
  closed(reason: string): void;
}

/** The provider of an agent takes nothing more: until then (milliseconds since 1970), for a time that it does not say, or until a person does something. */
export type AgentLimit = { readonly kind: 'rate'; readonly until?: number | undefined } | { readonly kind: 'quota' };

/** How a prompt ended. */
export interface AgentStop {
  readonly reason: StopReason;
  readonly error?: string | undefined;
  /** Set where it failed because the provider takes nothing more. */
  readonly limit?: AgentLimit | undefined;
  /** Set where it failed because the agent wants a login first: its `data` says in which ways. */
  readonly login?: LoomError | undefined;
}

/** A command that the host runs for an agent. */
export interface AgentTerminal {
  readonly command: string;
  /** How it has ended; undefined while it runs. */
  readonly end: { readonly code: number | null; readonly signal: string | null } | undefined;
  readonly onChanged: Event<void>;
  /** The output from a place on, or from the first that is kept; `next` is where the rest will begin. */
  from(place: number): { readonly text: string; readonly next: number };
}

/** One session inside a running agent. */
export interface AgentSession {
  readonly acpSessionId: string;
  /** Whether the agent knows what was said before: it does after a load or a resume. */
  readonly remembers: boolean;
  readonly controls: Controls;
  prompt(parts: readonly AgentPromptPart[], signal?: AbortSignal): Promise<AgentStop>;
  /** Asks the agent to stop the running turn; its prompt then settles, by itself or after a time limit. */
  cancel(): void;
  pick(picker: string, value: string): Promise<void>;
  /** A terminal that the agent has opened in the session, also one that has ended; undefined for one that is no longer known. */
  terminal(id: string): AgentTerminal | undefined;
  /** Tells the agent that the session is no longer needed. */
  close(): Promise<void>;
}

/** What an agent uses with all the processes that it started. `cpuMs` is processor time since they began; what the system does not tell is missing. */
export interface TreeUsage {
  readonly processes: number;
  readonly memoryBytes: number;
  readonly cpuMs: number;
  readonly threads?: number;
  readonly files?: number;
}

/** Sessions that an agent has stored. `updatedAt` is as the agent wrote it. */
export interface StoredSessions {
  readonly sessions: readonly {
    readonly acpSessionId: string;
    readonly title?: string | undefined;
    readonly cwd: string;
    readonly updatedAt?: string | undefined;
  }[];
  /** Where the next page begins. */
  readonly next?: string | undefined;
}

/** A running agent, as far as sessions use it. */
export interface AgentInstance {
  readonly program: AgentProgram;
  readonly pid: number | undefined;
  readonly identity: AgentIdentity;
  readonly sessionCount: number;
  /**
   * Opens a session in a folder; with `acpSessionId` an earlier one is resumed or loaded where the agent can (what it replays is not heard),
   * with `forkOf` a new one begins as a copy of another where the agent can.
   */
  open(
    options: {
      readonly cwd: string;
      readonly acpSessionId?: string | undefined;
      readonly forkOf?: string | undefined;
      /** What the agent repeats of the earlier session is heard: nobody here knows it yet. */
      readonly hearReplay?: boolean | undefined;
      /** Signs in where the agent wants that before it opens a session: tried once, then the session is asked for again. */
      readonly signIn?: ((instance: AgentInstance, listener: AgentListener, signal?: AbortSignal) => Promise<boolean>) | undefined;
      /** Signs in before anything is opened: the agent has asked for it in the middle of its work. */
      readonly signInFirst?: boolean | undefined;
      readonly listener: AgentListener;
      /** MCP servers that the session's agent is to use; those that it cannot reach are left out. */
      readonly mcpServers?: McpServers | undefined;
    },
    signal?: AbortSignal,
  ): Promise<AgentSession>;
  /** What it uses now; undefined where that cannot be told. */
  measure(): Promise<TreeUsage | undefined>;
  /** The ways in which one can sign in. */
  readonly logins: readonly LoginMethod[];
  /**
   * Signs in by a method of the kind `agent`, once. Questions of the agent meanwhile go to the listener. Rejects with `agent`, `timeout`,
   * `disconnected` or `cancelled`.
   */
  authenticate(method: string, limitMs: number, listener?: Pick<AgentListener, 'question'>, signal?: AbortSignal): Promise<void>;
  /** The sessions that the agent has stored, in pages, the newest first as a rule; undefined where it does not tell. */
  stored(cwd: string | undefined, cursor: string | undefined, signal?: AbortSignal): Promise<StoredSessions | undefined>;
  /** Has the agent delete what it has stored of a session that is not open here; false where it cannot. Rejects as its requests do. */
  forget(acpSessionId: string): Promise<boolean>;
  /** Signs out where the agent can; false where it cannot. */
  logout(): Promise<boolean>;
  /** Ends the process tree: stdin closed, then SIGTERM, then SIGKILL. */
  close(): Promise<void>;
}

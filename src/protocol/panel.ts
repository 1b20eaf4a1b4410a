/**
 * The panel contract: what a chat page may ask. A picked part of the host contract without `sessionId` (a panel is one session and the extension
 * adds its id), and a few `ui/*` requests that the editor answers. A page can ask nothing else.
 */
import * as z from 'zod';
import { BlobId, Location } from '../model/content.ts';
import { Id } from '../model/entries.ts';
import { SessionEvent } from '../model/events.ts';
import { SessionState } from '../model/session.ts';
import { notification, request } from './contract.ts';
import { hostRequests } from './host.ts';

const Nothing = z.object({});

/** Requests of the host contract that a page may make for its own session. */
export const panelHostMethods = [
  'session/prompt',
  'session/queue',
  'session/move',
  'session/continue',
  'session/retry',
  'session/goOn',
  'session/view',
  'session/draft',
  'session/pick',
  'agent/start',
  'agent/restart',
  'turn/wait',
  'session/turns',
  'session/find',
  'session/blob',
  'session/transcript',
  'session/change',
  'session/rename',
  'permission/answer',
  'question/answer',
  'turn/cancel',
  'worktree/cancel',
  'worktree/retry',
  'worktree/useFolder',
] as const satisfies readonly (keyof typeof hostRequests)[];

export type PanelHostMethod = (typeof panelHostMethods)[number];

/** Something to mention with `@`. */
export const Mention = z.object({
  kind: z.enum(['file', 'symbol', 'session', 'problem', 'selection']),
  label: z.string(),
  description: z.string(),
  path: z.string().optional(),
  range: z.object({ start: z.number().int(), end: z.number().int() }).optional(),
});
export type Mention = z.infer<typeof Mention>;

/** A file with instructions for agents. `path` is absolute, `name` its place in the workspace folder, with slashes. */
export const InstructionFile = z.object({ path: z.string(), name: z.string() });
export type InstructionFile = z.infer<typeof InstructionFile>;

/** Requests that the editor answers. */
export const panelUiRequests = {
  'ui/openFile': request(
    'Opens a file of the workspace at a line.',
    z.object({ location: Location, beside: z.boolean().optional() }),
    Nothing,
  ),
  'ui/openDiff': request(
    'Opens a diff of this session in the diff editor: entry and index of its content.',
    z.object({ entry: Id, index: z.number().int().nonnegative() }),
    Nothing,
  ),
  'ui/compare': request(
    'Opens a file as it was before a turn, or before the session, beside what it is now.',
    z.object({ path: z.string(), turn: Id.optional() }),
    Nothing,
  ),
  'ui/restore': request(
    'Says which files go back to before a turn, and puts them back when the person agrees.',
    z.object({ turn: Id }),
    Nothing,
  ),
  'ui/review': request(
    'Keeps or undoes changes, as `session/review`; nothing is undone in a file that an editor has not saved.',
    hostRequests['session/review'].params.omit({ sessionId: true }),
    hostRequests['session/review'].result,
  ),
  'ui/takeRestoreBack': request(
    'Takes an earlier restore back, with the same care.',
    z.object({ restore: Id }),
    hostRequests['session/restore'].result,
  ),
  'ui/openChanges': request('Opens all changes of the session in the multi-diff editor.', Nothing, Nothing),
  'ui/openText': request(
    'Opens a long text (tool input or output) in an untitled, read-only editor.',
    z.object({ title: z.string(), text: z.string(), blob: z.string().optional() }),
    Nothing,
  ),
  'ui/showTerminal': request('Shows a terminal of the agent in the editor, to be watched.', z.object({ terminal: z.string() }), Nothing),
  'ui/saveFile': request(
    'Asks the person where and writes a stored payload there.',
    z.object({ name: z.string(), mimeType: z.string(), blob: BlobId }),
    Nothing,
  ),
  'ui/openExternal': request('Asks the person and then opens a link outside.', z.object({ url: z.string() }), Nothing),
  'ui/copy': request('Puts text on the clipboard.', z.object({ text: z.string() }), Nothing),
  'ui/insert': request('Inserts text at the cursor of the last editor.', z.object({ text: z.string() }), Nothing),
  'ui/mentions': request('What `@` can mean, best first.', z.object({ query: z.string() }), z.object({ mentions: z.array(Mention) })),
  'ui/command': request(
    'Runs one of our own commands for this session.',
    z.object({
      command: z.enum([
        'newSession',
        'showLog',
        'openHistory',
        'rename',
        'openSettings',
        'restartHost',
        'switchAgent',
        'signIn',
        'openApproval',
        'restoreWorktree',
      ]),
    }),
    Nothing,
  ),
  'ui/fork': request(
    'Makes a session that begins with this one up to a turn, or all of it, and opens it.',
    z.object({ turn: Id.optional() }),
    Nothing,
  ),
  'ui/openChildren': request('Opens the session that came from this one, after a choice where there are several.', Nothing, Nothing),
  'ui/openParent': request('Opens the session that this one comes from.', Nothing, Nothing),
  'ui/instructions': request(
    'The files with instructions for agents, such as `AGENTS.md`, that apply where the session works.',
    Nothing,
    z.object({ files: z.array(InstructionFile) }),
  ),
  'ui/openInstructions': request('Opens the instructions for agents, after a choice where there are several.', Nothing, Nothing),
  'ui/allowAlways': request(
    'Has the person pick what is allowed from now on, in this session or in all, and answers a question with that.',
    z.object({ entry: Id }),
    z.object({ answered: z.boolean() }),
  ),
  'ui/retryConnection': request('Tries to reach the host at once.', Nothing, Nothing),
} as const;

/** How the panel stands to the host; with words for a person where something is wrong. */
export const Connection = z.object({
  state: z.enum(['connected', 'connecting', 'lost', 'other-version', 'gone']),
  text: z.string().optional(),
});
export type Connection = z.infer<typeof Connection>;

export const PanelSettings = z.object({
  sendWith: z.enum(['enter', 'ctrl+enter']),
  platform: z.enum(['mac', 'other']),
  locale: z.string(),
});

/** What the extension sends to a page. */
export const panelNotifications = {
  'panel/settings': notification('Settings that the page obeys.', PanelSettings),
  'panel/checkpoint': notification('The state to begin with: a window on the end of the session.', z.object({ state: SessionState })),
  'panel/events': notification('Events that follow the state, in order.', z.object({ events: z.array(SessionEvent) })),
  'panel/connection': notification('How the panel stands to the host.', Connection),
  'panel/children': notification(
    'The sessions that came from this one: how many, and how many of them work or need a person.',
    z.object({ count: z.number().int(), running: z.number().int(), waiting: z.number().int() }),
  ),
  'panel/heartbeat': notification('The extension host is alive; every five seconds.', Nothing),
  'panel/insert': notification(
    'Text or a mention to put into the composer.',
    z.object({ text: z.string().optional(), mention: Mention.optional() }),
  ),
  'panel/reveal': notification(
    'Goes to a place of the session: an entry, or the prompt of a turn counted from 0; `text` finds the block in it.',
    z.object({ turn: z.number().int().nonnegative(), entry: Id.optional(), text: z.string().optional() }),
  ),
  'panel/focus': notification(
    'Puts the keyboard into the composer, opens find, or goes to a question (`entry`) that waits for an answer.',
    z.object({ target: z.enum(['composer', 'find', 'question']), entry: Id.optional() }),
  ),
} as const;

/** One link, one channel: every message between a page and the extension has one of these shapes. */
export const ToExtension = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('request'), id: z.number().int(), method: z.string(), params: z.unknown() }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), text: z.string() }),
]);
export type ToExtension = z.infer<typeof ToExtension>;

export const ToPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), id: z.number().int(), result: z.unknown() }),
  z.object({
    type: z.literal('error'),
    id: z.number().int(),
    error: z.object({ code: z.string(), message: z.string(), data: z.unknown().optional() }),
  }),
  z.object({ type: z.literal('notification'), method: z.string(), params: z.unknown() }),
]);
export type ToPage = z.infer<typeof ToPage>;

/**
 * The format of recorded sessions, as text in and data out.
 *
 * A file of JSON lines. Empty lines and lines that begin with `//` are passed over. The first line may be a header:
 *   {"play":1, "speed":4, "quiet":true}   speed: 1 as recorded (default), 4 four times as fast, "fast" without any waiting;
 *                                         quiet: leaves out the sentence that says that this is a recording
 * Every other line is one step with one of these keys:
 *   {"say":"text"} {"think":"text"} {"user":"text"}   a message, a thought, the person's message
 *        "chunk":20     sent in pieces of so many characters; default: in one piece
 *        "size":60000   the text repeated or cut to so many characters
 *   {"tool":{"title":"npm test","kind":"execute","input":{…},"output":"text","diff":{"path","oldText","newText"},"locations":[{"path","line"}],"status":"failed"}}
 *        a whole tool call: pending, in progress, its output (in pieces of "chunk", each update with all so far), then "completed" or the given status
 *   {"ask":{"title":"rm -r dist","kind":"execute","input":{…},"diff":{…}}}   asks for permission; a refusal ends the playback
 *   {"plan":["first","second"]}   a plan, walked from pending to completed
 *   {"usage":{"used":1200,"size":200000}}   {"title":"New title"}
 *   {"update":{"sessionUpdate":"…",…}}   any ACP update; sent as it is, only tool call ids get a prefix so that a second playback has its own
 *   {"wait":500}   milliseconds
 *   {"steps":[…]}   a group, to be repeated as a whole
 *   {"stop":"refusal"}   ends the turn with that ACP stop reason    {"fail":"message"}   ends it with an error
 * and with any of these beside it:
 *   "at":1200      not before so many milliseconds from the beginning (divided by the speed)
 *   "repeat":500   so many times; `{{n}}` in any text of the step is the number of the innermost repetition, from 1
 *   "delay":5      milliseconds before each update but the first, or "rate":100, updates a second (both scaled by the speed)
 * Paths are as the client shall see them; a relative path in `diff` and `locations` is taken from the session's folder.
 *
 * What the agent stores of a session (`store.ts`) is such a file: a header and lines of `at` and `update`.
 */
import type { SessionUpdate, StopReason, ToolCallLocation, ToolKind } from '@agentclientprotocol/sdk';
import { LoomError } from '../base/errors.ts';

/** A recording. `speed` is Infinity for playing without waiting. */
export interface Recording {
  readonly speed: number;
  readonly quiet: boolean;
  readonly steps: readonly Step[];
}

/** A tool call, or a question about one, as a recording describes it. */
export interface RecordedTool {
  readonly title: string;
  readonly kind?: ToolKind;
  readonly input?: unknown;
  readonly output?: string;
  readonly diff?: { readonly path: string; readonly oldText?: string; readonly newText: string };
  readonly locations?: readonly ToolCallLocation[];
  readonly status?: 'completed' | 'failed';
}

/** What a step does. */
export type Action =
  | {
      readonly kind: 'text';
      readonly role: 'agent_message_chunk' | 'agent_thought_chunk' | 'user_message_chunk';
      readonly text: string;
      readonly chunk: number;
    }
  | { readonly kind: 'tool'; readonly tool: RecordedTool; readonly chunk: number }
  | { readonly kind: 'ask'; readonly tool: RecordedTool }
  | { readonly kind: 'plan'; readonly entries: readonly string[] }
  | { readonly kind: 'update'; readonly update: SessionUpdate }
  | { readonly kind: 'wait'; readonly milliseconds: number }
  | { readonly kind: 'group'; readonly steps: readonly Step[] }
  | { readonly kind: 'stop'; readonly reason: StopReason }
  | { readonly kind: 'fail'; readonly message: string };

/** A step and its timing: milliseconds from the beginning, times, milliseconds between updates. */
export interface Step {
  readonly at?: number;
  readonly repeat: number;
  readonly delay: number;
  readonly action: Action;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a recording. Fails with `invalid-input`, naming the line, before anything of it is played. */
export function parseRecording(text: string): Recording {
  const lines = text.split('\n').flatMap((line, index) => {
    const trimmed = line.trim();
    return trimmed === '' || trimmed.startsWith('//')
      ? []
      : [{ where: `line ${index + 1}`, fields: fieldsOf(trimmed, `line ${index + 1}`) }];
  });
  const header = lines[0]?.fields['play'] === undefined ? {} : (lines.shift()?.fields ?? {});
  if (header['play'] !== undefined && header['play'] !== 1) throw wrong('the first line', 'is of a version that this agent does not know');
  return {
    speed: speedOf(header['speed']),
    quiet: header['quiet'] === true,
    steps: lines.map(({ where, fields }) => stepOf(fields, where)),
  };
}

/** Reads a speed: a number, `4x`, or `fast`. Undefined is 1. */
export function speedOf(value: unknown): number {
  if (value === undefined || value === '') return 1;
  if (value === 'fast') return Infinity;
  const speed = typeof value === 'string' ? Number(/^([\d.]+)x?$/.exec(value)?.[1]) : value;
  if (typeof speed === 'number' && speed > 0) return speed;
  throw new LoomError('invalid-input', `${JSON.stringify(value)} is no speed. Write 4x, 0.5x or fast.`);
}

function stepOf(fields: Fields, where: string): Step {
  const rate = number(fields, 'rate', where);
  const delay = number(fields, 'delay', where) ?? (rate === undefined || rate === 0 ? 0 : 1000 / rate);
  const at = number(fields, 'at', where);
  return { repeat: number(fields, 'repeat', where) ?? 1, delay, action: actionOf(fields, where), ...(at === undefined ? {} : { at }) };
}

const roles = { say: 'agent_message_chunk', think: 'agent_thought_chunk', user: 'user_message_chunk' } as const;
const stopReasons: readonly StopReason[] = ['end_turn', 'max_tokens', 'max_turn_requests', 'refusal', 'cancelled'];

function actionOf(fields: Fields, where: string): Action {
  const chunk = number(fields, 'chunk', where) ?? Infinity;
  if (chunk < 1) throw wrong(where, 'has a "chunk" below 1');
  for (const key of ['say', 'think', 'user'] as const) {
    const text = fields[key];
    if (typeof text === 'string') return { kind: 'text', role: roles[key], text: sized(text, number(fields, 'size', where)), chunk };
  }
  if (isFields(fields['tool'])) return { kind: 'tool', tool: toolOf(fields['tool'], where), chunk };
  if (isFields(fields['ask'])) return { kind: 'ask', tool: toolOf(fields['ask'], where) };
  const { plan, usage, title, update, wait, steps, stop, fail } = fields;
  if (Array.isArray(plan)) return { kind: 'plan', entries: plan.map(String) };
  if (isFields(usage)) {
    const cost = isFields(usage['cost'])
      ? { cost: { amount: Number(usage['cost']['amount']), currency: String(usage['cost']['currency']) } }
      : {};
    const counts = { used: number(usage, 'used', where) ?? 0, size: number(usage, 'size', where) ?? 0 };
    return { kind: 'update', update: { sessionUpdate: 'usage_update', ...counts, ...cost } };
  }
  if (typeof title === 'string') return { kind: 'update', update: { sessionUpdate: 'session_info_update', title } };
  if (isUpdate(update)) return { kind: 'update', update };
  if (typeof wait === 'number') return { kind: 'wait', milliseconds: wait };
  if (Array.isArray(steps)) {
    const inner = steps.map((step: unknown, index) => (isFields(step) ? stepOf(step, `${where}, step ${index + 1}`) : undefined));
    if (!inner.includes(undefined)) return { kind: 'group', steps: inner.filter((step) => step !== undefined) };
  }
  const reason = stopReasons.find((known) => known === stop);
  if (reason !== undefined) return { kind: 'stop', reason };
  if (typeof fail === 'string') return { kind: 'fail', message: fail };
  throw wrong(where, 'is no step: it needs one of say, think, user, tool, ask, plan, usage, title, update, wait, steps, stop, fail');
}

/** Takes a tool call as it is written. Only the title is checked: what else is wrong with it, a client shall cope with. */
function toolOf(fields: Fields, where: string): RecordedTool {
  if (!isTool(fields)) throw wrong(where, 'has a tool call without a "title"');
  return fields;
}

function isTool(fields: Fields): fields is Fields & RecordedTool {
  return typeof fields['title'] === 'string' && (fields['output'] === undefined || typeof fields['output'] === 'string');
}

/** Recordings may hold updates that no schema knows, which is what tests of clients want, so only the kind is checked. */
function isUpdate(value: unknown): value is SessionUpdate {
  return isFields(value) && typeof value['sessionUpdate'] === 'string';
}

function sized(text: string, size: number | undefined): string {
  if (size === undefined || text === '') return text;
  return text.repeat(Math.ceil(size / text.length)).slice(0, size);
}

function fieldsOf(line: string, where: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong(where, 'is no JSON');
  }
  if (!isFields(value)) throw wrong(where, 'is no JSON object');
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function number(fields: Fields, key: string, where: string): number | undefined {
  const value = fields[key];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0) return value;
  throw wrong(where, `has a "${key}" that is no number from 0 up`);
}

function wrong(where: string, what: string): LoomError {
  return new LoomError('invalid-input', `This is no recording that I can play: ${where} ${what}.`);
}

import { resolve } from 'node:path';
import { RequestError } from '@agentclientprotocol/sdk';
import type { PermissionOption, SessionUpdate, ToolCall, ToolCallContent } from '@agentclientprotocol/sdk';
import { assertNever } from '../base/errors.ts';
import { askClient } from './permission.ts';
import type { Pacer } from './pacer.ts';
import type { Action, RecordedTool, Step } from './playFile.ts';
import { textContent } from './turn.ts';
import type { Turn } from './turn.ts';

/** What a playback plays with. Tool call ids of raw updates begin with the prefix. */
export interface Stage {
  readonly turn: Turn;
  readonly pacer: Pacer;
  readonly prefix: string;
}

/** Plays steps one after the other. `n` is the number of the repetition they belong to. Says whether the playback goes on. */
export async function playSteps(stage: Stage, steps: readonly Step[], n: number): Promise<boolean> {
  for (const step of steps) {
    if (step.at !== undefined) await stage.pacer.until(step.at);
    for (let time = 1; time <= step.repeat; time++) {
      const current = step.repeat > 1 ? time : n;
      if (time > 1) await stage.pacer.after(step.delay);
      if (!(await playAction(stage, step.action, step.delay, current))) return false;
    }
  }
  return true;
}

async function playAction(stage: Stage, action: Action, delay: number, n: number): Promise<boolean> {
  const { turn, pacer } = stage;
  turn.signal.throwIfAborted();
  switch (action.kind) {
    case 'text':
      for (const [index, text] of pieces(filled(action.text, n), action.chunk).entries()) {
        if (index > 0) await pacer.after(delay);
        await turn.send({ sessionUpdate: action.role, content: { type: 'text', text } });
      }
      return true;
    case 'tool':
      await playTool(stage, filled(action.tool, n), action.chunk, delay);
      return true;
    case 'ask':
      return isAllowed(turn, filled(action.tool, n));
    case 'plan':
      await playPlan(stage, filled(action.entries, n), delay);
      return true;
    case 'update':
      await turn.send(withOwnId(filled(action.update, n), stage.prefix));
      return true;
    case 'wait':
      await pacer.after(action.milliseconds);
      return true;
    case 'group':
      return playSteps(stage, action.steps, n);
    case 'stop':
      turn.stopReason = action.reason;
      return false;
    case 'fail':
      throw RequestError.internalError(undefined, action.message);
    default:
      return assertNever(action);
  }
}

async function playTool({ turn, pacer }: Stage, recorded: RecordedTool, chunk: number, delay: number): Promise<void> {
  const diff = diffOf(turn, recorded);
  const tool = await turn.tool(callOf(turn, recorded));
  await pacer.after(delay);
  await tool.update({ status: 'in_progress' });
  let output = '';
  for (const text of recorded.output === undefined ? [] : pieces(recorded.output, chunk)) {
    await pacer.after(delay);
    output += text;
    await tool.update({ content: [...diff, ...textContent(output)] });
  }
  await pacer.after(delay);
  await tool.end(recorded.status ?? 'completed');
}

async function playPlan({ turn, pacer }: Stage, entries: readonly string[], delay: number): Promise<void> {
  // Each step is in progress once, and after the last all are completed.
  for (let current = -1; current <= entries.length; current++) {
    if (current >= 0) await pacer.after(delay);
    const status = (index: number) => (index < current ? 'completed' : index === current ? 'in_progress' : 'pending');
    await turn.plan(entries.map((content, index) => ({ content, priority: 'medium', status: status(index) })));
  }
}

const options: readonly PermissionOption[] = [
  { optionId: 'allow_once', kind: 'allow_once', name: 'Allow' },
  { optionId: 'allow_always', kind: 'allow_always', name: 'Always allow' },
  { optionId: 'reject_once', kind: 'reject_once', name: 'Refuse' },
  { optionId: 'reject_always', kind: 'reject_always', name: 'Always refuse' },
];

/** Asks as a recorded agent did. The answer holds for this question only: nothing real is allowed by it. */
async function isAllowed(turn: Turn, recorded: RecordedTool): Promise<boolean> {
  const tool = await turn.tool(callOf(turn, recorded));
  const allowed = (await askClient(turn, tool.call, options))?.startsWith('allow') === true;
  const output = allowed && recorded.output !== undefined ? { content: [...diffOf(turn, recorded), ...textContent(recorded.output)] } : {};
  await tool.end(allowed ? (recorded.status ?? 'completed') : 'failed', output);
  return allowed;
}

function callOf(turn: Turn, { title, kind, input, locations, ...recorded }: RecordedTool): Omit<ToolCall, 'toolCallId'> {
  return {
    title,
    kind: kind ?? 'other',
    content: diffOf(turn, { title, ...recorded }),
    ...(locations === undefined
      ? {}
      : { locations: locations.map((place) => ({ ...place, path: resolve(turn.session.folder, place.path) })) }),
    ...(input === undefined ? {} : { rawInput: input }),
  };
}

function diffOf(turn: Turn, { diff }: RecordedTool): ToolCallContent[] {
  return diff === undefined ? [] : [{ type: 'diff', ...diff, path: resolve(turn.session.folder, diff.path) }];
}

function pieces(text: string, size: number): readonly string[] {
  if (text.length <= size) return [text];
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
}

function withOwnId(update: SessionUpdate, prefix: string): SessionUpdate {
  return 'toolCallId' in update ? { ...update, toolCallId: `${prefix}-${update.toolCallId}` } : update;
}

/** Puts the number of the repetition where a text asks for it. */
function filled<Value>(value: Value, n: number): Value {
  if (typeof value !== 'string' && typeof value !== 'object') return value;
  const json = JSON.stringify(value);
  return json.includes('{{n}}') ? (JSON.parse(json.replaceAll('{{n}}', String(n))) as Value) : value;
}

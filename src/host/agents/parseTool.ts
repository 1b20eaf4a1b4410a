import type { Location } from '../../model/content.ts';
import { ToolKind } from '../../model/toolKind.ts';
import type { TaskState } from '../../model/states.ts';
import { migrateState } from '../../model/states.ts';
import type { AgentToolContent, AgentToolFields } from './agentPort.ts';
import type { Fields } from './fields.ts';
import { countOf, cut, fieldsOf, listOf, textOf, wordsOf } from './fields.ts';
import { absolutePath, contentOf } from './parseContent.ts';

const longestTitle = 1000;
const longestInput = 256 * 1024;

/** Reads a `tool_call`, a `tool_call_update` or the call inside of a permission request. What is malformed is left out, field by field. */
export function toolFieldsOf(raw: Fields, folder: string): AgentToolFields {
  return {
    title: optionally(wordsOf(raw['title']), (title) => cut(withoutTicks(title.trim()), longestTitle)),
    toolKind: kindOf(raw['kind']),
    state: stateOf(raw['status']),
    input: inputOf(raw['rawInput']),
    content: Array.isArray(raw['content']) ? listOf(raw['content']).flatMap((value) => partOf(value, folder)) : undefined,
    locations: Array.isArray(raw['locations']) ? listOf(raw['locations']).flatMap((value) => locationOf(value, folder)) : undefined,
  };
}

/** The command that a call is about, verbatim; undefined when it is about something else. */
export function commandOf(rawInput: unknown): string | undefined {
  const command = fieldsOf(rawInput)?.['command'];
  if (Array.isArray(command)) {
    const words = command.filter((word) => typeof word === 'string');
    return words.length === 0 || words.length !== command.length ? undefined : cut(words.map(quoteWord).join(' '), longestInput);
  }
  return optionally(wordsOf(command), (text) => cut(text, longestInput));
}

/** A word as a shell would need it, so that where one argument ends and the next begins can be seen. */
function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** What a tool was called with, to be read: its command, or the values as indented JSON. */
function inputOf(rawInput: unknown): string | undefined {
  if (rawInput === undefined || rawInput === null) return undefined;
  const command = commandOf(rawInput);
  if (command !== undefined) return command;
  if (typeof rawInput === 'string') return rawInput === '' ? undefined : cut(rawInput, longestInput);
  // Many agents announce a call before they know what it will be called with.
  if (typeof rawInput === 'object' && Object.keys(rawInput).length === 0) return undefined;
  return cut(JSON.stringify(rawInput, undefined, 2), longestInput);
}

/** The words of ACP and of older agents; ones that nobody knows leave the state as it is. */
export function stateOf(status: unknown): TaskState | undefined {
  return optionally(textOf(status), migrateState);
}

function kindOf(kind: unknown): ToolKind | undefined {
  const text = wordsOf(kind);
  if (text === undefined) return undefined;
  const known = ToolKind.safeParse(text);
  return known.success ? known.data : 'other';
}

/** What a call returned, as far as it is text. Some agents give a result in no other way; structures in it are for programs. */
export function outputOf(rawOutput: unknown): string | undefined {
  const fields = fieldsOf(rawOutput);
  return wordsOf(rawOutput) ?? wordsOf(fields?.['output']) ?? wordsOf(fields?.['stdout']) ?? wordsOf(fields?.['error']);
}

function partOf(value: unknown, folder: string): AgentToolContent[] {
  const part = fieldsOf(value);
  if (part?.['type'] === 'diff') {
    const path = absolutePath(part['path'], folder);
    const before = textOf(part['oldText']);
    const after = textOf(part['newText']);
    if (path === undefined) return [];
    // The protocol has no word for a deleted file; agents that report one leave the new text out.
    if (after === undefined) return before === undefined ? [] : [{ type: 'diff', path, before, after: '', isDeleted: true }];
    return [{ type: 'diff', path, before, after }];
  }
  if (part?.['type'] === 'terminal') {
    const id = wordsOf(part['terminalId']);
    return id === undefined ? [] : [{ type: 'text', text: '', terminal: { id } }];
  }
  const content = contentOf(part?.['type'] === 'content' ? part['content'] : undefined);
  if (content === undefined) return [];
  return [content.type === 'text' ? { ...content, text: withoutFence(content.text) } : content];
}

/** What a call returned is shown as it is: where an agent has put all of it between the marks of a code block, they are left out. */
function withoutFence(text: string): string {
  const [, fence = '', inside = ''] = /^(`{3,})[^`\n]*\n([\s\S]*)\n\1\s*$/.exec(text) ?? [];
  return fence === '' || inside.split('\n').some((line) => line.startsWith(fence)) ? text : inside;
}

/** ACP counts lines from 1, the model from 0. */
function locationOf(value: unknown, folder: string): Location[] {
  const fields = fieldsOf(value);
  const path = absolutePath(fields?.['path'], folder);
  if (path === undefined) return [];
  const line = countOf(fields?.['line']);
  return [line === undefined ? { path } : { path, line: Math.max(0, Math.floor(line) - 1) }];
}

function optionally<From, To>(value: From | undefined, change: (value: From) => To | undefined): To | undefined {
  return value === undefined ? undefined : change(value);
}

/** A title that is all code, as agents write commands, without the marks of markdown around it: it is shown as plain text. */
function withoutTicks(title: string): string {
  return /^(`+)([^`]+)\1$/.exec(title)?.[2]?.trim() ?? title;
}

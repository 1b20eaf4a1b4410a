import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SessionUpdate, ToolCallContent } from '@agentclientprotocol/sdk';

/** Writes a session's updates as a text that a person can review: runs of chunks are joined, a folder is named `<folder>`, reports of output in between are left out. */
export function transcriptOf(updates: readonly SessionUpdate[], folder: string): string {
  const lines: string[] = [];
  let speaking: string | undefined;
  for (const [index, update] of updates.entries()) {
    const chunk =
      update.sessionUpdate.endsWith('_chunk') && 'content' in update && !Array.isArray(update.content) ? update.content : undefined;
    if (chunk?.type === 'text') {
      if (speaking === update.sessionUpdate) lines.push(`${lines.pop() ?? ''}${chunk.text}`);
      else lines.push(`${update.sessionUpdate}: ${chunk.text}`);
      speaking = update.sessionUpdate;
      continue;
    }
    if (isReportBetween(update, updates[index + 1])) continue;
    speaking = undefined;
    lines.push(lineOf(update));
  }
  return `${lines.join('\n').replaceAll(folder, '<folder>').trimEnd()}\n`;
}

/** Compares with a golden file. `UPDATE_GOLDEN=1` writes it anew, for a person to review. */
export function assertGolden(name: string, actual: string): void {
  const path = fileURLToPath(new URL(`../golden/agent/${name}.txt`, import.meta.url));
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, actual);
  assert.ok(existsSync(path), `There is no golden file ${path}: run with UPDATE_GOLDEN=1 and review it.`);
  assert.equal(actual, readFileSync(path, 'utf8').replaceAll('\r\n', '\n'));
}

/** Output comes in as many reports as the machine likes, so only the last one before the end of a call is part of a transcript. */
function isReportBetween(update: SessionUpdate, next: SessionUpdate | undefined): boolean {
  return (
    update.sessionUpdate === 'tool_call_update' &&
    update.status === undefined &&
    next?.sessionUpdate === 'tool_call_update' &&
    next.content !== undefined &&
    update.toolCallId === next.toolCallId
  );
}

function lineOf(update: SessionUpdate): string {
  switch (update.sessionUpdate) {
    case 'tool_call':
    case 'tool_call_update': {
      const { sessionUpdate: kind, toolCallId, status, content, title, locations, ...rest } = update;
      const places = locations?.map(({ path, line }) => (line === undefined ? path : `${path}:${line}`)).join(', ');
      const head = [`${kind} ${toolCallId}`, status, title, places === undefined || places === '' ? undefined : `at ${places}`];
      const more = Object.keys(rest).length === 0 ? undefined : JSON.stringify(rest);
      return [[...head, more].filter((part) => part !== undefined && part !== null).join(' · '), ...(content ?? []).map(contentLine)].join(
        '\n',
      );
    }
    case 'plan':
      return ['plan', ...update.entries.map((entry) => `  [${entry.status}] ${entry.content}`)].join('\n');
    case 'usage_update':
      // The figure counts characters of paths, which differ from machine to machine.
      return 'usage_update';
    case 'available_commands_update':
      return `available_commands_update: ${update.availableCommands.map(({ name }) => name).join(' ')}`;
    default:
      return JSON.stringify(update);
  }
}

function contentLine(content: ToolCallContent): string {
  if (content.type === 'content' && content.content.type === 'text') return content.content.text.replace(/^/gm, '  | ');
  if (content.type === 'diff')
    return [`  diff ${content.path}`, signed('-', content.oldText), signed('+', content.newText)].filter((part) => part !== '').join('\n');
  return `  ${JSON.stringify(content)}`;
}

function signed(sign: string, text: string | null | undefined): string {
  return text === undefined || text === null ? '' : text.replace(/\n$/, '').replace(/^/gm, `  ${sign} `);
}

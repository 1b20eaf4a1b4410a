import type { AgentToolFields, AgentUpdate } from './agentPort.ts';
import type { OffersChange } from './controls.ts';
import { commandsOf, configOf } from './controls.ts';
import type { Fields } from './fields.ts';
import { cut, fieldsOf, listOf, textOf, wordsOf } from './fields.ts';
import type { OwnTerminalNews } from './ownTerminals.ts';
import { ownTerminalOf } from './ownTerminals.ts';
import { contentOf, linkText } from './parseContent.ts';
import { planItem, planOf } from './parsePlan.ts';
import { sessionMessageOf } from './parseSessionMessage.ts';
import { attachmentScheme } from './promptParts.ts';
import { commandOf, outputOf, toolFieldsOf } from './parseTool.ts';
import { contextUsageOf } from './parseUsage.ts';

/** What is in a `session/update`. */
export type ParsedUpdate =
  /** Something that belongs into the transcript, a tool call excepted. `message` is the agent's id of the message that a text is a part of, or of what a notice tells once. */
  | { readonly type: 'said'; readonly update: AgentUpdate; readonly message?: string | undefined }
  /** A tool call. `command` is what it runs; `output` is what it returned, to be shown when the agent gave no content. */
  | {
      readonly type: 'tool';
      readonly callId: string;
      readonly fields: AgentToolFields;
      readonly command: string | undefined;
      readonly output: string | undefined;
      /** What the agent tells of a terminal of its own, in which the call runs. */
      readonly terminal?: OwnTerminalNews | undefined;
    }
  | { readonly type: 'offered'; readonly change: OffersChange }
  /** What a person said. */
  | { readonly type: 'repeated'; readonly text: string }
  /** Known, and not to be shown. */
  | { readonly type: 'nothing' }
  /** Of a kind that this version does not know; `kind` is short enough to be shown. */
  | { readonly type: 'unknown'; readonly kind: string };

const nothing: ParsedUpdate = { type: 'nothing' };

/** Reads the `update` of a `session/update`. Paths are resolved against the session's folder. Never fails: what is malformed is left out. */
export function parseUpdate(value: unknown, folder: string): ParsedUpdate {
  const raw = fieldsOf(value);
  const kind = textOf(raw?.['sessionUpdate']);
  if (raw === undefined || kind === undefined) return { type: 'unknown', kind: 'without a name' };
  switch (kind) {
    case 'agent_message_chunk':
      return chunk(raw, 'message');
    case 'agent_thought_chunk':
      return chunk(raw, 'thought');
    // Known here already, and better, unless the session is one that was made elsewhere.
    case 'user_message_chunk': {
      const content = contentOf(raw['content']);
      return content?.type === 'text' ? { type: 'repeated', text: content.text } : nothing;
    }
    case 'tool_call':
    case 'tool_call_update': {
      const callId = wordsOf(raw['toolCallId']);
      if (callId === undefined) return nothing;
      const fields = toolFieldsOf(raw, folder);
      const terminal = ownTerminalOf(raw['_meta']);
      const said = { command: commandOf(raw['rawInput']), output: outputOf(raw['rawOutput']) };
      return { type: 'tool', callId, fields, ...said, ...(terminal === undefined ? {} : { terminal }) };
    }
    case 'plan':
      return Array.isArray(raw['entries']) ? said({ type: 'plan', items: listOf(raw['entries']).flatMap(planItem) }) : nothing;
    case 'plan_update': {
      const plan = planOf(raw['plan']);
      return plan === undefined ? nothing : said(plan);
    }
    case 'plan_removed': {
      const plan = wordsOf(raw['planId']);
      return plan === undefined ? nothing : said({ type: 'plan-removed', plan });
    }
    case 'available_commands_update':
      return Array.isArray(raw['availableCommands'])
        ? { type: 'offered', change: { type: 'commands', commands: commandsOf(raw['availableCommands']) } }
        : nothing;
    case 'current_mode_update': {
      // Agents of an early version called it `modeId`.
      const mode = wordsOf(raw['currentModeId']) ?? wordsOf(raw['modeId']);
      return mode === undefined ? nothing : { type: 'offered', change: { type: 'mode', mode } };
    }
    case 'config_option_update':
      return Array.isArray(raw['configOptions'])
        ? { type: 'offered', change: { type: 'config', config: configOf(raw['configOptions']) } }
        : nothing;
    case 'session_info_update': {
      const title = wordsOf(raw['title'])?.trim();
      // Claude's adapter takes the first line of a prompt, and that can be the address of what we sent along.
      if (title === undefined || title === '' || title.startsWith(attachmentScheme)) return nothing;
      return said({ type: 'title', title: cut(title.replace(/\s+/g, ' '), 200) });
    }
    case 'usage_update': {
      const usage = contextUsageOf(raw);
      return Object.keys(usage).length === 0 ? nothing : said({ type: 'usage', usage });
    }
    case 'notice':
      return noticeOf(raw);
    case 'compaction_update':
      return compactionOf(raw);
    // The finished summary comes again with the update that ends the compaction.
    case 'compaction_summary_chunk':
      return nothing;
    // Whose sub-agent it is was taken in before: see `OpenSessions.update`.
    case 'subagent_update':
      return nothing;
    case 'session_message':
    case 'session_message_chunk': {
      const message = sessionMessageOf(raw);
      return message === undefined ? nothing : said({ type: 'text', kind: 'thought', text: message.text }, message.id);
    }
    default:
      return { type: 'unknown', kind: `“${cut(kind, 60)}”` };
  }
}

function said(update: AgentUpdate, message?: string): ParsedUpdate {
  return message === undefined ? { type: 'said', update } : { type: 'said', update, message };
}

function chunk(raw: Fields, kind: 'message' | 'thought'): ParsedUpdate {
  const content = contentOf(raw['content']);
  const message = wordsOf(raw['messageId']);
  switch (content?.type) {
    case undefined:
      return nothing;
    case 'text':
      return content.text === '' ? nothing : said({ type: 'text', kind, text: content.text }, message);
    case 'image':
    case 'file':
      return said(content);
    case 'resource':
      return said({ type: 'text', kind, text: linkText(content.name, content.uri) }, message);
  }
}

function noticeOf(raw: Fields): ParsedUpdate {
  const text = wordsOf(raw['title']);
  if (text === undefined) return nothing;
  const severity = raw['severity'];
  const level = severity === 'warning' || severity === 'error' ? severity : 'info';
  const detail = wordsOf(raw['description']);
  return said({ type: 'notice', level, text: cut(text, 1000), ...(detail === undefined ? {} : { detail: cut(detail, 16_000) }) });
}

function compactionOf(raw: Fields): ParsedUpdate {
  // An update of the same compaction that says nothing new is told once.
  const id = `${wordsOf(raw['compactionId']) ?? ''} ${textOf(raw['status']) ?? ''}`;
  const notice = (level: 'info' | 'warning', text: string, detail: string | undefined): ParsedUpdate =>
    said({ type: 'notice', level, text, ...(detail === undefined ? {} : { detail: cut(detail, 16_000) }) }, id);
  switch (raw['status']) {
    case 'in_progress':
      return notice('info', 'The agent is summing up the conversation to make room.', undefined);
    case 'completed': {
      const summary = listOf(raw['summary'])
        .flatMap((block) => contentOf(block) ?? [])
        .map((content) => (content.type === 'text' ? content.text : ''))
        .join('');
      return notice('info', 'The agent has summed up the conversation to make room.', wordsOf(summary));
    }
    case 'failed':
      return notice('warning', 'The agent could not sum up the conversation.', wordsOf(raw['error']));
    case 'cancelled':
      return notice('info', 'The agent no longer sums up the conversation.', undefined);
    default:
      return nothing;
  }
}

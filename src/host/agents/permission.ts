import type { PermissionOption } from '../../model/entries.ts';
import type { AgentPermission } from './agentPort.ts';
import type { Fields } from './fields.ts';
import { cut, fieldsOf, listOf, textOf, wordsOf } from './fields.ts';
import { commandOf, toolFieldsOf } from './parseTool.ts';

/** What was said of a tool call before: a question about it often carries its id only. */
export interface KnownCall {
  readonly title?: string | undefined;
  readonly command?: string | undefined;
}

const roles: Readonly<Record<string, PermissionOption['role']>> = {
  allow_once: 'allow-once',
  allow_always: 'allow-always',
  reject_once: 'reject-once',
  reject_always: 'reject-always',
};

const ranks: Readonly<Record<PermissionOption['role'], number>> = {
  'allow-once': 0,
  'allow-always': 1,
  other: 4,
  'reject-once': 2,
  'reject-always': 3,
};

/** Reads the parameters of a `session/request_permission`; undefined when there is nothing that one could choose. */
export function permissionOf(
  params: Fields,
  folder: string,
  known: (callId: string) => KnownCall | undefined,
): AgentPermission | undefined {
  const options = optionsOf(params['options']);
  if (options.length === 0) return undefined;
  const call = fieldsOf(params['toolCall']) ?? {};
  const callId = wordsOf(call['toolCallId']);
  const before = callId === undefined ? undefined : known(callId);
  const fields = toolFieldsOf(call, folder);
  const command = commandOf(call['rawInput']) ?? before?.command;
  return {
    ...(callId === undefined ? {} : { callId }),
    fields,
    title: fields.title ?? before?.title ?? 'The agent asks for permission.',
    ...(command === undefined ? {} : { command }),
    options,
  };
}

/**
 * The choices as the agent puts them, but once before always and yes before no: some begin with the widest, and what the first key of a card does
 * must not depend on the agent.
 */
function optionsOf(value: unknown): readonly PermissionOption[] {
  const seen = new Set<string>();
  const options = listOf(value)
    .slice(0, 50)
    .flatMap((item) => {
      const fields = fieldsOf(item);
      const id = wordsOf(fields?.['optionId']);
      if (id === undefined || seen.has(id)) return [];
      seen.add(id);
      return [{ id, label: cut(wordsOf(fields?.['name']) ?? id, 300), role: roles[textOf(fields?.['kind']) ?? ''] ?? ('other' as const) }];
    });
  return options.sort((one, other) => ranks[one.role] - ranks[other.role]);
}

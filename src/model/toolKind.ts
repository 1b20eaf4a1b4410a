import * as z from 'zod';

/** What a tool call is about: the words of ACP's `ToolKind`. They decide about icons, and about which permission rules hold. */
export const ToolKind = z.enum(['read', 'edit', 'delete', 'move', 'search', 'execute', 'think', 'fetch', 'switch_mode', 'other']);
export type ToolKind = z.infer<typeof ToolKind>;

/** The icon of each kind of tool, wherever it is shown: a codicon's name. */
export const toolIcons: Readonly<Record<ToolKind, string>> = {
  read: 'book',
  edit: 'edit',
  delete: 'trash',
  move: 'arrow-swap',
  search: 'search',
  execute: 'terminal',
  think: 'lightbulb',
  fetch: 'globe',
  switch_mode: 'arrow-right',
  other: 'tools',
};

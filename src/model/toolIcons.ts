import type { ToolKind } from './toolKind.ts';

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

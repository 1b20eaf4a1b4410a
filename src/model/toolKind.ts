import * as z from 'zod';

/** What a tool call is about: the words of ACP's `ToolKind`. They decide about icons, and about which permission rules hold. */
export const ToolKind = z.enum(['read', 'edit', 'delete', 'move', 'search', 'execute', 'think', 'fetch', 'switch_mode', 'other']);
export type ToolKind = z.infer<typeof ToolKind>;

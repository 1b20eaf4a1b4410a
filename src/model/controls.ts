import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';

/** A command that the agent advertises; it is sent as `/name` followed by its input. */
export const SlashCommand = z.object({ name: z.string(), description: z.string(), hint: z.string().optional() });
export type SlashCommand = Immutable<z.infer<typeof SlashCommand>>;

/** One picker of the panel's header (mode, model or any option of the agent), wherever the agent offers it. */
export const Picker = z.object({
  id: z.string(),
  label: z.string(),
  /** What the picker is for, for its place and icon only. */
  role: z.enum(['mode', 'model', 'thinking', 'other']),
  /** How the agent wants to hear of a change. */
  source: z.enum(['config', 'mode', 'model']),
  value: z.string(),
  /** `group` is the heading below which an option stands; those of a group follow one another. */
  options: z.array(z.object({ id: z.string(), label: z.string(), description: z.string().optional(), group: z.string().optional() })),
});
export type Picker = Immutable<z.infer<typeof Picker>>;

/** The options of a picker by their headings, in the agent's order; those without one stand by themselves. */
export function groupsOf(
  options: Picker['options'],
): readonly { readonly group: string | undefined; readonly options: Picker['options'] }[] {
  const groups: { readonly group: string | undefined; readonly options: Picker['options'][number][] }[] = [];
  for (const option of options) {
    const last = groups.at(-1);
    if (last !== undefined && last.group === option.group) last.options.push(option);
    else groups.push({ group: option.group, options: [option] });
  }
  return groups;
}

/** What the agent offers in a session at the moment. */
export const Controls = z.object({ commands: z.array(SlashCommand), pickers: z.array(Picker) });
export type Controls = Immutable<z.infer<typeof Controls>>;

/** Tokens and money of a session as far as the agent tells. `contextUsed` of `contextSize` tokens are in the agent's window. */
export const Usage = z.object({
  inputTokens: z.number().optional(),
  outputTokens: z.number().optional(),
  totalTokens: z.number().optional(),
  contextUsed: z.number().optional(),
  contextSize: z.number().optional(),
  cost: z.object({ amount: z.number(), currency: z.string() }).optional(),
});
export type Usage = Immutable<z.infer<typeof Usage>>;

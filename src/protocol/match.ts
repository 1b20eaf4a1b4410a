import * as z from 'zod';

/** Something found in a session: the entry or prompt, and a piece of text around the place. */
export const Match = z.object({
  turn: z.number().int(),
  entry: z.number().int(),
  entryId: z.string().optional(),
  excerpt: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  /** How often the text stands in the entry. */
  count: z.number().int().optional(),
});

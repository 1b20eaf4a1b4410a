import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';

/**
 * A way to sign in to an agent. `agent`: the agent does it, and may open a browser; `terminal`: its own program in a terminal; `variables`: values
 * that are asked for and kept in the editor's secret storage.
 */
export const LoginChoice = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  type: z.enum(['agent', 'terminal', 'variables']),
});
export type LoginChoice = Immutable<z.infer<typeof LoginChoice>>;

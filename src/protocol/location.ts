import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';

/** Where the data of a workspace folder lives. All paths are absolute and real (links resolved). */
export const WorkspaceLocation = z.object({
  /** git: inside the repository's common directory. plain: `.session-loom/` in the folder. fallback: the extension's own storage, since the others cannot be written. */
  kind: z.enum(['git', 'plain', 'fallback']),
  /** The workspace folder. */
  folder: z.string(),
  dataFolder: z.string(),
  /** The git common directory, shared by all worktrees. */
  commonDir: z.string().optional(),
  /** The root of the working tree that the folder lies in. */
  workTreeRoot: z.string().optional(),
  /** The root of the main working tree, or the folder of a bare repository: worktrees are made beside it. */
  repositoryRoot: z.string().optional(),
  /** Why the fallback was taken, as a sentence for a person. */
  reason: z.string().optional(),
});
export type WorkspaceLocation = Immutable<z.infer<typeof WorkspaceLocation>>;

/** What a host process is started with: one argument, as JSON. */
export const HostArguments = z.object({
  location: WorkspaceLocation,
  endpoint: z.object({ folder: z.string(), file: z.string(), socket: z.string() }),
  version: z.string(),
  /** Paths of the built-in agent's program and of the wasm file of sql.js. */
  agent: z.string(),
  wasm: z.string(),
  /** The public key of the client that starts it (`capability.ts`): who holds the other half may approve. Without one nobody may. */
  approver: z.string().optional(),
});
export type HostArguments = Immutable<z.infer<typeof HostArguments>>;

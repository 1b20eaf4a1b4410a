import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';

/** The endpoint file: how a client finds a running host. It lies in the user's runtime folder, never in the repository, and only the user can read it. */
export const EndpointFile = z.object({
  /** Version of the control subset that the host speaks. */
  control: z.number().int(),
  /** Version of the program. */
  version: z.string(),
  pid: z.number().int(),
  /** Path of the socket, or name of the pipe on Windows. */
  socket: z.string(),
  /** What the first message must carry. */
  token: z.string(),
  startedAt: z.string(),
});
export type EndpointFile = Immutable<z.infer<typeof EndpointFile>>;

/** Who serves a data folder, without any secret. It lies beside the data, so that a window on another kernel can say who has it. */
export const OwnerFile = z.object({
  pid: z.number().int(),
  version: z.string(),
  /** Name of the machine. */
  machine: z.string(),
  /** Identity of this start of the kernel, where the system tells one. */
  boot: z.string().optional(),
  /** The process id namespace, where the system has such. */
  pidNamespace: z.string().optional(),
  /** What this host's agents carry in their environment, so that a later host can end what a killed one left. */
  mark: z.string().optional(),
  startedAt: z.string(),
  /** It has left in good order, with everything saved. */
  hasLeft: z.boolean().optional(),
});
export type OwnerFile = Immutable<z.infer<typeof OwnerFile>>;

/** How a host process ends, for the client that started it. */
export const hostExitCodes = {
  /** It was idle, or was asked to leave. */
  done: 0,
  /** It could not start; the last line of its log says why. */
  failed: 1,
  /** Another host has the data folder: attach to that one. */
  notOwner: 3,
  /** This Node cannot be a host. */
  unfit: 4,
} as const;

/** What counts where a person has set nothing: sessions that work at once. */
export const limitDefaults = { maxActiveSessions: 10 } as const;

const megabyte = 1024 * 1024;

/** The megabytes that a host and its agents may take together on a machine with so many bytes where a person has set nothing: half of them, and never too few to work. */
export function usualMemoryMb(machineBytes: number): number {
  return Math.max(2048, Math.round(machineBytes / 2 / megabyte));
}

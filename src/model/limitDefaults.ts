/** What counts where a person has set nothing: sessions that work at once, and the megabytes of a host with its agents. */
export const limitDefaults = { maxActiveSessions: 10, memoryMb: 4096 } as const;

import type { ResultOf } from '../protocol/contract.ts';
import type { HostRequests } from '../protocol/host.ts';

/** How the host is. */
export type HostStatus = ResultOf<HostRequests['host/status']>;

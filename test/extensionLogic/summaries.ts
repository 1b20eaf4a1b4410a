import type { SessionSummary } from '../../src/model/summary.ts';

/** A summary for a test: an idle session without a turn, changed by what the test is about. */
export function summary(id: string, changes: Partial<SessionSummary> = {}): SessionSummary {
  return {
    id,
    title: `Session ${id}`,
    status: 'idle',
    agent: 'built-in',
    folder: '/home/ada/shop',
    cwd: '/home/ada/shop',
    color: 'none',
    pinned: false,
    lifecycle: 'open',
    archived: false,
    unread: false,
    createdAt: '2026-11-20T10:00:00.000Z',
    updatedAt: '2026-11-20T10:00:00.000Z',
    lastMessage: '',
    messages: 0,
    tools: 0,
    errors: 0,
    waiting: 0,
    queued: 0,
    turns: 0,
    filesTouched: 0,
    added: 0,
    removed: 0,
    usage: {},
    position: { epoch: 1, seq: 1 },
    ...changes,
  };
}

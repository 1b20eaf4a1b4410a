import type { SessionState, Turn } from '../../../src/model/session.ts';
import { emptySession } from '../../../src/model/session.ts';

/** Turn number `index` (from 0) of a session, with a prompt and an answer. */
export function turnOf(index: number, answer = `Answer ${index + 1}.`, prompt = `Question ${index + 1}?`): Turn {
  const minute = String(index % 60).padStart(2, '0');
  const hour = String(10 + Math.floor(index / 60)).padStart(2, '0');
  return {
    id: `t${index}`,
    index,
    state: 'completed',
    prompt: [{ type: 'text', text: prompt }],
    startedAt: `2026-11-21T${hour}:${minute}:00.000Z`,
    endedAt: `2026-11-21T${hour}:${minute}:05.000Z`,
    reason: 'finished',
    skipped: 0,
    entries: [{ id: `e${index}`, at: `2026-11-21T${hour}:${minute}:01.000Z`, kind: 'message', text: answer }],
  };
}

/** A session with some turns. */
export function sessionOf(id: string, turns: readonly Turn[], more: Partial<SessionState> = {}): SessionState {
  return {
    ...emptySession,
    id,
    title: 'Fix the login',
    agent: 'built-in',
    agentName: 'Built-in',
    agentVersion: '1.0.0',
    createdAt: '2026-11-21T09:59:00.000Z',
    updatedAt: turns.at(-1)?.endedAt ?? '2026-11-21T09:59:00.000Z',
    turnCount: turns.length,
    turns,
    ...more,
  };
}

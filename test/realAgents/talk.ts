/** What a person does in a session with a real agent: waits for its question, answers it, waits for the end of a turn. */
import assert from 'node:assert/strict';
import type { PermissionEntry, PermissionOption } from '../../src/model/entries.ts';
import type { Turn } from '../../src/model/session.ts';
import type { Follower } from '../support/follower.ts';

/** How long a real agent may take for a step, in milliseconds. */
const patience = 60_000;

/** The question that waits, once there is one. */
export async function asked(follower: Follower): Promise<PermissionEntry> {
  const open = () => follower.entries.find((entry) => entry.kind === 'permission' && entry.answer === undefined);
  await follower.until(() => open() !== undefined, patience);
  const entry = open();
  assert.ok(entry?.kind === 'permission');
  return entry;
}

/** Answers a question with the agent's own choice of this role. */
export async function answer(follower: Follower, entry: PermissionEntry, role: PermissionOption['role']): Promise<void> {
  const option = entry.options.find((each) => each.role === role);
  assert.ok(option !== undefined, `There is no such choice among ${JSON.stringify(entry.options)}.`);
  await follower.link.call('permission/answer', { sessionId: follower.sessionId, entry: entry.id, optionId: option.id });
}

/** A turn by its number, once it has ended. */
export async function ended(follower: Follower, turn: number): Promise<Turn> {
  await follower.until(({ turns }) => turns[turn]?.endedAt !== undefined, patience);
  const found = follower.state.turns[turn];
  assert.ok(found !== undefined);
  return found;
}

/** All that the agent said in a turn. */
export function wordsIn(turn: Turn): string {
  return turn.entries.map((entry) => (entry.kind === 'message' ? entry.text : '')).join('');
}

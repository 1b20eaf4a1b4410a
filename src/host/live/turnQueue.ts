import { LoomError } from '../../base/errors.ts';
import type { PromptPart, PromptPartInput } from '../../model/content.ts';
import type { QueuedPrompt } from '../../model/events.ts';

/** What a person does to a message that waits. */
export type QueueChange =
  | { readonly type: 'edit'; readonly parts: readonly PromptPartInput[] }
  | { readonly type: 'move'; readonly to: number }
  | { readonly type: 'drop' | 'sendNow' };

/** The messages that wait after a change of one of them. `store` keeps large parts. Throws `not-found` when the message has gone meanwhile. */
export function changedQueue(
  queue: readonly QueuedPrompt[],
  id: string,
  change: QueueChange,
  store: (parts: readonly PromptPartInput[]) => PromptPart[],
): readonly QueuedPrompt[] {
  const found = queue.find((each) => each.id === id);
  if (found === undefined) throw new LoomError('not-found', 'This message no longer waits: it was sent or dropped meanwhile.');
  const others = queue.filter((each) => each !== found);
  switch (change.type) {
    case 'edit':
      return queue.map((each) => (each === found ? { id, parts: store(change.parts) } : each));
    case 'move':
      return [...others.slice(0, change.to), found, ...others.slice(change.to)];
    case 'drop':
      return others;
    case 'sendNow':
      return [found, ...others];
  }
}

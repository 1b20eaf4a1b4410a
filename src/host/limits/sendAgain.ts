import type { PromptPart } from '../../model/content.ts';
import type { Entry } from '../../model/entries.ts';

/** What cut a turn off that goes on later. */
export type WhyAgain = keyof typeof words;

/** What to send again of a turn that could not be done: the message itself, or where the agent had begun to work on it, that it shall go on. */
export function sendAgain(parts: readonly PromptPart[], entries: readonly Entry[], because: WhyAgain): readonly PromptPart[] {
  const hasBegun = entries.some(({ kind }) => kind === 'message' || kind === 'tool' || kind === 'plan');
  return hasBegun ? [{ type: 'text', text: words[because] }] : parts;
}

const words = {
  limit: 'You were stopped by a limit of your provider. Please continue where you left off.',
  budget: 'You were stopped because a budget was used up. Please continue where you left off.',
  login: 'You were stopped because a login was wanted, which is done now. Please continue where you left off.',
};

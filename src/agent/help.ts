import type { Command } from './command.ts';
import type { Turn } from './turn.ts';

/** The one sentence that nobody may miss. It opens the first answer of every session. */
export const introduction =
  'I am the built-in agent of Session Loom: a small program and no language model. I understand commands, not questions.';

/** `/help`: what this is, what it can do, and what its figures mean. */
export async function help(turn: Turn, commands: readonly Command[]): Promise<void> {
  turn.session.introduced = true;
  const rows = commands.map(({ name, hint, description }) => `- \`/${name}${hint === '' ? '' : ` ${hint}`}\`: ${description}.`);
  await turn.say(
    [
      `${introduction} I need no network, no account and no key.`,
      '',
      ...rows,
      '',
      'I ask before I run or write anything; in the mode “Read only” I do neither. I read, write and search inside the session’s folder only,',
      'but a command that you allow can do all that you can.',
      'Token figures are estimates: characters divided by four. I have no context window; the meter’s size is a round number.',
    ].join('\n'),
  );
}

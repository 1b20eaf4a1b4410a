import type { Command } from './command.ts';
import { nearest } from './editDistance.ts';
import type { Turn } from './turn.ts';

/** Programs that people type without `/run` in front. */
const programs =
  'git npm npx node pnpm yarn ls cat grep rg find make python python3 pip go cargo docker dotnet mvn gradle pwd echo tsc curl'.split(' ');

/** Answers what is no command: honestly, with the command that may have been meant. */
export async function answer(turn: Turn, text: string, commands: readonly Command[]): Promise<void> {
  const trimmed = text.trim();
  const slashed = trimmed.startsWith('/');
  const [first = '', ...others] = trimmed.replace(/^\//, '').split(/\s+/);
  const rest = others.join(' ').slice(0, 200);
  const meant = nearest(
    first.toLowerCase(),
    commands.map((command) => command.name),
  );
  if (meant !== undefined)
    return turn.say(`Did you mean \`/${`${meant} ${rest}`.trim()}\`? Commands begin with a slash; \`/help\` lists them.`);
  if (slashed) return turn.say(`I know no command \`/${first.slice(0, 60)}\`. \`/help\` lists the ones I know.`);
  if (programs.includes(first))
    return turn.say(`Did you mean \`/run ${`${first} ${rest}`.trim()}\`? I run a command only when it begins with \`/run\`.`);
  const names = commands.map((command) => `\`/${command.name}\``).join(' ');
  await turn.say(`I cannot answer that, because there is no language model behind me. What I can do: ${names}. \`/help\` explains them.`);
}

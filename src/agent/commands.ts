import { ask } from './ask.ts';
import type { Children } from './children.ts';
import type { Command } from './command.ts';
import { help } from './help.ts';
import { plan } from './plan.ts';
import { play } from './play.ts';
import { read } from './read.ts';
import { run } from './run.ts';
import { search } from './search.ts';
import { write } from './write.ts';

/** Every command of the agent, in the order in which `/help` lists them. */
export function commandsOver(children: Children): readonly Command[] {
  const commands: readonly Command[] = [
    { name: 'help', description: 'Say what this agent is and what it can do', hint: '', carryOut: (turn) => help(turn, commands) },
    {
      name: 'run',
      description: 'Run a shell command in the session’s folder',
      hint: 'command',
      carryOut: (turn, argument) => run(turn, argument, children),
    },
    { name: 'read', description: 'Show a file, or some lines of it', hint: 'file [from-to]', carryOut: read },
    { name: 'write', description: 'Write a file; the text may go on over many lines', hint: 'file text', carryOut: write },
    {
      name: 'search',
      description: 'Search the files for a text or a /regular expression/',
      hint: 'text or /regex/ [glob]',
      carryOut: search,
    },
    {
      name: 'plan',
      description: 'Turn a goal or a list into a plan and walk through it',
      hint: 'goal, or one step a line',
      carryOut: (turn, argument) => plan(turn, argument, commands),
    },
    { name: 'ask', description: 'Ask you with a form: a text, a choice and a switch', hint: 'question', carryOut: ask },
    { name: 'play', description: 'Play back a recorded session file', hint: 'file [4x | fast]', carryOut: play },
  ];
  return commands;
}

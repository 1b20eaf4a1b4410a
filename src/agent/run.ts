import { LoomError } from '../base/errors.ts';
import { CappedOutput } from './cappedOutput.ts';
import type { Children, Exit } from './children.ts';
import { isPermitted } from './permission.ts';
import { textContent } from './turn.ts';
import type { Turn } from './turn.ts';

/**
 * Milliseconds between two reports of an output of that many characters. Each report carries all that is kept, because ACP replaces a tool
 * call's content, so long outputs are reported less often: a command costs the client about 100,000 characters a second at most.
 */
function interval(length: number): number {
  return Math.max(50, length / 100);
}

/** `/run <command>`: asks, runs the command in the session's folder, shows what it prints as it comes, and says how it ended. */
export async function run(turn: Turn, command: string, children: Children): Promise<void> {
  if (command === '') throw new LoomError('invalid-input', 'Say which command to run, for example `/run git status`.');
  if (turn.session.mode === 'read-only') {
    throw new LoomError('not-allowed', 'This session is read-only, so nothing is run. Switch its mode to Ask to run commands.');
  }
  const tool = await turn.tool({ title: titleOf(command), kind: 'execute', rawInput: { command, cwd: turn.session.folder } });
  if (!(await isPermitted(turn, 'run', tool.call))) {
    await tool.end('failed', { content: textContent('Refused: the command was not run.') });
    return turn.say('The command was refused, so I did not run it.');
  }
  await tool.update({ status: 'in_progress' });

  const output = new CappedOutput();
  let timer: NodeJS.Timeout | undefined;
  const report = (): void => {
    timer = undefined;
    void tool.update({ content: textContent(output.text) });
  };
  const print = (text: string): void => {
    if (text === '') return;
    output.append(text);
    timer ??= setTimeout(report, interval(output.text.length));
  };
  try {
    const exit = await children.run(command, turn.session.folder, print, turn.signal);
    // A report that is still due would replace the final content by less.
    clearTimeout(timer);
    const content = textContent(withNote(output.text, noteOf(exit, turn.signal.aborted)));
    await tool.end(exit.code === 0 ? 'completed' : 'failed', { content, rawOutput: { exitCode: exit.code, signal: exit.signal } });
    turn.signal.throwIfAborted();
    await turn.say(sentenceOf(exit));
  } finally {
    clearTimeout(timer);
  }
}

/** The command as a title: its first line, cut when it is very long. The whole command is in the call's input. */
function titleOf(command: string): string {
  const [line = ''] = command.split('\n');
  return line.length > 200 || line !== command ? `${line.slice(0, 200)} …` : line;
}

function withNote(text: string, note: string): string {
  return text === '' || text.endsWith('\n') ? text + note : `${text}\n${note}`;
}

function noteOf(exit: Exit, cancelled: boolean): string {
  if (cancelled) return '[cancelled]';
  const ended = exit.code === null ? `[ended by ${exit.signal ?? 'an unknown signal'}]` : `[exit code ${exit.code}]`;
  return exit.left ? `${ended}\n[what it left running in the background was ended]` : ended;
}

function sentenceOf(exit: Exit): string {
  if (exit.code === 0) return 'The command ended with exit code 0.';
  return exit.code === null
    ? `The command was ended by ${exit.signal ?? 'an unknown signal'}.`
    : `The command failed with exit code ${exit.code}.`;
}

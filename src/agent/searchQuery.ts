import { createContext, Script } from 'node:vm';
import { LoomError } from '../base/errors.ts';
import { takeWord } from './argument.ts';

/** What to look for. `shown` is how a person wrote it. */
export interface SearchQuery {
  readonly shown: string;
  readonly pattern: string;
  /** Flags of the regular expression; undefined for a plain text, which is found in any case of letters. */
  readonly flags?: string;
  readonly glob?: string;
}

/** Reads the argument of `/search`: a `/regex/` with its flags, a quoted text, or words, of which a last one with `*` or `?` is the file pattern. */
export function queryOf(argument: string): SearchQuery {
  const expression = /^\/(.+)\/([imsu]*)(?:\s+(\S+))?$/s.exec(argument);
  if (expression !== null) {
    const [, pattern = '', flags = '', glob] = expression;
    return { shown: `/${pattern}/${flags}`, pattern, flags, ...withGlob(glob) };
  }
  if (/^["']/.test(argument)) {
    const { word, rest } = takeWord(argument);
    if (word !== '') return { shown: `“${word}”`, pattern: word, ...withGlob(rest.trim()) };
  }
  const [, words = argument, glob] = /^(.*\S)\s+(\S*[*?]\S*)$/s.exec(argument) ?? [];
  if (words === '')
    throw new LoomError('invalid-input', 'Say what to search for, for example `/search TODO *.ts` or `/search /fix(me)?/i`.');
  return { shown: `“${words}”`, pattern: words, ...withGlob(glob) };
}

/** How long an expression may work on one file, in milliseconds. */
const patience = 1_000;

/**
 * Makes the function that says which lines match, by index from 0. Fails with `invalid-input` for an expression that is none or that takes too
 * long: it runs where it can be interrupted, because an unlucky one would otherwise stop every session of this program.
 */
export function lineMatcher(query: SearchQuery): (lines: readonly string[]) => readonly number[] {
  if (query.flags === undefined) {
    const wanted = query.pattern.toLowerCase();
    return (lines) => lines.flatMap((line, index) => (line.toLowerCase().includes(wanted) ? [index] : []));
  }
  const expression = compiled(query.pattern, query.flags);
  const room: { expression: RegExp; lines: readonly string[]; found: number[] } = { expression, lines: [], found: [] };
  const script = new Script('for (let i = 0; i < lines.length; i++) if (expression.test(lines[i])) found.push(i)');
  const context = createContext(room);
  return (lines) => {
    room.lines = lines;
    room.found = [];
    try {
      script.runInContext(context, { timeout: patience });
    } catch (cause) {
      throw new LoomError('invalid-input', `The expression ${query.shown} takes too long. Try a simpler one.`, { cause });
    }
    return room.found;
  };
}

function compiled(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, flags);
  } catch (cause) {
    throw new LoomError(
      'invalid-input',
      `/${pattern}/ is no regular expression: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
}

function withGlob(glob: string | undefined): { glob?: string } {
  return glob === undefined || glob === '' ? {} : { glob };
}

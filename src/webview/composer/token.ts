/** The word at the caret that opens a list: a command at the very beginning, or a mention. `from` and `to` are places in the text. */
export interface Token {
  readonly kind: 'command' | 'mention';
  readonly query: string;
  readonly from: number;
  readonly to: number;
}

/** Letters that a query may have; a longer word is no mention. */
const longestQuery = 100;

/** Finds the word that ends at the caret, if it opens a list. */
export function tokenAt(text: string, caret: number): Token | undefined {
  const start = Math.max(0, caret - longestQuery - 1);
  const before = text.slice(start, caret);
  const command = start === 0 ? /^\s*\/(\S*)$/.exec(before) : null;
  if (command !== null) return token('command', command[1] ?? '', caret);
  const mention = /(?:^|[\s("'`[])@([^\s@]*)$/.exec(before);
  return mention === null ? undefined : token('mention', mention[1] ?? '', caret);
}

function token(kind: Token['kind'], query: string, caret: number): Token {
  return { kind, query, from: caret - query.length - 1, to: caret };
}

/** The text with the token replaced, and where the caret goes. */
export function replaceToken(text: string, { from, to }: Token, replacement: string): { readonly text: string; readonly caret: number } {
  const space = /^\s/.test(text.slice(to)) ? '' : ' ';
  return { text: text.slice(0, from) + replacement + space + text.slice(to), caret: from + replacement.length + 1 };
}

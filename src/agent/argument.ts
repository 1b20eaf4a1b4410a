/** Takes the first word off an argument. Quotes, single or double, hold words with spaces together. Line breaks end a word and stay in the rest. */
export function takeWord(argument: string): { readonly word: string; readonly rest: string } {
  const text = argument.replace(/^[ \t]+/, '');
  const quoted = /^(["'])((?:(?!\1).)+)\1(?=\s|$)/.exec(text);
  const word = quoted?.[2] ?? /^\S*/.exec(text)?.[0] ?? '';
  const length = quoted?.[0].length ?? word.length;
  return { word, rest: text.slice(length).replace(/^[ \t]+/, '') };
}

/** The way back of `takeWord`: quotes a word if it needs it. */
export function quoteWord(word: string): string {
  if (!/\s/.test(word)) return word;
  return word.includes('"') ? `'${word}'` : `"${word}"`;
}

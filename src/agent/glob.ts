/**
 * Compiles a file pattern: `*` and `?` stay within a name, `**` crosses folders, `{a,b}` is either. A pattern without a slash is about the
 * file's name alone; any other is about its path from the root, with forward slashes.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  const source = pattern.replace(/^\.?\//, '').replace(/\*\*\/|\*\*|[*?{},]|[.+^$()|[\]\\]/g, (part) => pieces[part] ?? `\\${part}`);
  // A comma or a brace outside of a group would break the expression, so an unbalanced pattern is taken letter by letter.
  const expression = compiled(source) ?? compiled(pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const wholePath = pattern.includes('/');
  return (path) => expression?.test(wholePath ? path : path.slice(path.lastIndexOf('/') + 1)) ?? false;
}

const pieces: Record<string, string> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]', '{': '(?:', '}': ')', ',': '|' };

function compiled(source: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    return undefined;
  }
}

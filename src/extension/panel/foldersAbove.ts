import { dirname, isAbsolute, relative } from 'node:path';

/** The folders whose instructions apply to work in `cwd`: itself and those above it, up to and with `top`, the outermost first. */
export function foldersAbove(cwd: string, top: string): readonly string[] {
  const inside = relative(top, cwd);
  if (inside.startsWith('..') || isAbsolute(inside)) return [cwd];
  const found = [cwd];
  for (let at = cwd; at !== top && dirname(at) !== at; at = dirname(at)) found.push(dirname(at));
  return found.toReversed();
}

import picomatch from 'picomatch';
import type { Place } from '../realPlace.ts';

/** Whether a path is meant by the glob of a rule. */
export interface PathPattern {
  /** Whether the file is what the rule allows: its real place, letter by letter. */
  readonly allows: (place: Place) => boolean;
  /** Whether the rule is against it: as it was given or as it really is, and whatever the case, since some file systems know no other. */
  readonly touches: (place: Place) => boolean;
}

/** Letters of a path that are looked at; a longer one is allowed by nothing. */
const longestPath = 4096;

/** Reads the glob of a rule; undefined for one that cannot be read. `folder` is where the session works. */
export function pathPattern(glob: string, folder: string): PathPattern | undefined {
  const pattern = glob.normalize('NFC').replace(/^\.\//, '').replace(/\/$/, '/**');
  const isAbsolute = /^([A-Za-z]:)?[\\/]/.test(pattern);
  // A name alone means that file wherever it lies, as in a .gitignore.
  const options = { dot: true, nonegate: true, ...(glob.includes('/') ? {} : { basename: true }) };
  let exact: (text: string) => boolean;
  let loose: (text: string) => boolean;
  try {
    exact = picomatch(pattern, options);
    loose = picomatch(pattern, { ...options, nocase: true });
  } catch {
    return undefined;
  }
  const fits = (test: (text: string) => boolean, text: string | undefined): boolean =>
    text !== undefined && text !== '' && text.length <= longestPath && test(text.normalize('NFC'));
  const way = (file: string): string => relative(folder, file);
  return {
    allows: ({ real, inside }) => inside !== undefined && fits(exact, isAbsolute ? real : inside),
    touches: ({ given, real, inside }) =>
      (isAbsolute ? [given, real] : [way(given), inside, real === undefined ? undefined : way(real)]).some((text) => fits(loose, text)),
  };
}

function relative(folder: string, file: string): string {
  const [a, b] = [folder, file].map((each) => each.replaceAll('\\', '/'));
  return a !== undefined && b?.startsWith(`${a}/`) === true ? b.slice(a.length + 1) : (b ?? '').replace(/^\/+/, '');
}

/** The glob for just this file, relative to the session's folder. */
export function exactGlob(inside: string): string {
  const escaped = inside.replaceAll(/[\\*?[\]{}()!+@|$^#"']/g, String.raw`\$&`);
  // A name alone would mean every file of that name.
  return escaped.includes('/') ? escaped : `./${escaped}`;
}

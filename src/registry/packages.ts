/** A package at exactly one version. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
}

/** An exact version, such as 1.2.3 or 1.2.3-rc.1: no range, no tag. */
const exact = /^\d+(\.\d+)*([-+.][0-9A-Za-z.+-]+)?$/;

/** `name` or `@scope/name`, with `@version` behind it. Addresses, paths and options are none of these. */
const npmSpec = /^((?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*)(?:@([^@]*))?$/i;

/** `name` or `name[extra]`, with `==version` or `@version` behind it. */
const pythonSpec = /^([A-Za-z0-9][A-Za-z0-9._-]*(?:\[[A-Za-z0-9._, -]+\])?)(?:(?:==|@)(.*))?$/;

/** The npm package that an entry names. One that is not pinned by itself is taken at the version of its entry; undefined for what is no name. */
export function npmPackage(spec: string, entryVersion: string): PinnedPackage | undefined {
  return pinned(npmSpec.exec(spec), entryVersion);
}

/** The Python package that an entry names, as `npmPackage`. */
export function pythonPackage(spec: string, entryVersion: string): PinnedPackage | undefined {
  return pinned(pythonSpec.exec(spec), entryVersion);
}

function pinned(match: RegExpExecArray | null, entryVersion: string): PinnedPackage | undefined {
  const name = match?.[1];
  const asked = match?.[2] ?? '';
  const version = exact.test(asked) ? asked : entryVersion;
  return name !== undefined && exact.test(version) ? { name, version } : undefined;
}

/** Whether version `a` comes after version `b`: numbers are compared as numbers, and a version with words behind it comes before the same without. */
export function isNewer(a: string, b: string): boolean {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let index = 0; index < Math.max(left.numbers.length, right.numbers.length); index++) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  if (left.words === '' || right.words === '') return left.words === '' && right.words !== '';
  return left.words.localeCompare(right.words, 'en', { numeric: true }) > 0;
}

function partsOf(version: string): { readonly numbers: readonly number[]; readonly words: string } {
  const match = /^(\d+(?:\.\d+)*)[-.]?([^+]*)/.exec(version);
  return { numbers: (match?.[1] ?? '0').split('.').map(Number), words: match?.[2] ?? '' };
}

/** The documents of a spec folder that this product reads as a language. */
export type SpecFile = 'requirements.md' | 'bugfix.md' | 'design.md' | 'tasks.md' | 'spec.md';

/** Where a spec document belongs: `folder` is everything before the file's name, with its slash; `spec` is the folder's own name, decoded. */
export interface SpecPlace {
  readonly folder: string;
  readonly spec: string;
  readonly file: SpecFile;
}

const pattern = /^((?:[^?#]*\/)?specs\/([^/?#]+)\/)(requirements|bugfix|design|tasks|spec)\.md$/u;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Says which spec document a path or URI (with `/`) names: one directly in `specs/<name>/`, and so in `.kiro/specs/<name>/`, wherever
 * that stands. A URI stays as it is written, so that siblings get URIs of the same spelling.
 */
export function specPlaceOf(pathOrUri: string): SpecPlace | undefined {
  const match = pattern.exec(pathOrUri);
  const [, folder, spec, file] = match ?? [];
  if (folder === undefined || spec === undefined || file === undefined || spec === '.' || spec === '..') return undefined;
  return { folder, spec: decoded(spec), file: `${file}.md` as SpecFile };
}

/** The files that hold a spec's requirements, the first that exists counts. */
export const requirementFiles: readonly SpecFile[] = ['requirements.md', 'bugfix.md', 'spec.md'];

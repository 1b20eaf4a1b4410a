import * as fs from 'node:fs';
import * as path from 'node:path';

/** A repository, found by reading files: no git is needed, and no setting of the repository is obeyed. All paths are absolute, links resolved. */
export interface GitFolders {
  /** What all working trees share; `.git` itself in the ordinary case. */
  readonly commonDir: string;
  /** Where the main working tree is, or what stands for it: the folder of a bare repository. */
  readonly repositoryRoot: string;
  /** The root of the working tree that was looked from; missing in a bare repository and inside of `.git`. */
  readonly workTreeRoot?: string;
}

/** What lies at a path, links followed; undefined when there is nothing, or nothing that this user may look at. */
function look(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isFolder(file: string): boolean {
  return look(file)?.isDirectory() === true;
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    // A file that cannot be read says no more than one that is missing.
    return undefined;
  }
}

/** The common directory of a git directory, or undefined when this is none: the same three signs that git itself asks for (gitrepository-layout). */
function commonDirOf(gitDir: string): string | undefined {
  const common = readText(path.join(gitDir, 'commondir'))?.trim();
  const commonDir = common === undefined ? gitDir : path.resolve(gitDir, common);
  // An old HEAD can be a symbolic link to a branch that has no commit yet.
  const isGitDir = isFolder(path.join(commonDir, 'objects')) && isFolder(path.join(commonDir, 'refs'));
  const hasHead = isGitDir && fs.lstatSync(path.join(gitDir, 'HEAD'), { throwIfNoEntry: false }) !== undefined;
  return hasHead ? fs.realpathSync(commonDir) : undefined;
}

/** What a `.git` leads to: itself when it is a folder, the folder that it names when it is a file. */
function gitDirAt(folder: string): string | undefined {
  const dot = path.join(folder, '.git');
  if (isFolder(dot)) return fs.realpathSync(dot);
  const named = /^gitdir: *(.+?)[\r\n]*$/.exec(readText(dot) ?? '')?.[1];
  if (named === undefined) return undefined;
  const gitDir = path.resolve(folder, named);
  return isFolder(gitDir) ? fs.realpathSync(gitDir) : undefined;
}

/** A value of the section `core` of a repository's configuration; the empty text for a key without a value. */
function coreSetting(gitDir: string, key: string): string | undefined {
  let isCore = false;
  let found: string | undefined;
  for (const line of ['config', 'config.worktree'].flatMap((name) => readText(path.join(gitDir, name))?.split('\n') ?? [])) {
    const section = /^\s*\[\s*([^\]"]+?)\s*("[^"]*")?\s*\]/.exec(line);
    if (section !== null) isCore = section[1]?.toLowerCase() === 'core' && section[2] === undefined;
    const setting = /^\s*(\w+)\s*(?:=\s*"?(.*?)"?)?\s*$/.exec(line);
    if (isCore && setting?.[1]?.toLowerCase() === key) found = setting[2] ?? '';
  }
  return found;
}

function isBare(gitDir: string): boolean {
  return ['', 'true', 'yes', 'on', '1'].includes(coreSetting(gitDir, 'bare')?.toLowerCase() ?? 'false');
}

function mainRootOf(commonDir: string): string {
  const parent = path.dirname(commonDir);
  // Also a bare repository in a folder whose `.git` file leads to it, with the working trees beside it.
  if (path.basename(commonDir) === '.git' || gitDirAt(parent) === commonDir) return parent;
  const workTree = coreSetting(commonDir, 'worktree');
  const root = workTree === undefined ? commonDir : path.resolve(commonDir, workTree);
  return isFolder(root) ? fs.realpathSync(root) : commonDir;
}

function fromDot(folder: string, gitDir: string): GitFolders | undefined {
  const commonDir = commonDirOf(gitDir);
  if (commonDir === undefined) return undefined;
  if (commonDir !== gitDir) return { commonDir, repositoryRoot: mainRootOf(commonDir), workTreeRoot: folder };
  return { commonDir, repositoryRoot: folder, ...(isBare(gitDir) ? {} : { workTreeRoot: folder }) };
}

/**
 * Finds the repository that a folder (absolute, links resolved) lies in, as git does: upwards, not beyond the file system that the folder is on.
 * Undefined when there is none, and when a `.git` file leads nowhere, for git works in neither.
 */
export function findGitFolders(folder: string): GitFolders | undefined {
  const device = fs.statSync(folder).dev;
  for (let at = folder; ; at = path.dirname(at)) {
    const gitDir = gitDirAt(at);
    const found = gitDir === undefined ? undefined : fromDot(at, gitDir);
    if (found !== undefined) return found;
    // A `.git` file that leads nowhere ends the search; a `.git` folder that is none does not.
    if (look(path.join(at, '.git'))?.isFile() === true) return undefined;
    const commonDir = commonDirOf(at);
    if (commonDir !== undefined) return { commonDir, repositoryRoot: mainRootOf(commonDir) };
    const parent = path.dirname(at);
    if (parent === at || look(parent)?.dev !== device) return undefined;
  }
}

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';

/** The environment of whoever starts programs. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What lies at a path, as far as it concerns starting it. */
export type Found = 'program' | 'folder' | 'not-executable' | 'missing';

/** A command, and what comes before the arguments of whoever uses it. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Where a command can lie, in the order in which the system looks. On Windows the endings of `PATHEXT` are tried; a file without one is a
 * script for other shells there, and cannot be started. `.ps1` comes last: only PowerShell starts it.
 */
export function candidates(command: string, environment: Environment, platform: NodeJS.Platform): readonly string[] {
  const path = platform === 'win32' ? win32 : posix;
  const folders = isPath(command, platform)
    ? ['']
    : (variable(environment, 'PATH', platform) ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(unquoted(folder)));
  const names = platform === 'win32' ? windowsNames(command, variable(environment, 'PATHEXT', platform)) : [command];
  return folders.flatMap((folder) => names.map((name) => (folder === '' ? name : path.join(unquoted(folder), name))));
}

/** Looks for a command as the system would; undefined when there is none that could be started. */
export async function findProgram(
  command: string,
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
  look: (path: string) => Promise<Found> = lookAt,
): Promise<string | undefined> {
  for (const candidate of candidates(command, environment, platform)) if ((await look(candidate)) === 'program') return candidate;
  return undefined;
}

/** How a file that was found is started. Windows starts no PowerShell script by itself; `.cmd` shims are started like programs. */
export function programAt(path: string, platform: NodeJS.Platform = process.platform): Program {
  return platform === 'win32' && /\.ps1$/i.test(path)
    ? { command: 'powershell.exe', args: ['-NoLogo', '-NoProfile', '-File', path] }
    : { command: path, args: [] };
}

/** What is wrong with a command of the settings, as a sentence; undefined where it can be started, or where that shows only at its start. */
export async function commandProblem(
  command: string,
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  if (!isPath(command, platform)) {
    if ((await findProgram(command, environment, platform)) !== undefined) return undefined;
    const hint = command.trim().includes(' ')
      ? ' Its arguments belong into "args", not into "command".'
      : ' Install it, or write its whole path.';
    return `The command "${command}" was not found on the path.${hint}`;
  }
  // A relative path is meant from the folder in which the agent works, which is not known here.
  if (!(platform === 'win32' ? win32 : posix).isAbsolute(command)) return undefined;
  const found = await Promise.all(candidates(command, environment, platform).map((path) => lookAt(path)));
  if (found.includes('program')) return undefined;
  if (found.includes('folder')) return `"${command}" is a folder, and no program.`;
  if (found.includes('not-executable')) return `"${command}" may not be executed. Correct its permissions.`;
  return `There is no program "${command}".`;
}

/** What lies at a path. */
export async function lookAt(path: string): Promise<Found> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return 'missing';
  if (found.isDirectory()) return 'folder';
  return access(path, constants.X_OK).then(
    () => 'program',
    () => 'not-executable',
  );
}

function isPath(command: string, platform: NodeJS.Platform): boolean {
  return command.includes('/') || (platform === 'win32' && command.includes('\\'));
}

function windowsNames(command: string, pathExt: string | undefined): readonly string[] {
  const endings = (pathExt ?? '.COM;.EXE;.BAT;.CMD')
    .split(';')
    .map((ending) => ending.trim().toLowerCase())
    .filter((ending) => /^\.\w+$/.test(ending));
  const all = [...endings.filter((ending) => ending !== '.ps1'), '.ps1'];
  return all.some((ending) => command.toLowerCase().endsWith(ending)) ? [command] : all.map((ending) => command + ending);
}

/** The names of variables are not told apart by case on Windows. */
function variable(environment: Environment, name: string, platform: NodeJS.Platform): string | undefined {
  if (platform !== 'win32') return environment[name];
  return Object.entries(environment).find(([key, value]) => key.toUpperCase() === name && value !== undefined)?.[1];
}

function unquoted(folder: string): string {
  return folder.replace(/^"(.*)"$/, '$1');
}

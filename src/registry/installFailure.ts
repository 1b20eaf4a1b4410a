import { LoomError, messageOf } from '../base/errors.ts';

/** npm's own words for what went wrong, e.g. `npm error code ENOTFOUND`; twice before it where a script of the package has called npm. */
const npmCode = /^(?:npm (?:error|ERR!) )+code ([A-Z]\w+)/;
const npmWords = /^(?:npm (?:error|ERR!) ?)+/;
/** What the registry does not have, in the words of npm. */
const missingPackage = /(?:No matching version found for|The requested resource) '?([^\s']+?)'?(?:\.?$| could not)/;
/** Lines of npm that say nothing about what went wrong. */
const noise = /^npm warn |A complete log of this run can be found in/;

const offline = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENETUNREACH',
  'ENETDOWN',
  'ERR_SOCKET_TIMEOUT',
]);
const unknown = new Set(['E404', 'ETARGET', 'ENOVERSIONS']);

/** What a person reads when an agent was not installed: what happened, and what to do. */
export function installFailure(agent: string, error: unknown): LoomError {
  const code = codeOf(error);
  const begin = `"${agent}" was not installed`;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new LoomError('storage', `${begin}: there is no space left on the disk. Make some, and try again.`, { cause: error });
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new LoomError('storage', `${begin}: ${messageOf(error)}. Nothing can be written there.`, { cause: error });
  if (code !== undefined && offline.has(code))
    return new LoomError(
      'unavailable',
      `${begin}: the registry of packages could not be reached (${code}). Check the network, and try again.`,
      { cause: error },
    );
  if (code !== undefined && unknown.has(code))
    return new LoomError(
      'unavailable',
      `${begin}: the registry of packages does not have this version (${code}${missingIn(error)}). Refresh the list of agents, or install it by hand.`,
      {
        cause: error,
      },
    );
  const lines = linesOf(error)
    .filter((line) => !noise.test(line))
    .map((line) => line.replace(npmWords, ''));
  const quoted = lines.length === 0 ? '' : ` Last lines: ${lines.slice(-6).join('\n')}`;
  const known = error instanceof LoomError ? error.code : 'agent';
  return new LoomError(known, `${begin}. ${messageOf(error)}${quoted}`.slice(0, 3000), { cause: error });
}

/** The package that is missing, with a colon before it; it need not be the agent's own. */
function missingIn(error: unknown): string {
  const found = linesOf(error).flatMap((line) => missingPackage.exec(line)?.[1] ?? [])[0];
  return found === undefined ? '' : `: ${found}`;
}

/** The code of the system's error, or the one that npm printed. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof LoomError) return linesOf(error).flatMap((line) => npmCode.exec(line)?.[1] ?? [])[0];
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function linesOf(error: unknown): readonly string[] {
  const data: unknown = error instanceof LoomError ? error.data : undefined;
  if (typeof data !== 'object' || data === null || !('lastLines' in data) || !Array.isArray(data.lastLines)) return [];
  return data.lastLines.filter((line): line is string => typeof line === 'string');
}

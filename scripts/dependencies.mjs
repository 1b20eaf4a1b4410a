/**
 * The decisions of the set-up, as pure functions. Plain JavaScript: this runs on Node 20.19, before anything is installed.
 */

/** The oldest Node that can start the set-up. Everything after it runs on the Node that npm brings. */
export const oldestNode = '20.19.0';

/** The Node that every script, test and server of this project runs on, by its major version. */
export const wantedMajor = 24;

/** Compares two versions (`1.2.3`, a leading `v` and a suffix are ignored): negative when the first is older. */
export function compareVersions(left, right) {
  const numbers = (version) => version.replace(/^v/, '').split('-')[0].split('.').map(Number);
  const [a, b] = [numbers(left), numbers(right)];
  for (let index = 0; index < 3; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Says why the dependencies must be installed, or `undefined` when they are there.
 * `mark` is the hash that the last set-up left, `hash` that of package-lock.json now; `lock` and `installed` are the parsed
 * package-lock.json and npm's own node_modules/.package-lock.json (undefined when absent), so that a plain `npm install` counts too.
 */
export function reasonToInstall({ mark, hash, lock, installed }) {
  if (installed === undefined) return 'nothing is installed yet';
  if (mark === hash) return undefined;
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === '' || entry.optional === true) continue;
    if (installed.packages[path]?.version !== entry.version) return `${path} is not the version of package-lock.json`;
  }
  return undefined;
}

/**
 * Which Node runs the scripts: `bundled` (the one from npm), `fetch` (npm refused its install script: run it, then ask again), `own` (the
 * bundled one cannot run here, but the Node that runs the set-up is of the right version), or `none`.
 * The versions are what `--version` printed, undefined when it could not be run.
 */
export function chooseNode({ bundled, own, fetched }) {
  if (bundled !== undefined && majorOf(bundled) === wantedMajor) return 'bundled';
  if (!fetched) return 'fetch';
  return majorOf(own) === wantedMajor ? 'own' : 'none';
}

function majorOf(version) {
  return Number(version.replace(/^v/, '').split('.')[0]);
}

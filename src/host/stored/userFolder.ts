import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what belongs to this user, and to no repository, is kept on this system. It need not be there. */
export function userFolder(): string {
  const { XDG_CONFIG_HOME, APPDATA } = process.env;
  const base = process.platform === 'win32' ? (APPDATA ?? homedir()) : (XDG_CONFIG_HOME ?? join(homedir(), '.config'));
  return join(base, 'session-loom');
}

/** How a Chromium is started for tests. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** No sandbox, because tests also run as root in containers; nothing that calls out by itself. */
export const browserArguments: string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];

/** The environment of a browser. The one from npm brings fonts of its own, of which the machine may have none. */
export function browserEnvironment(env: NodeJS.ProcessEnv, executable: string): Record<string, string> {
  const fonts = join(dirname(executable), 'fonts');
  const all = existsSync(join(fonts, 'fonts.conf')) ? { ...env, FONTCONFIG_PATH: fonts } : env;
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

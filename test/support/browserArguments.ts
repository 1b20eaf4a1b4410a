/** How a Chromium is started for tests. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** No sandbox, because tests also run as root in containers; nothing that calls out by itself. */
const usual = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

/** Arguments and environment of a browser, given its program and the environment that it would inherit. */
export function browserLaunch(
  executable: string,
  env: NodeJS.ProcessEnv,
): { readonly args: string[]; readonly env: Record<string, string> } {
  const fonts = join(dirname(executable), 'fonts');
  // The one from npm brings fonts of its own, of which the machine may have none. It ends itself when a child of a zygote asks for a font
  // that its own are not enough for: without the zygote, children look fonts up by themselves.
  const bringsFonts = existsSync(join(fonts, 'fonts.conf'));
  const all = bringsFonts ? { ...env, FONTCONFIG_PATH: fonts } : env;
  return {
    args: bringsFonts ? [...usual, '--no-zygote'] : usual,
    env: Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  };
}

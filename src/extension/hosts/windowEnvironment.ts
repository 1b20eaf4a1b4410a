import { loginEnvironment, needsShell } from '../../client/loginShell.ts';
import type { ShellMode } from '../../client/loginShell.ts';
import { hostEnvironment } from '../../client/hostEnvironment.ts';
import type { Log } from '../../base/log.ts';

/**
 * The environment that agents of this window get: that of the person's login shell, without what belongs to the editor itself. It is asked for
 * once, when it is first needed.
 */
export function windowEnvironment(mode: () => ShellMode, log: Log): () => Promise<Readonly<Record<string, string>>> {
  let resolved: Promise<Readonly<Record<string, string>>> | undefined;
  const resolve = async (): Promise<Readonly<Record<string, string>>> => {
    const own = hostEnvironment(process.env);
    const found = needsShell(own, process.platform, mode()) ? await loginEnvironment({ own, node: process.execPath, log }) : own;
    return Object.fromEntries(Object.entries(found).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  };
  return () => (resolved ??= resolve());
}

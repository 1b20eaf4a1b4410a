/** Finding a desktop VS Code on this machine by reading its manifest, without starting it. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import * as z from 'zod';
import type { DesktopVsCode } from './choice.ts';

/** A place where VS Code may be: its program, and the manifest that says its version. */
export interface DesktopPlace {
  readonly executable: string;
  readonly manifest: string;
}

/** The usual places on a platform. `fromPath` is the folder of an installation found through the path, if any. */
export function desktopPlaces(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, home: string, fromPath?: string): DesktopPlace[] {
  if (platform === 'darwin') {
    return ['/Applications', join(home, 'Applications')].flatMap((folder) => {
      const contents = join(folder, 'Visual Studio Code.app', 'Contents');
      return ['Electron', 'Code'].map((name) => ({
        executable: join(contents, 'MacOS', name),
        manifest: join(contents, 'Resources', 'app', 'package.json'),
      }));
    });
  }
  const folders =
    platform === 'win32'
      ? [inside(env['LOCALAPPDATA'], 'Programs', 'Microsoft VS Code'), inside(env['ProgramFiles'], 'Microsoft VS Code')]
      : [fromPath, '/usr/share/code', '/usr/lib/code', '/opt/visual-studio-code', '/snap/code/current/usr/share/code'];
  return folders
    .filter((folder) => folder !== undefined)
    .map((folder) => ({
      executable: join(folder, platform === 'win32' ? 'Code.exe' : 'code'),
      manifest: join(folder, 'resources', 'app', 'package.json'),
    }));
}

function inside(folder: string | undefined, ...parts: string[]): string | undefined {
  return folder === undefined || folder === '' ? undefined : join(folder, ...parts);
}

/** The desktop VS Codes that are really there. */
export function installedDesktops(): DesktopVsCode[] {
  return desktopPlaces(process.platform, process.env, homedir(), installationOnPath()).flatMap(({ executable, manifest }) => {
    if (!existsSync(executable) || !existsSync(manifest)) return [];
    const parsed = z.object({ version: z.string() }).safeParse(JSON.parse(readFileSync(manifest, 'utf8')));
    return parsed.success ? [{ executable, version: parsed.data.version }] : [];
  });
}

/** `code` on the path is a link to `<installation>/bin/code`. */
function installationOnPath(): string | undefined {
  const link = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'code'))
    .find(existsSync);
  return link === undefined ? undefined : dirname(dirname(realpathSync(link)));
}

/** Whether a window can appear. Only Linux can lack a screen; `virtual` says that xvfb-run can make one, which is enough for tests. */
export function hasScreen(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, virtual: boolean): boolean {
  return (
    platform !== 'linux' || [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((display) => display !== undefined && display !== '') || virtual
  );
}

/** How a desktop VS Code is started with a profile of its own. */

/** Arguments that keep it apart from the person's own VS Code. Both folders are made when they are missing. */
export function desktopArguments(
  profile: string,
  extensions: string,
  { trustEverything }: { readonly trustEverything: boolean },
): string[] {
  return [
    ...[`--user-data-dir=${profile}`, `--extensions-dir=${extensions}`],
    ...['--skip-welcome', '--skip-release-notes', '--disable-telemetry', '--disable-updates'],
    ...(trustEverything ? ['--disable-workspace-trust'] : []),
    // As root on Linux it refuses to start in its sandbox.
    ...['--no-sandbox', '--disable-gpu-sandbox'],
  ];
}

/** The same program with a virtual screen around it, where Linux has no real one. */
export function underScreen(
  executable: string,
  args: readonly string[],
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): { readonly executable: string; readonly args: string[] } {
  const hasOwnScreen =
    platform !== 'linux' || [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((display) => display !== undefined && display !== '');
  return hasOwnScreen ? { executable, args: [...args] } : { executable: 'xvfb-run', args: ['--auto-servernum', executable, ...args] };
}

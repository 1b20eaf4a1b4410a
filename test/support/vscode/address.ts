/** The address of a page of the VS Code server. */

/** What a page opens. All paths are absolute. */
export interface PageRequest {
  /** A folder, or a `.code-workspace` file when it ends so. */
  readonly workspace: string;
  /** An extension that runs from its source folder. Works only on a server with the smoke-test driver, as does `testsFile`. */
  readonly developmentFolder?: string;
  /** A module with `run()`, which the extension host loads and runs. */
  readonly testsFile?: string;
}

/** Where a server listens, and the secret that it asks for. */
export interface ServerAddress {
  readonly port: number;
  readonly connectionToken: string;
}

/** The address that opens this page. What desktop VS Code takes as arguments, the page takes as `payload`. */
export function pageAddress({ port, connectionToken }: ServerAddress, { workspace, developmentFolder, testsFile }: PageRequest): string {
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${String(port)}${encodeURI(urlPath(path))}`;
  const payload = [
    ...(developmentFolder === undefined ? [] : [['extensionDevelopmentPath', remote(developmentFolder)]]),
    ...(testsFile === undefined ? [] : [['extensionTestsPath', remote(testsFile)]]),
  ];
  const url = new URL(`http://127.0.0.1:${String(port)}/`);
  url.searchParams.set('tkn', connectionToken);
  url.searchParams.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', urlPath(workspace));
  if (payload.length > 0) url.searchParams.set('payload', JSON.stringify([...payload, ['skipWelcome', 'true']]));
  return url.href;
}

/** A Windows path as it stands in an address: forward slashes, and one before the drive. */
function urlPath(path: string): string {
  const slashed = path.replaceAll('\\', '/');
  return slashed.startsWith('/') ? slashed : `/${slashed}`;
}

/** Types of `dependencies.mjs`, which is plain JavaScript because it runs before anything is installed. */
export declare const oldestNode: string;
/** The major version of the Node that runs every script. */
export declare const wantedMajor: number;
/** Negative when the first version is older. */
export declare function compareVersions(left: string, right: string): number;

/** What this project reads of an npm lock file. */
export interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>;
}
/** Why the dependencies must be installed, or undefined. */
export declare function reasonToInstall(facts: {
  readonly mark: string | undefined;
  readonly hash: string;
  readonly lock: Lock;
  readonly installed: Lock | undefined;
}): string | undefined;
/** Which Node runs the scripts. */
export declare function chooseNode(facts: {
  readonly bundled: string | undefined;
  readonly own: string;
  readonly fetched: boolean;
}): 'bundled' | 'fetch' | 'own' | 'none';

import type { ArchiveOffer, PackageOffer, RegistryAgent } from './registryFile.ts';

/** What this machine has to get agents with. `target` is its kind, as the registry names it. */
export interface Means {
  readonly npm: boolean;
  readonly uv: boolean;
  readonly target: string;
}

/** The way in which an agent is got here, or why there is none, as a sentence. */
export type Way =
  | { readonly kind: 'npm'; readonly version: string; readonly offer: PackageOffer }
  | { readonly kind: 'uv'; readonly version: string; readonly offer: PackageOffer }
  | { readonly kind: 'archive'; readonly version: string; readonly offer: ArchiveOffer }
  | { readonly kind: 'none'; readonly version: string; readonly reason: string };

/** The kind of a machine as the registry names it: `darwin`, `linux` or `windows`, and `aarch64` or `x86_64`. */
export function targetOf(platform: NodeJS.Platform, architecture: string): string {
  const system = platform === 'win32' ? 'windows' : platform;
  const processor = architecture === 'arm64' ? 'aarch64' : architecture === 'x64' ? 'x86_64' : architecture;
  return `${system}-${processor}`;
}

/** How an agent is got on this machine: as an npm package where npm is there, else as an archive, else with uv. */
export function wayTo(agent: RegistryAgent, means: Means): Way {
  const { npx, uvx, binary, version } = agent;
  const archive = binary[means.target];
  if (npx !== undefined && means.npm) return { kind: 'npm', version: npx.package.version, offer: npx };
  if (archive !== undefined) return { kind: 'archive', version, offer: archive };
  if (uvx !== undefined && means.uv) return { kind: 'uv', version: uvx.package.version, offer: uvx };
  if (npx !== undefined)
    return { kind: 'none', version, reason: 'It comes with npm, which was not found on the path. Install Node.js first.' };
  if (uvx !== undefined) return { kind: 'none', version, reason: 'It comes with uv, which was not found on the path. Install uv first.' };
  return { kind: 'none', version, reason: `It is not offered for this machine (${means.target}).` };
}

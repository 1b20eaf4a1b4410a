import type { AgentLaunch, AgentRow } from '../protocol/settings.ts';
import type * as z from 'zod';
import type { InstalledAgent } from './installed.ts';
import { newestOf } from './installed.ts';
import type { KnownProgram } from './knownPrograms.ts';
import type { Means } from './offers.ts';
import { wayTo } from './offers.ts';
import { isNewer } from './packages.ts';
import type { RegistryAgent } from './registryFile.ts';

type Launch = z.infer<typeof AgentLaunch>;
type Row = z.infer<typeof AgentRow>;

/** A program that was found on the path. `args` come before those of the agent. */
export interface FoundProgram {
  readonly known: KnownProgram;
  readonly path: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** An agent of the settings, and what is wrong with its command. */
export interface SetAgent {
  readonly launch: Launch;
  readonly problem?: string | undefined;
}

/** All sources of agents beside the built-in one. */
export interface Sources {
  readonly settings: readonly SetAgent[];
  readonly installed: readonly InstalledAgent[];
  readonly found: readonly FoundProgram[];
  readonly registry: readonly RegistryAgent[];
  readonly means: Means;
}

/** The agents of this machine: a row for each, and how those are started that are ready. */
export interface Catalogue {
  readonly rows: readonly Row[];
  /** Those of the settings are not among them: the settings say them themselves. */
  readonly launches: readonly Launch[];
}

/**
 * Puts the sources together. An id stands for one agent: what a person has set counts before what was installed, that before what was found on
 * the path, and that before what the registry offers.
 */
export function catalogueOf(sources: Sources): Catalogue {
  const offers = new Map(sources.registry.map((agent) => [agent.id, agent]));
  const rows = new Map<string, Row>();
  const launches: Launch[] = [];
  for (const { launch, problem } of sources.settings) {
    rows.set(launch.id, {
      id: launch.id,
      name: launch.name,
      description: offers.get(launch.id)?.description ?? '',
      source: 'setting',
      state: problem === undefined ? 'ready' : 'missing',
      detail: [launch.command, ...launch.args].join(' '),
      ...(problem === undefined ? {} : { reason: problem }),
    });
  }
  for (const agent of newestOf(sources.installed)) {
    if (rows.has(agent.id)) continue;
    const offer = offers.get(agent.id);
    const way = offer === undefined ? undefined : wayTo(offer, sources.means);
    const newer = way !== undefined && way.kind !== 'none' && isNewer(way.version, agent.version) ? way.version : undefined;
    rows.set(agent.id, {
      ...described(agent.id, agent.name, offer),
      source: 'installed',
      state: 'ready',
      version: agent.version,
      detail: agent.folder,
      ...(newer === undefined ? {} : { newer }),
    });
    launches.push({ id: agent.id, name: agent.name, command: agent.command, args: [...agent.args], env: { ...agent.env } });
  }
  for (const { known, path, command, args } of sources.found) {
    if (rows.has(known.id)) continue;
    rows.set(known.id, { ...described(known.id, known.name, offers.get(known.id)), source: 'path', state: 'ready', detail: path });
    launches.push({ id: known.id, name: known.name, command, args: [...args, ...known.args], env: {} });
  }
  for (const offer of sources.registry) {
    if (rows.has(offer.id)) continue;
    const way = wayTo(offer, sources.means);
    rows.set(offer.id, {
      ...described(offer.id, offer.name, offer),
      source: 'registry',
      version: way.version,
      ...(way.kind === 'none' ? { state: 'unavailable', reason: way.reason } : { state: 'needs-install', detail: detailOf(way) }),
    });
  }
  return { rows: [...rows.values()], launches };
}

function described(id: string, name: string, offer: RegistryAgent | undefined): Pick<Row, 'id' | 'name' | 'description'> {
  return { id, name: offer?.name ?? name, description: offer?.description ?? '' };
}

function detailOf(way: Exclude<ReturnType<typeof wayTo>, { kind: 'none' }>): string {
  if (way.kind === 'archive') return new URL(way.offer.url).host;
  const { name, version } = way.offer.package;
  return way.kind === 'npm' ? `npm: ${name}@${version}` : `uv: ${name}==${version}`;
}

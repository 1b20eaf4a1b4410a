import { readFile } from 'node:fs/promises';
import type * as z from 'zod';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { AgentLaunch } from '../protocol/settings.ts';
import type { FoundProgram, SetAgent, Sources } from './catalogue.ts';
import type { Environment } from './findProgram.ts';
import { commandProblem, findProgram, programAt } from './findProgram.ts';
import { listInstalled } from './installed.ts';
import type { KnownProgram } from './knownPrograms.ts';
import { knownPrograms } from './knownPrograms.ts';
import { targetOf } from './offers.ts';
import { cachedRegistry } from './refresh.ts';
import type { RegistryAgent } from './registryFile.ts';
import { readRegistry } from './registryFile.ts';

/** Where the sources lie. */
export interface Places {
  /** Below it each installed version has a folder. */
  readonly root: string;
  /** The list of agents that ships. */
  readonly shipped: string;
  /** The list that was loaded last; missing where it is not to be used. */
  readonly cache?: string | undefined;
}

/** Looks at all sources. What cannot be read is a line in the log, and the others count. */
export async function gatherSources(
  launches: readonly z.infer<typeof AgentLaunch>[],
  environment: Environment,
  places: Places,
  log: Log,
): Promise<Sources> {
  const [settings, installed, found, registry, npm, uv] = await Promise.all([
    Promise.all(launches.map((launch) => setAgent(launch, environment))),
    listInstalled(places.root),
    Promise.all(knownPrograms.map((known) => onPath(known, environment))),
    readLists(places, log),
    findProgram('npm', environment),
    findProgram('uv', environment),
  ]);
  return {
    settings,
    installed,
    found: found.flatMap((program) => program ?? []),
    registry,
    means: { npm: npm !== undefined, uv: uv !== undefined, target: targetOf(process.platform, process.arch) },
  };
}

async function setAgent(launch: z.infer<typeof AgentLaunch>, environment: Environment): Promise<SetAgent> {
  const problem = await commandProblem(launch.command, { ...environment, ...launch.env });
  return problem === undefined ? { launch } : { launch, problem };
}

async function onPath(known: KnownProgram, environment: Environment): Promise<FoundProgram | undefined> {
  const path = await findProgram(known.command, environment);
  return path === undefined ? undefined : { known, path, ...programAt(path) };
}

/** What was loaded counts before what ships, agent by agent. */
async function readLists({ shipped, cache }: Places, log: Log): Promise<readonly RegistryAgent[]> {
  const text = await readFile(shipped, 'utf8').catch((error: unknown) => {
    log.warn(`The list of agents that ships cannot be read: ${messageOf(error)}`);
    return '{"agents":[]}';
  });
  const { agents, problems } = readRegistry(text);
  for (const problem of problems) log.warn(problem);
  const loaded = cache === undefined ? undefined : await cachedRegistry(cache);
  const all = new Map([...agents, ...(loaded ?? [])].map((agent) => [agent.id, agent]));
  return [...all.values()];
}

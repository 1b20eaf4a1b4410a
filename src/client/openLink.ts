import { join } from 'node:path';
import type { Log } from '../base/log.ts';
import type { Capability } from './capability.ts';
import type { Hello } from './helloSocket.ts';
import { hostFinder } from './findHost.ts';
import type { HostLinkOptions } from './hostLink.ts';
import { HostLink } from './hostLink.ts';
import { locateWorkspace } from './location.ts';
import type { HostPrograms } from './programs.ts';
import { copyPrograms } from './programs.ts';
import { endpointPaths, surroundings } from './runtimeFolder.ts';
import { startHost } from './startHost.ts';
import type { Transport } from './transport.ts';

/** All that a client says to be linked with the host of a folder. */
export interface OpenLinkOptions {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** Where the data goes when neither the repository nor the folder can be written. */
  readonly fallbackStorage: string;
  /** Where the copies of the programs live, across updates. */
  readonly runtimeStorage: string;
  readonly version: string;
  readonly client: Hello['client'];
  readonly clientName: string;
  readonly programs: HostPrograms;
  /** The Node that runs a host. */
  readonly node: string;
  /** The environment for agents. */
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  /** What lets this client approve. */
  readonly capability?: () => Promise<Capability | undefined>;
  readonly transport: Transport;
  readonly log: Log;
  readonly alive?: HostLinkOptions['alive'];
  readonly onConnected?: HostLinkOptions['onConnected'];
  readonly window?: HostLinkOptions['window'];
}

/** A link to the host of a folder. It looks where the data lives and connects to nobody yet; nothing is written and nothing started. */
export async function openLink(options: OpenLinkOptions): Promise<HostLink> {
  const { version, log } = options;
  const location = await locateWorkspace(options.folder, options.fallbackStorage);
  const paths = endpointPaths(location.dataFolder, surroundings());
  const start = async (): Promise<{ readonly exited: Promise<number> }> => {
    const programs = await copyPrograms(options.programs, options.runtimeStorage, version);
    const output = join(paths.folder, 'host-output.log');
    log.info('A session host is started.', { folder: options.folder, dataFolder: location.dataFolder });
    const approver = (await options.capability?.())?.key;
    return startHost({ node: options.node, programs, location, paths, version, environment: process.env, output, approver });
  };
  const finder = hostFinder({
    paths,
    dataFolder: location.dataFolder,
    version,
    client: options.client,
    clientName: options.clientName,
    environment: options.environment,
    ...(options.capability === undefined ? {} : { capability: options.capability }),
    start,
    log,
  });
  return new HostLink({
    finder,
    transport: options.transport,
    log,
    ...(options.alive === undefined ? {} : { alive: options.alive }),
    ...(options.onConnected === undefined ? {} : { onConnected: options.onConnected }),
    ...(options.window === undefined ? {} : { window: options.window }),
  });
}

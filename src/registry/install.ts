import { chmod, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { LoomError, messageOf } from '../base/errors.ts';
import type { Fetch } from './download.ts';
import { download } from './download.ts';
import type { Environment } from './findProgram.ts';
import { findProgram, lookAt } from './findProgram.ts';
import type { InstalledAgent } from './installed.ts';
import { makeInstallFolder, noteInstalled } from './installed.ts';
import { installFailure } from './installFailure.ts';
import type { Way } from './offers.ts';
import type { ArchiveOffer, PackageOffer, RegistryAgent } from './registryFile.ts';
import { runTool } from './runTool.ts';
import { unpack } from './unpack.ts';

/** What an install needs, and whom it tells how it goes. */
export interface InstallOptions {
  /** Below it each version of each agent has a folder. */
  readonly root: string;
  /** The environment of the login shell: the programs that install are looked for in it. */
  readonly environment: Environment;
  readonly fetch: Fetch;
  /** A line that a program printed, for the log. */
  readonly line: (text: string) => void;
  /** What is done now; `part` is how much of it, from 0 to 1, where that is known. */
  readonly progress: (text: string, part?: number) => void;
}

/** What is started once it is installed. `command` is a path inside the folder, with slashes. */
interface Brought {
  readonly command: string;
}

/**
 * Installs an agent at exactly the version that its way says, into a folder of its own. It counts as installed in one step at the very end; what
 * fails or is cancelled is removed. Rejects with `unavailable` (no way, no tool, no network), `storage`, `damaged`, `agent` or `cancelled`.
 */
export async function installAgent(agent: RegistryAgent, way: Way, options: InstallOptions, signal?: AbortSignal): Promise<InstalledAgent> {
  if (way.kind === 'none') throw new LoomError('unavailable', `"${agent.name}" cannot be installed here. ${way.reason}`);
  let folder: string | undefined;
  try {
    folder = await makeInstallFolder(options.root, agent.id, way.version);
    const { command } = await bring(agent, way, folder, options, signal);
    const program = join(folder, ...command.split('/'));
    const found = await lookAt(program);
    if (found !== 'program') throw new LoomError('agent', `"${agent.name}" was installed, but there is no program ${command} in it.`);
    if (signal?.aborted === true) throw new LoomError('cancelled', 'The install was cancelled.');
    const { args, env } = way.offer;
    return await noteInstalled(folder, { id: agent.id, name: agent.name, version: way.version, command, args: [...args], env: { ...env } });
  } catch (error) {
    if (folder !== undefined) {
      await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch((left: unknown) =>
        options.line(`What was half installed could not be removed: ${messageOf(left)}`),
      );
    }
    throw signal?.aborted === true ? new LoomError('cancelled', 'The install was cancelled.') : installFailure(agent.name, error);
  }
}

function bring(
  agent: RegistryAgent,
  way: Exclude<Way, { kind: 'none' }>,
  folder: string,
  options: InstallOptions,
  signal: AbortSignal | undefined,
): Promise<Brought> {
  switch (way.kind) {
    case 'npm':
      return bringWithNpm(agent, way.offer, folder, options, signal);
    case 'uv':
      return bringWithUv(agent, way.offer, folder, options, signal);
    case 'archive':
      return bringArchive(way.offer, folder, options, signal);
  }
}

/**
 * Scripts of the package run as npm's own settings say: several agents fetch their program in one, and what it may do the agent itself may do
 * as well, as soon as it is started.
 */
async function bringWithNpm(
  agent: RegistryAgent,
  { package: { name, version }, program }: PackageOffer,
  folder: string,
  options: InstallOptions,
  signal: AbortSignal | undefined,
): Promise<Brought> {
  options.progress(`npm installs ${name}@${version}`);
  // With one of its own, npm does not look for a package.json further up.
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--prefix', folder, '--save-exact', '--no-audit', '--no-fund', '--no-progress', `${name}@${version}`];
  await mustRun(agent, 'npm', args, folder, options, {}, signal);
  const bin = await npmProgram(join(folder, 'node_modules', ...name.split('/')), name, program);
  return { command: `node_modules/.bin/${bin}${process.platform === 'win32' ? '.cmd' : ''}` };
}

/** `bin` of a package.json: one program of the package's own name, or several by name. */
const Bins = z.object({ bin: z.union([z.string(), z.record(z.string(), z.string())]) });

/** The name of the program that a package brings, found as npx finds it. */
async function npmProgram(folder: string, name: string, wanted: string | undefined): Promise<string> {
  const parsed = Bins.safeParse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  const own = name.split('/').at(-1) ?? name;
  const bins: Readonly<Record<string, string>> = !parsed.success
    ? {}
    : typeof parsed.data.bin === 'string'
      ? { [own]: parsed.data.bin }
      : parsed.data.bin;
  const names = Object.keys(bins);
  const areSame = new Set(Object.values(bins)).size === 1;
  const found = wanted ?? (names.includes(own) ? own : areSame ? names[0] : undefined);
  if (found === undefined || !names.includes(found) || !/^[A-Za-z0-9._-]+$/.test(found))
    throw new LoomError('agent', `The package ${name} does not say which program is the agent.`);
  return found;
}

/** A tool of uv has an environment of Python by itself, which names its own folder: it is made where it stays. */
async function bringWithUv(
  agent: RegistryAgent,
  { package: { name, version }, program }: PackageOffer,
  folder: string,
  options: InstallOptions,
  signal: AbortSignal | undefined,
): Promise<Brought> {
  options.progress(`uv installs ${name}==${version}`);
  const bin = join(folder, 'bin');
  const places = { UV_TOOL_DIR: join(folder, 'tools'), UV_TOOL_BIN_DIR: bin };
  await mustRun(agent, 'uv', ['tool', 'install', '--no-progress', `${name}==${version}`], folder, options, places, signal);
  const names = await readdir(bin);
  const own = program ?? name.replace(/\[.*/, '');
  const found = names.find((each) => each.replace(/\.exe$/i, '') === own) ?? (names.length === 1 ? names[0] : undefined);
  if (found === undefined) throw new LoomError('agent', `The package ${name} does not say which program is the agent.`);
  return { command: `bin/${found}` };
}

async function mustRun(
  agent: RegistryAgent,
  tool: string,
  args: readonly string[],
  cwd: string,
  options: InstallOptions,
  more: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const command = await findProgram(tool, options.environment);
  if (command === undefined) throw new LoomError('unavailable', `"${agent.name}" was not installed: ${tool} was not found on the path.`);
  const { code, lastLines } = await runTool(command, args, { cwd, env: { ...options.environment, ...more }, line: options.line }, signal);
  if (code !== 0) throw new LoomError('agent', `${tool} ended with code ${code ?? 'none'}.`, { data: { tool, lastLines } });
}

/** Unpacked beside its place and renamed into it, so that the place holds all of it or nothing. */
async function bringArchive(
  { url, format, program, sha256 }: ArchiveOffer,
  folder: string,
  options: InstallOptions,
  signal: AbortSignal | undefined,
): Promise<Brought> {
  const archive = join(folder, 'download');
  const scratch = join(folder, 'unpacking');
  const name = basename(new URL(url).pathname);
  options.progress(`Loads ${name}`);
  const loaded = (received: number, total: number | undefined): void =>
    options.progress(
      `Loads ${name} (${megabytes(received)}${total === undefined ? '' : ` of ${megabytes(total)}`} MB)`,
      total && received / total,
    );
  const hash = await download(url, archive, options.fetch, loaded, signal);
  if (sha256 !== undefined && sha256 !== hash)
    throw new LoomError('damaged', `${name} is not what the registry says it is: its checksum differs. It was removed.`);
  if (sha256 === undefined) options.line(`The registry names no checksum for ${name}; its SHA-256 is ${hash}.`);
  options.progress(`Unpacks ${name}`);
  if (format === 'program') {
    await mkdir(dirname(join(scratch, program)), { recursive: true });
    await rename(archive, join(scratch, program));
  } else {
    await unpack(archive, format, scratch, { env: options.environment, line: options.line }, signal);
    await rm(archive, { force: true });
  }
  if ((await lookAt(join(scratch, program))) === 'not-executable') await chmod(join(scratch, program), 0o755);
  await rename(scratch, join(folder, 'files'));
  return { command: `files/${program}` };
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0);
}

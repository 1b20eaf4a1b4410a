/**
 * `registry` knows the agents that this machine could run: where they are offered, found and installed. It knows neither VS Code nor sessions
 * nor ACP: whoever uses it gets commands to start.
 *
 * This file reads the format of the public registry of agents, `{version, agents: [{id, name, version, description, distribution}]}`, as the
 * Agent Client Protocol's registry describes it. What it says is data of strangers: an entry can name a package, or an archive and a program
 * in it, and nothing else of it becomes part of a command.
 */
import * as z from 'zod';
import type { PinnedPackage } from './packages.ts';
import { npmPackage, pythonPackage } from './packages.ts';

/** A program that a package or an archive brings, and what it is started with. */
interface Started {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A package that carries an agent. `program` is the name of its program, where the entry says one. */
export interface PackageOffer extends Started {
  readonly package: PinnedPackage;
  readonly program?: string | undefined;
}

/** An archive, or a bare program, for one kind of machine. `program` is its path in the archive, with slashes and without `..`. */
export interface ArchiveOffer extends Started {
  readonly url: string;
  readonly format: ArchiveFormat;
  readonly program: string;
  /** SHA-256 of the archive in lower-case hex. */
  readonly sha256?: string | undefined;
}

export type ArchiveFormat = 'zip' | 'tar' | 'program';

/** An agent of the registry, with the ways to get it that can be used. */
export interface RegistryAgent {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly website?: string | undefined;
  readonly license?: string | undefined;
  readonly npx?: PackageOffer | undefined;
  readonly uvx?: PackageOffer | undefined;
  /** By kind of machine, such as `linux-x86_64`. */
  readonly binary: Readonly<Record<string, ArchiveOffer>>;
}

/** What a file of the registry says, and a sentence for each entry that cannot be used. */
export interface ReadRegistry {
  readonly agents: readonly RegistryAgent[];
  readonly problems: readonly string[];
}

const File = z.object({ agents: z.array(z.unknown()) });

/** Variables that would make another program of what is started. */
const dangerous = /^(PATH|HOME|SHELL|BASH_ENV|ENV|NODE_OPTIONS|PYTHON.*|LD_.*|DYLD_.*|ELECTRON_.*|VSCODE_.*|npm_.*|.*ASKPASS)$/i;

const Env = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/), z.string().max(4000))
  .refine((env) => !Object.keys(env).some((name) => dangerous.test(name)), 'sets a variable that an entry may not set');
const started = { args: z.array(z.string().max(4000)).max(50).default([]), env: Env.default({}) };

/** Names of programs: no path, and nothing that a shell or a command line would read as more. */
const ProgramName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/);

const Package = z.object({ package: z.string().max(300), cmd: ProgramName.optional(), ...started });

const Target = z.object({
  archive: z.string().max(2000),
  cmd: z.string().max(500),
  sha256: z
    .string()
    .regex(/^[a-fA-F0-9]{64}$/)
    .optional(),
  ...started,
});

const Entry = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,79}$/),
  name: z.string().trim().min(1).max(100),
  version: z.string().regex(/^[0-9][A-Za-z0-9.+-]{0,59}$/),
  description: z.string().max(2000).catch(''),
  website: z.string().max(500).optional().catch(undefined),
  license: z.string().max(100).optional().catch(undefined),
  distribution: z.object({ npx: z.unknown().optional(), uvx: z.unknown().optional(), binary: z.unknown().optional() }),
});

/** Reads a file of the registry. A bad entry costs only itself, a bad way to get an agent only that way. Never throws. */
export function readRegistry(text: string): ReadRegistry {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { agents: [], problems: ['The list of agents is not JSON.'] };
  }
  const file = File.safeParse(json);
  if (!file.success) return { agents: [], problems: ['The list of agents has no "agents".'] };
  const problems: string[] = [];
  const agents = new Map<string, RegistryAgent>();
  for (const [index, item] of file.data.agents.entries()) {
    const read = readEntry(item);
    if (typeof read === 'string') problems.push(`Entry ${index + 1} of the list of agents cannot be used: ${read}`);
    else if (!agents.has(read.id)) agents.set(read.id, read);
  }
  return { agents: [...agents.values()], problems };
}

function readEntry(item: unknown): RegistryAgent | string {
  const parsed = Entry.safeParse(item);
  if (!parsed.success) return firstIssue(parsed.error);
  const { distribution, ...entry } = parsed.data;
  const npx = packageOffer(distribution.npx, (spec) => npmPackage(spec, entry.version));
  const uvx = packageOffer(distribution.uvx, (spec) => pythonPackage(spec, entry.version));
  const binary = archiveOffers(distribution.binary);
  if (npx === undefined && uvx === undefined && Object.keys(binary).length === 0)
    return `${entry.id} names no way to get it that is known.`;
  return { ...entry, npx, uvx, binary };
}

function packageOffer(value: unknown, pinned: (spec: string) => PinnedPackage | undefined): PackageOffer | undefined {
  const parsed = Package.safeParse(value);
  if (!parsed.success) return undefined;
  const { package: spec, cmd, args, env } = parsed.data;
  const found = pinned(spec);
  return found === undefined ? undefined : { package: found, args, env, ...(cmd === undefined ? {} : { program: cmd }) };
}

function archiveOffers(value: unknown): Readonly<Record<string, ArchiveOffer>> {
  const targets = z.record(z.string(), z.unknown()).safeParse(value);
  if (!targets.success) return {};
  return Object.fromEntries(
    Object.entries(targets.data).flatMap(([kind, target]) => {
      const offer = archiveOffer(target);
      return offer === undefined ? [] : [[kind, offer]];
    }),
  );
}

function archiveOffer(value: unknown): ArchiveOffer | undefined {
  const parsed = Target.safeParse(value);
  if (!parsed.success) return undefined;
  const { archive: url, cmd, sha256, args, env } = parsed.data;
  const program = pathInside(cmd);
  const format = URL.canParse(url) && new URL(url).protocol === 'https:' ? formatOf(new URL(url).pathname) : undefined;
  if (program === undefined || format === undefined) return undefined;
  return { url, format, program, args, env, ...(sha256 === undefined ? {} : { sha256: sha256.toLowerCase() }) };
}

function formatOf(path: string): ArchiveFormat | undefined {
  if (/\.zip$/i.test(path)) return 'zip';
  if (/\.(tar\.(gz|bz2|xz)|tgz|tbz2|txz)$/i.test(path)) return 'tar';
  return /\.(dmg|pkg|deb|rpm|msi|appimage|7z|gz|bz2|xz)$/i.test(path) ? undefined : 'program';
}

/** A path that stays inside the archive, with slashes; undefined for any other. */
function pathInside(path: string): string | undefined {
  const parts = path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  const isPlain = !/^[\\/]/.test(path) && parts.length > 0 && parts.every((part) => part !== '..' && /^[A-Za-z0-9._+ -]+$/.test(part));
  return isPlain ? parts.join('/') : undefined;
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not usable'}`.trim();
}

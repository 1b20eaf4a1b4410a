/** MCP servers that are passed to agents: how they are written in settings and in `.mcp.json`. */
import * as z from 'zod';
import type { Immutable } from '../base/immutable.ts';

const texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

/** One server: a program, or an address. The form of VS Code's `mcp.servers` and of `.mcp.json`; what else stands there is ignored. */
export const McpServer = z.union([
  z.object({
    type: z.literal('stdio').optional(),
    command: z.string().min(1),
    args: z.array(z.string()).default([]),
    env: texts.default({}),
  }),
  z.object({
    type: z.enum(['http', 'sse', 'streamable-http']).default('http'),
    url: z.string().regex(/^https?:\/\//i),
    headers: texts.default({}),
  }),
]);
export type McpServer = Immutable<z.infer<typeof McpServer>>;

/** Servers by their names. */
export type McpServers = Readonly<Record<string, McpServer>>;

/** Servers that could be read, and a sentence for each that could not. */
export interface ReadServers {
  readonly servers: McpServers;
  readonly problems: readonly string[];
}

/** Reads a list of servers. `where` names it in the problems. */
export function serversIn(value: unknown, where: string): ReadServers {
  if (value === undefined || value === null) return { servers: {}, problems: [] };
  if (typeof value !== 'object' || Array.isArray(value))
    return { servers: {}, problems: [`${where} must be an object of servers by their names. It is left out.`] };
  const problems: string[] = [];
  const entries = Object.entries(value).flatMap(([name, each]): [string, McpServer][] => {
    const parsed = McpServer.safeParse(each);
    if (parsed.success) return [[name, parsed.data]];
    problems.push(`${where}: the server "${name}" has neither a command nor an address that can be used. It is left out.`);
    return [];
  });
  return { servers: Object.fromEntries(entries), problems };
}

/** Reads the text of a `.mcp.json`. Undefined where it is no JSON object. */
export function serversOfFile(text: string): ReadServers | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const fields = value as Readonly<Record<string, unknown>>;
    return serversIn(fields['mcpServers'] ?? fields['servers'], '.mcp.json');
  } catch {
    return undefined;
  }
}

/** The names in `${input:name}` of a server, in their order. */
export function inputsIn(server: McpServer): readonly string[] {
  const found = [...JSON.stringify(server).matchAll(/\$\{input:([^}"\\]{1,200})\}/g)].flatMap((match) => match[1] ?? []);
  return [...new Set(found)];
}

/** What stands for the variables in a server's texts. */
export interface McpVariables {
  readonly inputs: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
}

/** The server with `${input:…}`, `${env:…}`, `${NAME}`, `${NAME:-otherwise}` and `${workspaceFolder}` replaced; undefined where an input is missing. */
export function filledServer(server: McpServer, { inputs, environment, folder }: McpVariables): McpServer | undefined {
  if (inputsIn(server).some((name) => inputs[name] === undefined)) return undefined;
  const fill = (text: string): string =>
    text.replace(/\$\{(input:|env:)?([^}]+)\}/g, (whole, kind: string | undefined, name: string) => {
      if (kind === 'input:') return inputs[name] ?? '';
      if (kind === 'env:') return environment[name] ?? '';
      if (name === 'workspaceFolder') return folder;
      const [variable = '', otherwise] = name.split(':-');
      return /^\w+$/.test(variable) ? (environment[variable] ?? otherwise ?? '') : whole;
    });
  const fillAll = (of: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(of).map(([name, text]) => [name, fill(text)]));
  if ('url' in server) return { ...server, url: fill(server.url), headers: fillAll(server.headers) };
  return { ...server, command: fill(server.command), args: server.args.map(fill), env: fillAll(server.env) };
}

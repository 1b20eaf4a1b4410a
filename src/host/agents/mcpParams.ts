import type { McpServers } from '../../protocol/mcpServers.ts';
import type { Fields } from './fields.ts';
import { fieldsOf } from './fields.ts';

/** Which MCP servers an agent can reach beside programs, which every agent can. */
export interface McpAccess {
  readonly http: boolean;
  readonly sse: boolean;
}

/** Reads `mcpCapabilities` of an agent. */
export function mcpAccessOf(capabilities: Fields | undefined): McpAccess {
  const offered = fieldsOf(capabilities?.['mcpCapabilities']);
  return { http: offered?.['http'] === true, sse: offered?.['sse'] === true };
}

/** The servers as `session/new` and the like want them; those that the agent cannot reach are left out. */
export function mcpParams(servers: McpServers, access: McpAccess): readonly Fields[] {
  return Object.entries(servers).flatMap(([name, server]): Fields[] => {
    if ('command' in server) return [{ name, command: server.command, args: server.args, env: pairs(server.env) }];
    const type = server.type === 'sse' ? 'sse' : 'http';
    return access[type] ? [{ type, name, url: server.url, headers: pairs(server.headers) }] : [];
  });
}

function pairs(of: Readonly<Record<string, string>>): readonly Fields[] {
  return Object.entries(of).map(([name, value]) => ({ name, value }));
}

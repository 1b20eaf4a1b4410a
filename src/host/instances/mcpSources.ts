import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { SessionState } from '../../model/session.ts';
import type { McpServer, McpServers } from '../../protocol/mcpServers.ts';
import { filledServer, inputsIn, serversOfFile } from '../../protocol/mcpServers.ts';
import type { Approvals } from '../permissions/approvals.ts';
import { personMs } from '../windows.ts';
import type { Windows } from '../windows.ts';

/** The kind under which approvals of `.mcp.json` are kept. */
export const mcpKind = 'mcp-servers';

/** The largest `.mcp.json` that is read, in letters. */
const largest = 1024 * 1024;

export interface McpSourcesOptions {
  /** Servers of the person's own settings. */
  readonly own: () => McpServers;
  readonly approvals: Pick<Approvals, 'ask' | 'isApproved'>;
  readonly windows: Pick<Windows, 'ask'>;
  readonly environment: () => Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/**
 * The MCP servers that a session's agent gets when it starts: those of the person's settings, and those of the repository's `.mcp.json` after an
 * approval that is bound to what stands in it. One that is not approved yet is asked about, and comes with the next start.
 */
export class McpSources {
  readonly #options: McpSourcesOptions;

  constructor(options: McpSourcesOptions) {
    this.#options = options;
  }

  async of(session: Pick<SessionState, 'id' | 'cwd' | 'folder'>, signal?: AbortSignal): Promise<McpServers> {
    // What a person has set goes before what a repository brings under the same name.
    const all = { ...(await this.#ofRepository(session)), ...this.#options.own() };
    const filled: Record<string, McpServer> = {};
    for (const [name, server] of Object.entries(all)) {
      const usable = await this.#fill(name, server, session, signal);
      if (usable === undefined) this.#options.log.info('An MCP server was left out, since a value for it was not given.', { server: name });
      else filled[name] = usable;
    }
    return filled;
  }

  async #ofRepository({ id, cwd }: Pick<SessionState, 'id' | 'cwd'>): Promise<McpServers> {
    const file = join(cwd, '.mcp.json');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined || text.length > largest) return {};
    const { approvals, log } = this.#options;
    const read = serversOfFile(text);
    if (read === undefined) {
      log.warn('The .mcp.json of the repository cannot be read.', { file });
      return {};
    }
    for (const problem of read.problems) log.warn(problem, { file });
    if (Object.keys(read.servers).length === 0) return {};
    const sha256 = createHash('sha256').update(text).digest('hex');
    if (approvals.isApproved(mcpKind, file, sha256)) return read.servers;
    const names = Object.keys(read.servers).join(', ');
    void approvals
      .ask({ kind: mcpKind, subject: file, sha256, title: `Use the MCP servers of the repository: ${names}`, detail: text, sessionId: id })
      .catch((error: unknown) => log.warn('An approval could not be asked for.', { error: messageOf(error) }));
    return {};
  }

  async #fill(
    name: string,
    server: McpServer,
    session: Pick<SessionState, 'id' | 'cwd'>,
    signal?: AbortSignal,
  ): Promise<McpServer | undefined> {
    const wanted = inputsIn(server);
    const inputs = wanted.map((input) => ({ id: input, label: input, isSecret: true }));
    const question = { sessionId: session.id, limitMs: personMs, signal };
    const answer = wanted.length === 0 ? undefined : await this.#options.windows.ask('window/inputs', { server: name, inputs }, question);
    return filledServer(server, { inputs: answer?.values ?? {}, environment: this.#options.environment(), folder: session.cwd });
  }
}

/** A program that is known to speak ACP when it gets these arguments. `id` is that of its agent in the registry. */
export interface KnownProgram {
  readonly id: string;
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

function known(id: string, name: string, command: string, ...args: readonly string[]): KnownProgram {
  return { id, name, command, args };
}

/** What is looked for on the path: each agent by the names of its programs, the best first. */
export const knownPrograms: readonly KnownProgram[] = [
  known('claude-acp', 'Claude Agent', 'claude-agent-acp'),
  known('claude-acp', 'Claude Agent', 'claude-code-acp'),
  known('gemini', 'Gemini CLI', 'gemini', '--acp'),
  known('codex-acp', 'Codex', 'codex-acp'),
  known('opencode', 'OpenCode', 'opencode', 'acp'),
  known('qwen-code', 'Qwen Code', 'qwen', '--acp'),
  known('github-copilot-cli', 'GitHub Copilot', 'copilot', '--acp'),
  known('goose', 'goose', 'goose', 'acp'),
  known('kimi', 'Kimi CLI', 'kimi', 'acp'),
  known('auggie', 'Auggie CLI', 'auggie', '--acp'),
  known('cline', 'Cline', 'cline', '--acp'),
  known('mistral-vibe', 'Mistral Vibe', 'vibe-acp'),
  known('stakpak', 'Stakpak', 'stakpak', 'acp'),
  known('factory-droid', 'Factory Droid', 'droid', 'exec', '--output-format', 'acp-daemon'),
  known('cursor', 'Cursor', 'cursor-agent', 'acp'),
  known('amp-acp', 'Amp', 'amp-acp'),
  known('junie', 'Junie', 'junie', '--acp=true'),
  known('kilo', 'Kilo', 'kilo', 'acp'),
  known('pi-acp', 'pi ACP', 'pi-acp'),
  known('fast-agent', 'fast-agent', 'fast-agent-acp', '-x'),
  known('devin', 'Devin', 'devin', 'acp'),
  known('qoder', 'Qoder CLI', 'qodercli', '--acp'),
];

/** What a problem report is made of. */
export interface ReportParts {
  readonly version: string;
  readonly editor: string;
  readonly system: string;
  /** What each host says of itself, as JSON, or why it says nothing. */
  readonly hosts: readonly string[];
  /** Names of settings that differ from their default; values can be secrets and stay out. */
  readonly settings: readonly string[];
  /** The end of the log. */
  readonly log: string;
  readonly home: string;
  readonly user: string;
}

/** A report that a person can read through and send: what runs where, and the end of the log, without names, secrets and home folders. */
export function problemReport({ version, editor, system, hosts, settings, log, home, user }: ReportParts): string {
  const text = [
    '# Session Loom: a problem',
    '',
    'What happened:',
    '',
    'What should have happened:',
    '',
    'Steps:',
    '',
    '## Surroundings',
    '',
    `- Session Loom ${version}, ${editor}, ${system}`,
    `- Settings that were changed: ${settings.length === 0 ? 'none' : settings.join(', ')}`,
    ...hosts.map((host) => `- Host: ${host}`),
    '',
    '## End of the log',
    '',
    '```text',
    log.replaceAll('```', "'''").trim(),
    '```',
    '',
  ].join('\n');
  return scrub(text, home, user);
}

/** Takes out what can be a secret or a name: home folder and user, key-like words, values of variables that sound secret, long random words. */
export function scrub(text: string, home: string, user: string): string {
  const withoutHome = home.length > 1 ? text.replaceAll(home, '~') : text;
  const name = user.length > 2 ? new RegExp(`(?<![\\p{L}\\p{N}])${escapePattern(user)}(?![\\p{L}\\p{N}])`, 'gu') : undefined;
  return (name === undefined ? withoutHome : withoutHome.replace(name, '<user>'))
    .replace(/\b(bearer|basic)\s+[^\s"',}]+/gi, '$1 <removed>')
    .replace(/\b(token|secret|password|passwd|api[-_]?key|access[-_]?key)\b(["']?\s*[:=]\s*|\s+)(["']?)[^\s"',}]+/gi, '$1$2$3<removed>')
    .replace(/\b[A-Z0-9_]*(?:TOKEN|SECRET|PASSWORD|KEY)=\S+/g, (found) => `${found.slice(0, found.indexOf('='))}=<removed>`)
    .replace(/\b(?:gh[pousr]_|github_pat_|sk-|xox[abprs]-|AKIA|AIza)[A-Za-z0-9_-]{8,}/g, '<removed>')
    .replace(/\/\/[^\s/@:]+:[^\s/@]+@/g, '//<removed>@')
    .replace(/\b(?=[A-Za-z0-9+_-]*[0-9])(?=[A-Za-z0-9+_-]*[A-Za-z])[A-Za-z0-9+_-]{32,}={0,2}/g, '<removed>');
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

import type { Immutable } from '../../base/immutable.ts';
import type { SlashCommand } from '../../model/controls.ts';
import type { Mention } from '../../protocol/panel.ts';

/** A line of the list that opens at `/` and `@`. */
export interface Suggestion {
  readonly key: string;
  readonly icon: string;
  readonly label: string;
  readonly detail: string;
  readonly command?: SlashCommand;
  readonly mention?: Immutable<Mention>;
}

const mentionIcons: Readonly<Record<Mention['kind'], string>> = {
  file: 'file',
  symbol: 'symbol-method',
  session: 'comment-discussion',
  problem: 'warning',
  selection: 'selection',
};

/** The commands that fit what was typed: those that begin with it first, then those that contain it. An agent may offer hundreds. */
export function commandSuggestions(commands: readonly SlashCommand[], query: string): readonly Suggestion[] {
  const wanted = query.toLowerCase();
  const fits = commands.filter((command) => command.name.toLowerCase().includes(wanted));
  const first = fits.filter((command) => command.name.toLowerCase().startsWith(wanted));
  return [...first, ...fits.filter((command) => !first.includes(command))].slice(0, 50).map((command) => ({
    key: `/${command.name}`,
    icon: 'terminal-cmd',
    label: `/${command.name}`,
    detail: [command.hint, command.description].filter((text) => text !== undefined && text !== '').join(' — '),
    command,
  }));
}

/** What `@` found, as lines. */
export function mentionSuggestions(mentions: readonly Immutable<Mention>[]): readonly Suggestion[] {
  return mentions.slice(0, 50).map((mention, index) => ({
    key: `${index}:${mention.label}`,
    icon: mentionIcons[mention.kind],
    label: mention.label,
    detail: mention.description,
    mention,
  }));
}

import type { AvailableCommand } from '@agentclientprotocol/sdk';
import type { Turn } from './turn.ts';

/** A command as data: what a person reads about it, and what carries it out. `argument` is all that follows the name, trimmed. */
export interface Command {
  readonly name: string;
  readonly description: string;
  /** What to type after the name; empty when nothing belongs there. */
  readonly hint: string;
  carryOut(turn: Turn, argument: string): Promise<void>;
}

/** The commands as a client advertises them. */
export function advertised(commands: readonly Command[]): AvailableCommand[] {
  return commands.map(({ name, description, hint }) => ({ name, description, ...(hint === '' ? {} : { input: { hint } }) }));
}

/** Takes a prompt apart: the name after a leading slash and what follows it. Undefined when it does not begin with one. */
export function splitCommand(text: string): { readonly name: string; readonly argument: string } | undefined {
  const match = /^\s*\/([A-Za-z][\w-]*)(?:\s+|$)([\s\S]*)$/.exec(text);
  return match === null ? undefined : { name: (match[1] ?? '').toLowerCase(), argument: (match[2] ?? '').trim() };
}

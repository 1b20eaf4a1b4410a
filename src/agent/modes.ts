import type { SessionConfigOption, SessionModeState } from '@agentclientprotocol/sdk';

/** What a session lets the agent do: ask before it changes something, or change nothing. */
export type Mode = 'ask' | 'read-only';

/** How fast answers appear: word by word, or whole. */
export type Pace = 'words' | 'at-once';

const modes = [
  { id: 'ask', name: 'Ask', description: 'Commands and edits ask for permission first.' },
  { id: 'read-only', name: 'Read only', description: 'Nothing is run and nothing is written.' },
] as const;

const paces = [
  { id: 'words', name: 'Word by word', description: 'Answers stream one word at a time.' },
  { id: 'at-once', name: 'At once', description: 'Answers appear whole.' },
] as const;

/** Reads a mode's id as a client sent it. */
export function modeOf(id: string): Mode | undefined {
  return modes.find((mode) => mode.id === id)?.id;
}

/** Reads a pace's id as a client sent it. */
export function paceOf(id: unknown): Pace | undefined {
  return paces.find((pace) => pace.id === id)?.id;
}

/** The modes as ACP's session answers carry them. */
export function modeState(current: Mode): SessionModeState {
  return { currentModeId: current, availableModes: modes.map((mode) => ({ ...mode })) };
}

/** The same modes, and the pace, as configuration options: newer clients read these and leave `modes` alone. */
export function configOptions(mode: Mode, pace: Pace): SessionConfigOption[] {
  return [
    { type: 'select', id: 'mode', name: 'Mode', category: 'mode', currentValue: mode, options: modes.map(asOption) },
    { type: 'select', id: 'pace', name: 'Answers', category: 'model_config', currentValue: pace, options: paces.map(asOption) },
  ];
}

function asOption(choice: { readonly id: string; readonly name: string; readonly description: string }) {
  return { value: choice.id, name: choice.name, description: choice.description };
}

/** The settings of a window that name one of several words, the default first. */
const choices = {
  sendWith: ['enter', 'ctrl+enter'],
  openIn: ['active', 'beside'],
  groupBy: ['status', 'agent', 'branch', 'date'],
  agentRegistry: ['shipped', 'refresh'],
  loginShell: ['auto', 'always', 'never'],
} as const;

/** The settings of a window that are on unless a person switches them off. */
const switches = ['notifications.needsYou', 'notifications.finished', 'notifications.failed', 'statusBar', 'keepPanelsLoaded'] as const;

export type Choice = keyof typeof choices;
export type Switch = (typeof switches)[number];

/** The word that a setting names; what is none of its words counts as the default. */
export function choiceFrom<Name extends Choice>(name: Name, value: unknown): (typeof choices)[Name][number] {
  const words: readonly (typeof choices)[Name][number][] = choices[name];
  const [first] = choices[name];
  return words.find((word) => word === value) ?? first;
}

/** Whether a setting is on; what is neither true nor false counts as on. */
export function switchFrom(value: unknown): boolean {
  return value !== false;
}

/** The path of the Node program that runs the host; undefined for the editor's own. */
export function hostNodeFrom(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A sentence for each setting of a window that cannot be used. `read` gives a setting as it stands in the files. */
export function windowProblems(read: (name: Choice | Switch | 'hostNode') => unknown): readonly string[] {
  const words = (Object.keys(choices) as Choice[]).flatMap((name) => {
    const value = read(name);
    if (value === undefined || value === choiceFrom(name, value)) return [];
    const known = choices[name].map((word) => `"${word}"`).join(' or ');
    return [`sessionLoom.${name} is ${shownValue(value)}, and must be ${known}. "${choices[name][0]}" is used.`];
  });
  const flags = switches.flatMap((name) => {
    const value = read(name);
    if (value === undefined || typeof value === 'boolean') return [];
    return [`sessionLoom.${name} is ${shownValue(value)}, and must be true or false. true is used.`];
  });
  const node = read('hostNode');
  if (node === undefined || typeof node === 'string') return [...words, ...flags];
  return [
    ...words,
    ...flags,
    `sessionLoom.hostNode is ${shownValue(node)}, and must be the path of a Node program. The editor’s own is used.`,
  ];
}

/** A value as it stands in the settings, short enough for a sentence. */
export function shownValue(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

import type { Fact } from './events.ts';

/** Two facts of a stream as one that says the same, or undefined where both are needed. */
export function mergeFacts(first: Fact | undefined, second: Fact): Fact | undefined {
  if (first === undefined) return undefined;
  if (first.type === 'text.added' && second.type === 'text.added') {
    if (first.entry !== second.entry || first.turn !== second.turn) return undefined;
    return { ...first, text: first.text + second.text };
  }
  if (first.type === 'output.added' && second.type === 'output.added') {
    if (first.entry !== second.entry || first.turn !== second.turn || first.index !== second.index) return undefined;
    return { ...first, text: first.text + second.text };
  }
  if (first.type === 'tool.changed' && second.type === 'tool.changed') {
    // A state is a step of its own: merging two would hide one from the table of states.
    if (first.entry !== second.entry || first.turn !== second.turn || second.state !== undefined) return undefined;
    return { ...first, ...second };
  }
  if (first.type === 'usage.changed' && second.type === 'usage.changed') return { ...first, usage: { ...first.usage, ...second.usage } };
  return undefined;
}

/** Makes sessions out of facts, with the same `reduce` as the product. */
import type { Fact, SessionEvent } from '../../../src/model/events.ts';
import { reduce } from '../../../src/model/reduce.ts';
import type { SessionState } from '../../../src/model/session.ts';
import { emptySession } from '../../../src/model/session.ts';

const start = Date.parse('2026-11-21T10:00:00.000Z');

/** Writes facts one after the other: gives each its place and time, and knows the state. */
export class Script {
  state: SessionState = emptySession;
  #seq = 0;
  #time = start;

  constructor() {
    this.add({
      type: 'session.created',
      id: 's1',
      title: 'Fix the login',
      agent: 'builtin',
      folder: '/home/ada/shop',
      cwd: '/home/ada/shop',
      branch: 'fix-login',
    });
  }

  /** Applies facts and returns them as events. Each is 400 ms after the one before. */
  add(...facts: readonly Fact[]): readonly SessionEvent[] {
    return facts.map((fact) => {
      this.#time += 400;
      const event: SessionEvent = { epoch: 1, seq: ++this.#seq, at: new Date(this.#time).toISOString(), fact };
      this.state = reduce(this.state, event);
      return event;
    });
  }

  /** Begins a turn. */
  prompt(turn: string, text: string): readonly SessionEvent[] {
    return this.add({ type: 'turn.started', turn, prompt: [{ type: 'text', text }] });
  }

  /** Ends a turn well. */
  finish(turn: string): readonly SessionEvent[] {
    return this.add({ type: 'turn.ended', turn, reason: 'finished' });
  }

  /** A whole turn with one answer. */
  turn(turn: string, text: string, answer: string): readonly SessionEvent[] {
    return [
      ...this.prompt(turn, text),
      ...this.add({ type: 'text.added', turn, entry: `${turn}-a`, kind: 'message', text: answer }),
      ...this.finish(turn),
    ];
  }
}

/** An agent that is ready, with commands and pickers. */
export const readyAgent: readonly Fact[] = [
  { type: 'agent.changed', phase: 'ready', name: 'Built-in', version: '0.1.0', accepts: { image: true, embedded: true } },
  {
    type: 'controls.changed',
    controls: {
      commands: [
        { name: 'help', description: 'What it can do' },
        { name: 'run', description: 'Runs a command', hint: 'command' },
        { name: 'read', description: 'Shows a file', hint: 'path' },
        { name: 'rewind', description: 'Goes back' },
      ],
      pickers: [
        {
          id: 'mode',
          label: 'Mode',
          role: 'mode',
          source: 'mode',
          value: 'ask',
          options: [
            { id: 'ask', label: 'Ask first' },
            { id: 'auto', label: 'Edit freely' },
          ],
        },
        {
          id: 'model',
          label: 'Model',
          role: 'model',
          source: 'model',
          value: 'm1',
          options: [
            { id: 'm1', label: 'Medium' },
            { id: 'm2', label: 'Large', description: 'Slower', group: 'Slower ones' },
          ],
        },
      ],
    },
  },
  {
    type: 'usage.changed',
    usage: { inputTokens: 31_200, outputTokens: 4800, contextUsed: 36_000, contextSize: 200_000, cost: { amount: 0.42, currency: 'USD' } },
  },
];

/** Turns of every kind, from Enter to their end on screen. */
import { join } from 'node:path';
import { BareAgent } from '../bareAgent.ts';
import { BenchWindow } from '../benchWindow.ts';
import type { Figure, Reading } from '../figure.ts';
import { inTranscript } from '../probe.ts';
import { ending, markdown, recording } from '../recordings.ts';
import { median, repeat } from '../samples.ts';

interface Case {
  readonly quantity: string;
  readonly name: string;
  readonly steps: readonly object[];
  readonly rounds: number;
  /** Milliseconds. */
  readonly goal: number;
}

const cases: readonly Case[] = [
  { quantity: 'first words: Enter → on screen', name: 'first', steps: [], rounds: 20, goal: 45 },
  {
    quantity: '2,000 chunks as fast as the agent sends: Enter → end on screen',
    name: 'chunks',
    steps: [{ say: 'word {{n}} and another ', repeat: 2000 }],
    rounds: 6,
    goal: 300,
  },
  {
    quantity: '500 tool calls in a turn: Enter → end on screen',
    name: 'tools',
    steps: [{ tool: { title: 'Read file {{n}}', kind: 'read', output: 'line {{n}}' }, repeat: 500 }],
    rounds: 6,
    goal: 250,
  },
  {
    quantity: '60 KB of markdown: Enter → end on screen',
    name: 'markdown',
    steps: [{ say: markdown(60_000), chunk: 40 }],
    rounds: 6,
    goal: 400,
  },
];

/** Each kind of turn beside the same turn of the same agent with only the SDK at the other end. */
export const streamFigure: Figure = {
  name: 'stream',
  needs: 'window',
  async measure(ground) {
    const place = await BenchWindow.open(ground);
    const agent = await BareAgent.start({
      command: process.execPath,
      args: [ground.programs.agent],
      env: place.harness.scratch.env,
      cwd: place.workspace,
    });
    try {
      const readings: Reading[] = [];
      for (const one of cases) readings.push(...(await measureCase(place, agent, one)));
      return readings;
    } finally {
      await agent.close();
      await place.close();
    }
  },
};

async function measureCase(
  place: BenchWindow,
  agent: BareAgent,
  { quantity, name, steps, rounds, goal }: Case,
): Promise<readonly Reading[]> {
  const folder = join(place.harness.scratch.folder, 'recordings');
  await place.newSession();
  const busy: number[] = [];
  const bare: number[] = [];
  const samples = await repeat(rounds, 2, async (round) => {
    const words = `The end of ${name} ${String(round)} is here`;
    const message = recording(folder, `${name}-${String(round)}`, [...steps, ending(words)]);
    await place.write(message);
    const before = await place.mainThread();
    const { milliseconds } = await place.probe.one(inTranscript(words), 'keydown', () => place.press('Enter'), 60_000);
    busy.push((await place.mainThread()) - before);
    await place.rests();
    bare.push(await firstOrAll(agent, message, name === 'first'));
    return milliseconds;
  });
  const anchor = { what: 'the same turn over the bare SDK pipe', value: median(bare) };
  const main: Reading = {
    quantity: '60 KB of markdown: main thread of the window',
    unit: 'ms',
    samples: busy.slice(-rounds),
    goals: [{ of: 'p50', limit: 300 }],
  };
  return [{ quantity, unit: 'ms', samples, anchor, goals: [{ of: 'p95', limit: goal }] }, ...(name === 'markdown' ? [main] : [])];
}

/** Milliseconds until the first words of a turn, or until its end. */
async function firstOrAll(agent: BareAgent, message: string, isFirst: boolean): Promise<number> {
  const started = performance.now();
  let first: number | undefined;
  const all = await agent.prompt(message, (update) => {
    if (update.sessionUpdate === 'agent_message_chunk') first ??= performance.now() - started;
  });
  return isFirst ? (first ?? Number.NaN) : all;
}

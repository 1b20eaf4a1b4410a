/** `node test/webview/harness/figures.ts`: what the page itself costs, without host and editor. The product's figures come from `npm run bench`. */
import type { SessionEvent } from '../../../src/model/events.ts';
import type { ChatPage } from './chatPage.ts';
import { Bench } from './bench.ts';
import { Script, readyAgent } from './conversation.ts';

const answer = Array.from(
  { length: 65 },
  (_, part) =>
    `## Part ${part}\n\n${'Some *words* with `code` and a [link](src/a.ts). '.repeat(8)}\n\n- one\n- two\n\n\`\`\`ts\n${'const value = compute(1, "two"); // why\n'.repeat(8)}\`\`\`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n`,
).join('');

function said(script: Script, text: string, size: number): readonly SessionEvent[] {
  const events: SessionEvent[] = [];
  for (let at = 0; at < text.length; at += size)
    events.push(...script.add({ type: 'text.added', turn: 't1', entry: 'e1', kind: 'message', text: text.slice(at, at + size) }));
  return events;
}

/** Plays messages inside the page, so many in each `interval`, and gives milliseconds until the last is on screen and of the main thread. */
async function play(
  chat: ChatPage,
  events: readonly SessionEvent[],
  perTick: number,
  interval: number,
): Promise<{ readonly wall: number; readonly main: number }> {
  const session = await chat.page.context().newCDPSession(chat.page);
  // Processor time, not time on the wall: the machine may be busy with other things.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taskSeconds = async (): Promise<number> =>
    (await session.send('Performance.getMetrics')).metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? 0;
  await chat.page.evaluate((list) => Object.assign(globalThis, { list }), events as unknown[]);
  const before = await taskSeconds();
  const wall = await chat.page.evaluate(
    ([size, pause]) =>
      new Promise<number>((resolve) => {
        const scope = globalThis as unknown as { list: unknown[]; fromExtension: (message: unknown) => void };
        const started = performance.now();
        const tick = (): void => {
          for (const event of scope.list.splice(0, size))
            scope.fromExtension({ type: 'notification', method: 'panel/events', params: { events: [event] } });
          if (scope.list.length > 0) setTimeout(tick, pause);
          else requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - started)));
        };
        tick();
      }),
    [perTick, interval] as const,
  );
  return { wall, main: ((await taskSeconds()) - before) * 1000 };
}

function p95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0;
}

const bench = await Bench.open();
const say = (name: string, text: string): void => console.log(`${name.padEnd(58)} ${text}`);
try {
  for (const messages of [1000, 10_000]) {
    const script = new Script();
    for (let turn = 0; turn < messages / 2; turn++) script.turn(`t${turn}`, `Question ${turn}`, `Answer **${turn}**\n\nwith \`code\``);
    const chat = await bench.page(new Script().state);
    const started = await chat.page.evaluate((state) => {
      const scope = globalThis as unknown as { fromExtension: (message: unknown) => void };
      const start = performance.now();
      scope.fromExtension({ type: 'notification', method: 'panel/checkpoint', params: { state } });
      return new Promise<number>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start))));
    }, script.state as unknown);
    say(`open ${messages} messages, all in the window`, `${started.toFixed(0)} ms, ${await chat.nodes()} nodes`);
    await chat.close();
  }
  const cases: readonly (readonly [string, (script: Script) => readonly SessionEvent[], number, number])[] = [
    ['60 KB of markdown, 40 letters each, as fast as it goes', (script) => said(script, answer, 40), 20, 0],
    ['60 KB of markdown, 40 letters each, 100 a second', (script) => said(script, answer.slice(0, 60_000), 40), 1, 8],
    ['2,000 chunks as fast as it goes', (script) => said(script, 'word and another '.repeat(2000), 17), 2000, 0],
    [
      '500 tool calls',
      (script) =>
        Array.from({ length: 500 }, (_, call) => {
          const tool = { type: 'tool.changed', turn: 't1', entry: `c${call}` } as const;
          return script.add(
            { ...tool, title: `Read ${call}`, toolKind: 'read', state: 'running' },
            { ...tool, state: 'completed', content: [{ type: 'text', text: { text: 'ok' } }] },
          );
        }).flat(),
      1000,
      0,
    ],
  ];
  for (const [name, make, perTick, interval] of cases) {
    const script = new Script();
    script.add(...readyAgent);
    script.prompt('t1', 'Go');
    const chat = await bench.page(script.state);
    const { wall, main } = await play(chat, make(script), perTick, interval);
    say(name, `${wall.toFixed(0)} ms, main thread ${main.toFixed(0)} ms`);
    await chat.close();
  }
  const script = new Script();
  script.add(...readyAgent);
  script.prompt('t1', 'Go');
  said(script, answer.slice(0, 50_000), 1000);
  const chat = await bench.page(script.state);
  await chat.page.locator('textarea').focus();
  await chat.page.evaluate(() => {
    const delays: number[] = [];
    Object.assign(globalThis, { delays });
    document.querySelector('textarea')?.addEventListener('keydown', (event) => {
      requestAnimationFrame(() => setTimeout(() => delays.push(performance.now() - event.timeStamp)));
    });
  });
  const playing = play(chat, said(script, answer, 20), 1, 8);
  for (let key = 0; key < 100; key++) await chat.page.keyboard.press('a', { delay: 15 });
  const delays = await chat.page.evaluate(() => (globalThis as unknown as { delays: number[] }).delays);
  say('a key while an answer streams beside 50 KB, p95', `${p95(delays).toFixed(0)} ms of ${delays.length}`);
  await playing;
} finally {
  await bench.close();
}

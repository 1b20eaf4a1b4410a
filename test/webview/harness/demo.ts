/** Plays a session without a test: sends come back as an answer that streams. For looking at the page in any browser. */
import type { SessionEvent } from '../../../src/model/events.ts';
import { runningScript } from './sample.ts';

interface Request {
  readonly type: string;
  readonly id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Starts the demo; what it gives back takes the page's messages. */
export function startDemo(toPage: (message: unknown) => void): (message: unknown) => void {
  const script = runningScript();
  const notify = (method: string, params: unknown): void => toPage({ type: 'notification', method, params });
  const events = (list: readonly SessionEvent[]): void => notify('panel/events', { events: list });
  let turns = 3;
  const answerTo = (text: string): void => {
    const turn = `t${++turns}`;
    events(script.prompt(turn, text));
    const words =
      `You said: *${text}*\n\n${'A paragraph that streams word by word, so that one can see how it looks. '.repeat(12)}\n\n\`\`\`js\n${'console.log("hello");\n'.repeat(12)}\`\`\`\n`.split(
        /(?<= )/,
      );
    const timer = setInterval(() => {
      const word = words.shift();
      if (word !== undefined) events(script.add({ type: 'text.added', turn, entry: `${turn}-a`, kind: 'message', text: word }));
      else {
        clearInterval(timer);
        events(script.finish(turn));
      }
    }, 25);
  };
  const results: Readonly<Record<string, (params: Request['params']) => unknown>> = {
    'session/prompt': ({ parts }) => {
      answerTo((parts as readonly { readonly text?: string }[]).map((part) => part.text ?? '').join(''));
      return { queued: false };
    },
    'session/turns': () => ({ turns: [] }),
    'session/find': () => ({ matches: [{ turn: 0, entry: 6, entryId: 'me1', excerpt: 'the hash', start: 4, end: 8 }], total: 1 }),
    'session/transcript': () => ({ markdown: '', redacted: 0 }),
    'session/blob': () => ({ data: '', bytes: 0 }),
    'turn/cancel': () => ({ cancelled: false }),
    'permission/answer': ({ optionId }) => {
      const answer = {
        outcome: 'chosen',
        optionId: String(optionId),
        label: String(optionId),
        role: 'allow-once',
        by: 'Window 1',
        at: new Date().toISOString(),
      } as const;
      events([...script.add({ type: 'permission.answered', turn: 't3', entry: 'pe1', answer }), ...script.finish('t3')]);
      return { answer };
    },
    'ui/instructions': () => ({ files: [{ path: '/home/ada/shop/AGENTS.md', name: 'AGENTS.md' }] }),
    'ui/mentions': () => ({ mentions: [{ kind: 'file', label: 'src/login.ts', description: 'src', path: '/home/ada/shop/src/login.ts' }] }),
  };
  return (message) => {
    const request = message as Request;
    if (request.type === 'ready') {
      notify('panel/settings', { sendWith: 'enter', platform: 'other', locale: 'en' });
      notify('panel/connection', { state: 'connected' });
      notify('panel/checkpoint', { state: script.state });
      setInterval(() => notify('panel/heartbeat', {}), 5000);
    } else if (request.type === 'request')
      toPage({ type: 'result', id: request.id, result: results[request.method]?.(request.params) ?? {} });
  };
}

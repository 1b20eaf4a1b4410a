/** A session that shows every kind of entry. */
import type { Fact } from '../../../src/model/events.ts';
import { Script, readyAgent } from './conversation.ts';

const answer = `The check compared the **hash** with the plain password, so nobody could log in. I changed \`verify\` in [src/login.ts:12](src/login.ts:12).

## What changed

1. \`verify\` now calls *bcrypt*, which
   compares in constant time
2. the test covers a wrong password

- [x] tests run
- [ ] release notes

| file | lines | what |
|:-----|------:|------|
| \`src/login.ts\` | 4 | compare the hash |
| \`test/login.test.ts\` | 12 | new case |

\`\`\`ts
export async function verify(user: User, password: string): Promise<boolean> {
  // The hash carries its own salt.
  if (user.hash === undefined) return false;
  return (await compare(password, user.hash)) && user.attempts < 5;
}
\`\`\`

> The old sessions stay valid; see <https://example.com/docs/sessions>.`;

const before = `import { compare } from 'bcrypt';\n\nexport async function verify(user, password) {\n  return user.hash === password;\n}\n`;
const after = `import { compare } from 'bcrypt';\n\nexport async function verify(user, password) {\n  if (user.hash === undefined) return false;\n  return compare(password, user.hash);\n}\n`;

function work(turn: string): readonly Fact[] {
  return [
    {
      type: 'text.added',
      turn,
      entry: 'th1',
      kind: 'thought',
      text: 'The login fails for everybody, so the comparison itself must be wrong.\n\nI look at `verify` first.',
    },
    {
      type: 'plan.changed',
      turn,
      entry: 'pl1',
      items: [
        { text: 'Find out why the login fails', priority: 'high', state: 'completed' },
        { text: 'Fix the comparison', priority: 'medium', state: 'running' },
        { text: 'Add a test', priority: 'low', state: 'pending' },
      ],
    },
    {
      type: 'tool.changed',
      turn,
      entry: 'to1',
      title: 'Read src/login.ts',
      toolKind: 'read',
      state: 'completed',
      content: [{ type: 'text', text: { text: before } }],
      locations: [{ path: '/home/ada/shop/src/login.ts', line: 2 }],
    },
    {
      type: 'tool.changed',
      turn,
      entry: 'to2',
      title: 'Edit src/login.ts',
      toolKind: 'edit',
      state: 'completed',
      content: [
        {
          type: 'diff',
          diff: { path: '/home/ada/shop/src/login.ts', before: { text: before }, after: { text: after }, added: 2, removed: 1 },
        },
      ],
      locations: [{ path: '/home/ada/shop/src/login.ts', line: 3 }],
    },
    {
      type: 'tool.changed',
      turn,
      entry: 'to3',
      title: 'npm test',
      toolKind: 'execute',
      state: 'running',
      input: { text: 'npm test -- login' },
    },
    {
      type: 'tool.changed',
      turn,
      entry: 'to3',
      state: 'failed',
      content: [
        {
          type: 'text',
          text: {
            text: '\u001b[1mlogin\u001b[0m\r\n  \u001b[32m✓\u001b[0m accepts the right password\n  \u001b[31m✗ refuses a wrong one\u001b[0m\n\n1 passing, \u001b[31m1 failing\u001b[0m\n',
          },
        },
      ],
    },
  ];
}

/** The questions a card shows: a command, and a change. */
export const commandQuestion = (turn: string, id = 'pe1', command = 'git status --short'): Fact => ({
  type: 'entry.added',
  turn,
  added: {
    id,
    at: '2026-11-21T10:00:20.000Z',
    kind: 'permission',
    title: 'Run a command in /home/ada/shop',
    toolKind: 'execute',
    command,
    content: [],
    locations: [],
    options: [
      { id: 'once', label: 'Allow once', role: 'allow-once' },
      { id: 'always', label: 'Always allow “git status”', role: 'allow-always' },
      { id: 'no', label: 'Refuse', role: 'reject-once' },
    ],
  },
});

/** Two finished turns with everything in them. */
export function sampleScript(): Script {
  const script = new Script();
  script.add(...readyAgent);
  script.prompt('t1', 'Nobody can log in since yesterday. Find out why and fix it, please.');
  script.add(...work('t1'));
  script.add(commandQuestion('t1', 'pe0'));
  script.add({
    type: 'permission.answered',
    turn: 't1',
    entry: 'pe0',
    answer: {
      outcome: 'chosen',
      optionId: 'once',
      label: 'Allow once',
      role: 'allow-once',
      by: 'Window 1',
      at: '2026-11-21T10:00:24.000Z',
    },
  });
  script.add({ type: 'text.added', turn: 't1', entry: 'me1', kind: 'message', text: answer });
  script.add({
    type: 'entry.added',
    turn: 't1',
    added: {
      id: 'no1',
      at: '2026-11-21T10:00:30.000Z',
      kind: 'notice',
      level: 'warning',
      text: 'The agent was restarted while it worked.',
      action: 'show-log',
    },
  });
  script.add({ type: 'turn.ended', turn: 't1', reason: 'finished', commits: ['3f2c1aa9b0'] });
  script.prompt('t2', 'Now write the release notes.');
  script.add({
    type: 'text.added',
    turn: 't2',
    entry: 'me2',
    kind: 'message',
    text: 'I begin with the changes since the last release:\n\n- the login compares',
  });
  script.add({ type: 'turn.ended', turn: 't2', reason: 'interrupted' });
  return script;
}

/** The sample, with a third turn that runs and asks. */
export function runningScript(): Script {
  const script = sampleScript();
  script.add({
    type: 'turn.started',
    turn: 't3',
    prompt: [
      { type: 'text', text: 'Go on, and look at ' },
      { type: 'file', path: '/home/ada/shop/CHANGELOG.md', name: 'CHANGELOG.md' },
    ],
  });
  script.add({ type: 'text.added', turn: 't3', entry: 'me3', kind: 'message', text: 'First I see what is not committed yet.' });
  script.add({ type: 'tool.changed', turn: 't3', entry: 'to5', title: 'git status --short', toolKind: 'execute', state: 'pending' });
  script.add(commandQuestion('t3'));
  script.add({
    type: 'queue.changed',
    queue: [
      { id: 'q1', parts: [{ type: 'text', text: 'Then open a pull request' }] },
      { id: 'q2', parts: [{ type: 'text', text: 'and tell me its number' }] },
    ],
  });
  return script;
}

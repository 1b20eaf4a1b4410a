import type { Entry } from '../../../src/model/entries.ts';
import type { SessionState, Turn } from '../../../src/model/session.ts';
import { emptySession } from '../../../src/model/session.ts';

const at = (second: number): string => `2026-11-21T10:00:${String(second).padStart(2, '0')}.000Z`;

const hostile =
  '<script>alert(1)</script>\n![pixel](https://example.org/track.png)\n[run me](command:workbench.action.quit)\n\u001b[31mred\u001b[0m and \u202etxt.exe';

/** One entry of every kind, with hostile text in each place where an agent can put it. */
export const entries: readonly Entry[] = [
  { id: 'e1', at: at(1), kind: 'thought', text: 'I should look at the file first.\n\nThen run the tests.' },
  {
    id: 'e2',
    at: at(2),
    kind: 'plan',
    items: [
      { text: 'Read the file', priority: 'high', state: 'completed' },
      { text: 'Fix `parse`', priority: 'medium', state: 'running' },
      { text: 'Run <all> tests', priority: 'low', state: 'pending' },
    ],
  },
  {
    id: 'e3',
    at: at(3),
    kind: 'message',
    text: `# I will change the parser\n\nIt takes an \`Array<string>\`:\n\n\`\`\`ts\nparse(['a']);\n\`\`\`\n\n${hostile}`,
  },
  {
    id: 'e4',
    at: at(4),
    kind: 'tool',
    title: 'Edit src/parse.ts',
    toolKind: 'edit',
    state: 'succeeded',
    endedAt: at(6),
    locations: [{ path: '/home/ada/project/src/parse.ts', line: 11 }],
    input: { text: '{"path":"src/parse.ts"}' },
    content: [
      {
        type: 'diff',
        diff: { path: '/home/ada/project/src/parse.ts', before: { text: 'a\nb\n' }, after: { text: 'a\nc\n' }, added: 1, removed: 1 },
      },
    ],
  },
  {
    id: 'e5',
    at: at(7),
    kind: 'permission',
    tool: 'e6',
    title: 'Run npm test',
    toolKind: 'execute',
    command: 'npm test -- --grep "```"',
    content: [],
    locations: [],
    options: [
      { id: 'a', label: 'Allow', role: 'allow-once' },
      { id: 'r', label: 'Reject', role: 'reject-once' },
    ],
    answer: { outcome: 'chosen', optionId: 'a', label: 'Allow', role: 'allow-once', by: 'Window 1', at: at(9) },
  },
  {
    id: 'e6',
    at: at(9),
    kind: 'tool',
    title: 'npm test',
    toolKind: 'execute',
    state: 'failed',
    endedAt: at(12),
    locations: [],
    content: [
      { type: 'text', text: { text: Array.from({ length: 300 }, (_, line) => `ok ${line + 1}`).join('\n') } },
      { type: 'text', text: { text: 'first of a long output', blob: 'a'.repeat(64), bytes: 3_200_000 } },
      { type: 'resource', uri: 'file:///home/ada/x', name: 'x.log' },
      { type: 'image', mimeType: 'image/png', blob: 'b'.repeat(64), bytes: 12_345 },
    ],
  },
  {
    id: 'e7',
    at: at(13),
    kind: 'permission',
    title: 'Fetch https://example.org',
    toolKind: 'fetch',
    content: [{ type: 'text', text: { text: 'GET /' } }],
    locations: [],
    options: [],
    answer: { outcome: 'cancelled', label: 'Withdrawn', by: 'host', at: at(14) },
  },
  { id: 'e8', at: at(14), kind: 'notice', level: 'warning', text: 'The agent sent 3 lines that are no JSON.', detail: 'debug: <b>x</b>' },
  { id: 'e9', at: at(15), kind: 'image', mimeType: 'image/png', blob: 'c'.repeat(64), bytes: 999 },
];

export const turn: Turn = {
  id: 't1',
  index: 1,
  state: 'failed',
  startedAt: at(0),
  endedAt: at(16),
  reason: 'failed',
  error: 'The agent <crashed> with exit code 1.',
  commits: ['0123456789abcdef0123456789abcdef01234567'],
  skipped: 0,
  entries,
  prompt: [
    { type: 'text', text: 'Please fix the parser.\nIt drops the last line.' },
    { type: 'file', path: '/home/ada/project/src/parse.ts', name: 'parse.ts', range: { start: 4, end: 9 } },
    { type: 'image', mimeType: 'image/png', name: 'screen.png', blob: 'd'.repeat(64), bytes: 2048 },
    { type: 'attachment', name: 'trace.txt', content: { text: 'Error: x\n  at y' } },
  ],
};

const first: Turn = {
  id: 't0',
  index: 0,
  state: 'completed',
  startedAt: '2026-11-21T09:58:00.000Z',
  endedAt: '2026-11-21T09:59:03.000Z',
  reason: 'finished',
  skipped: 0,
  entries: [],
  prompt: [{ type: 'text', text: 'Hello | there' }],
};

export const session: SessionState = {
  ...emptySession,
  id: 'k3v9',
  title: 'Fix the parser | "now"',
  titledBy: 'person',
  agent: 'built-in',
  agentName: 'Built-in',
  agentVersion: '1.0.0',
  agentPhase: 'ready',
  folder: '/home/ada/project',
  cwd: '/home/ada/project',
  branch: 'feat/parser',
  parent: 'p1',
  createdAt: '2026-11-21T09:57:00.000Z',
  updatedAt: at(16),
  controls: {
    commands: [],
    pickers: [{ id: 'm', label: 'Model', role: 'model', source: 'model', value: 'x', options: [{ id: 'x', label: 'Model X' }] }],
  },
  usage: { inputTokens: 1200, outputTokens: 345, totalTokens: 1545, cost: { amount: 0.02, currency: 'USD' } },
  turnCount: 2,
  turns: [first, turn],
  counts: { messages: 3, tools: 2, errors: 1, waiting: 0, filesTouched: 1 },
  files: [{ path: '/home/ada/project/src/parse.ts', added: 1, removed: 1 }],
};

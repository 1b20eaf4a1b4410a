/** Says where its session works, and its ports; writes the words of each prompt into `said.txt` there. `commit`: commits all that there is first. */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, serve } from './wire.ts';

let cwd = '';
let sessions = 0;
serve({
  'session/new': (params) => {
    cwd = String(params['cwd']);
    return { sessionId: `place-${++sessions}` };
  },
  'session/prompt': async ({ sessionId, prompt }) => {
    const words = (prompt as readonly { readonly text?: string }[]).map(({ text = '' }) => text).join(' ');
    if (words === 'commit') {
      execFileSync('git', ['add', '-A'], { cwd });
      execFileSync('git', ['commit', '-qm', 'of the agent'], { cwd });
    } else appendFileSync(join(cwd, 'said.txt'), `${words}\n`);
    const { LOOM_PORT: port, LOOM_PORT_9: last, LOOM_WORKTREE: worktree, LOOM_SESSION: session } = process.env;
    await say(sessionId, JSON.stringify({ cwd, port, last, worktree, session }));
    return { stopReason: 'end_turn' };
  },
});

import type { Fact } from '../../../src/model/events.ts';
import { Script, readyAgent } from '../harness/conversation.ts';

/** Where the session of this script works. */
export const folder = '/home/ada/shop';

/** Two turns that changed files; those of the first are kept. */
export function changesScript(): Script {
  const script = new Script();
  script.add(...readyAgent);
  const edit = (turn: string, entry: string, name: string, added: number, removed: number): Fact => ({
    type: 'tool.changed',
    turn,
    entry,
    title: `Edit ${name}`,
    toolKind: 'edit',
    state: 'completed',
    content: [{ type: 'diff', diff: { path: `${folder}/${name}`, before: { text: 'a\n' }, after: { text: 'b\n' }, added, removed } }],
  });
  script.prompt('t0', 'Compare the hash');
  script.add(edit('t0', 'e0', 'src/login.ts', 4, 1));
  script.finish('t0');
  script.add({ type: 'change.reviewed', turn: 't0', path: `${folder}/src/login.ts`, review: 'kept', by: 'Ada' });
  script.prompt('t1', 'Add a test, and tidy up');
  script.add(edit('t1', 'e1', 'src/login.ts', 2, 2), edit('t1', 'e2', 'test/login.test.ts', 12, 0), edit('t1', 'e3', 'src/a/very/long/way/to/a/file/that/has/a/long/name.ts', 1, 7)); // prettier-ignore
  script.finish('t1');
  return script;
}

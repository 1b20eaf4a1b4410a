// A process of the tests, to be run in a mount namespace of its own: makes a repository, or the part of it that argv[2] names, read-only for real,
// works in it with a whole host and then with a second one, and says as JSON what it saw.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { locateWorkspace } from '../../src/client/location.ts';
import { errnoOf } from '../../src/host/journal/files.ts';
import { Follower } from './follower.ts';
import { HostRig, until } from './hostRig.ts';

const top = realpathSync(mkdtempSync(join(tmpdir(), 'loom-read-only-')));
const repository = join(top, 'repository');
const target = join(repository, process.argv[2] ?? '');
execFileSync('git', ['init', '-q', '-b', 'main', repository]);
mkdirSync(join(repository, 'src'));
execFileSync('mount', ['--bind', target, target]);
execFileSync('mount', ['-o', 'remount,bind,ro', target]);
try {
  const location = await locateWorkspace(join(repository, 'src'), join(top, 'storage'));
  const rig = new HostRig({ at: location });
  try {
    const link = await rig.attached();
    const { session } = await link.call('session/create', { folder: location.folder, prompt: [{ type: 'text', text: '/help' }] });
    const follower = await Follower.of(link, session.id);
    const { reason } = await follower.ended(0);
    const inHistory = async (): Promise<boolean> => {
      const { pages } = await link.call('history/read', { sessionId: session.id });
      return pages.some(({ markdown }) => markdown.includes('/help'));
    };
    await until(inHistory);
    const { notices } = await link.call('host/status', {});
    link.dispose();
    await until(() => rig.processes().length === 0);
    const again = await rig.attached();
    const { sessions } = await again.call('sessions/list', {});
    const kept = await Follower.of(again, session.id);
    process.stdout.write(
      JSON.stringify({
        refusal: tryToWrite(),
        kind: location.kind,
        notices,
        reason,
        isSame: isDeepStrictEqual(kept.state.turns, follower.state.turns),
        sessions: sessions.length,
      }),
    );
  } finally {
    await rig.close();
  }
} finally {
  execFileSync('umount', [target]);
  rmSync(top, { recursive: true, force: true });
}

/** How the system refuses a file there: a fault that did not happen proves nothing. */
function tryToWrite(): string | undefined {
  try {
    writeFileSync(join(target, 'refused'), '');
    return undefined;
  } catch (error) {
    return errnoOf(error);
  }
}

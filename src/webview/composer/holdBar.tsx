import type { JSX } from 'preact';
import type { SessionState } from '../../model/session.ts';
import { isTerminal } from '../../model/states.ts';
import { Button, Icon } from '../page/controls.tsx';
import { usePage, useSession } from '../page/page.ts';
import { t } from '../page/words.ts';

/** What keeps a session from taking or sending messages until a person says that it goes on. */
export type PersonHold = 'paused' | 'login' | 'failed' | 'interrupted' | 'completed' | 'closed';

/** The hold of a session; undefined where messages go out by themselves. */
export function holdOf({ lifecycle, queue, turns, hold }: SessionState): PersonHold | undefined {
  if (lifecycle !== 'open') return lifecycle;
  if (hold !== undefined) return undefined;
  const last = turns.at(-1);
  if (queue.length === 0 || last === undefined || !isTerminal(last.state)) return undefined;
  if (last.wantsLogin === true) return 'login';
  return last.reason === 'failed' || last.reason === 'interrupted' ? last.reason : undefined;
}

/** Says above the text field that the session does not go on by itself, and lets it go on. */
export function HoldBar(): JSX.Element | null {
  const page = usePage();
  const hold = useSession(holdOf);
  const count = useSession((state) => state.queue.length);
  if (hold === undefined) return null;
  const isOver = hold === 'completed' || hold === 'closed';
  return (
    <div class="hold" data-part="hold">
      <Icon name={isOver ? 'pass' : 'debug-pause'} />
      <span class="hold-text">{textOf(hold, count)}</span>
      <Button
        isDisabled={!page.isConnected.value}
        onClick={() => {
          // The button goes when it has done its work; the keyboard stays where one goes on.
          page.composer.current?.focus();
          void page.attempt(page.link.host('session/move', { to: 'open' }));
        }}
      >
        {isOver ? t('Reopen') : t('Resume')}
      </Button>
    </div>
  );
}

function textOf(hold: PersonHold, count: number): string {
  switch (hold) {
    case 'paused':
      if (count === 0) return t('The session is paused. What you send waits.');
      return count === 1 ? t('The session is paused. One message waits.') : t('The session is paused. {0} messages wait.', count);
    case 'login':
      return t('What waits is sent when you have signed in to the agent.');
    case 'failed':
      return t('The last turn failed, so what waits is not sent by itself.');
    case 'interrupted':
      return t('The last turn was cut off, so what waits is not sent by itself.');
    case 'completed':
      return t('The session is completed.');
    case 'closed':
      return t('The session is closed.');
  }
}

import type { JSX } from 'preact';
import { placeProblem } from '../../model/worktree.ts';
import { visibleLine } from '../text/visible.ts';
import { Button, Icon } from '../page/controls.tsx';
import { usePage, useSession } from '../page/page.ts';
import { t } from '../page/words.ts';

/** Says that the worktree of the session is being made, and with what, or why there is none, with the ways on. */
export function PlaceBanner(): JSX.Element | null {
  const page = usePage();
  const worktree = useSession((state) => state.worktree);
  const isOpen = useSession(({ lifecycle }) => lifecycle === 'open' || lifecycle === 'paused');
  const problem = placeProblem(worktree);
  if (worktree === undefined || problem === undefined || !isOpen) return null;
  const isMaking = worktree.phase === 'making';
  const isDisabled = !page.isConnected.value;
  return (
    <div class={`banner ${isMaking ? 'info' : 'warning'}`} role={isMaking ? 'status' : 'alert'} data-part="place">
      <Icon name={worktree.setup === 'waits' ? 'bell-dot' : isMaking ? 'loading~spin' : 'warning'} />
      <span class="banner-text" dir="auto">
        {visibleLine(problem.slice(0, 1000))}
      </span>
      {worktree.setup === 'waits' && (
        <Button isPrimary onClick={() => void page.attempt(page.link.ui('ui/command', { command: 'openApproval' }))}>
          {t('Look at the Script…')}
        </Button>
      )}
      {worktree.phase === 'removed' && worktree.rescue !== undefined && (
        <Button isDisabled={isDisabled} onClick={() => void page.attempt(page.link.ui('ui/command', { command: 'restoreWorktree' }))}>
          {t('Restore from Rescue…')}
        </Button>
      )}
      {isMaking ? (
        <Button isDisabled={isDisabled} onClick={() => void page.attempt(page.link.host('worktree/cancel', {}))}>
          {t('Cancel')}
        </Button>
      ) : (
        <>
          <Button isDisabled={isDisabled} onClick={() => void page.attempt(page.link.host('worktree/useFolder', {}))}>
            {t('Work in the Folder')}
          </Button>
          <Button isDisabled={isDisabled} onClick={() => void page.attempt(page.link.host('worktree/retry', {}))}>
            {t('Make It Anew')}
          </Button>
        </>
      )}
    </div>
  );
}

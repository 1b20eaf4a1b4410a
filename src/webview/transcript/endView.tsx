import type { JSX } from 'preact';
import { Button, Icon, IconButton } from '../page/controls.tsx';
import { copy, usePage, useSession } from '../page/page.ts';
import { duration, instant, length, t } from '../page/words.ts';
import { TurnChanges } from '../review/turnChanges.tsx';
import { makeVisible } from '../text/visible.ts';
import type { EndRow } from '../page/rows.ts';

/** The foot of a turn: how it ended where that was not well, with the button that goes on; time, commits and copying. */
export function EndView({ row, isLast }: { readonly row: EndRow; readonly isLast: boolean }): JSX.Element {
  const page = usePage();
  const { reason, error, commits, files = [], startedAt, endedAt, tookMs } = row.ended;
  const took = tookMs === undefined ? duration(startedAt, endedAt) : length(tookMs);
  return (
    <div class="end">
      {files.length > 0 && <TurnChanges turn={row.turn} files={files} isLast={isLast} />}
      {reason !== undefined && reason !== 'finished' && <EndMark reason={reason} error={error} isLast={isLast} turn={row.turn} />}
      <div class="row-actions on-hover">
        <IconButton
          icon="copy"
          label={t('Copy Turn')}
          onClick={() =>
            void page.attempt(page.link.host('session/transcript', { turn: row.turn }).then(({ markdown }) => copy(page, markdown)))
          }
        />
        <IconButton
          icon="repo-forked"
          label={t('Fork from Here')}
          onClick={() => void page.attempt(page.link.ui('ui/fork', { turn: row.turn }))}
        />
        {took !== undefined && (
          <span class="quiet" title={instant(endedAt ?? '', page.settings.value.locale)}>
            {took}
          </span>
        )}
        {commits !== undefined && commits.length > 0 && (
          <span class="quiet" title={commits.join('\n')}>
            <Icon name="git-commit" /> {commits.map((commit) => commit.slice(0, 7)).join(' ')}
          </span>
        )}
      </div>
    </div>
  );
}

interface EndMarkProps {
  readonly reason: Exclude<EndRow['ended']['reason'], undefined | 'finished'>;
  readonly error: string | undefined;
  readonly isLast: boolean;
  readonly turn: string;
}

const marks: Readonly<Record<EndMarkProps['reason'], { readonly icon: string; readonly word: string }>> = {
  cancelled: { icon: 'debug-stop', word: 'Stopped' },
  interrupted: { icon: 'debug-disconnect', word: 'Interrupted' },
  failed: { icon: 'error', word: 'Failed' },
  refused: { icon: 'circle-slash', word: 'The agent refused to answer' },
  limit: { icon: 'warning', word: 'The agent reached its limit' },
};

function EndMark({ reason, error, isLast, turn }: EndMarkProps): JSX.Element {
  const page = usePage();
  // What was refused for a limit, or for want of a login, goes out again by itself; a sub-agent takes no messages.
  const isHeld = useSession(
    ({ hold, turns, queue, isSubAgent }) =>
      hold !== undefined || isSubAgent === true || (turns.at(-1)?.wantsLogin === true && queue.length > 0),
  );
  // Going on starts the agent as well; this is for whoever wants it to run and has nothing to say yet.
  const isAgentDown = useSession(({ agentPhase }) => agentPhase === 'failed');
  const canContinue = reason === 'interrupted' || reason === 'limit' || reason === 'failed';
  const isDisabled = !page.isConnected.value;
  return (
    <div class={`end-mark ${reason}`}>
      <Icon name={marks[reason].icon} />
      <span class="end-text" dir="auto">
        {t(marks[reason].word)}
        {error !== undefined && `: ${makeVisible(error.slice(0, 1000))}`}
      </span>
      {isLast && !isHeld && canContinue && (
        <Button isDisabled={isDisabled} onClick={() => void page.attempt(page.link.host('session/continue', {}))}>
          {t('Continue')}
        </Button>
      )}
      {isLast && isAgentDown && canContinue && (
        <Button isDisabled={isDisabled} onClick={() => void page.attempt(page.link.host('agent/restart', {}))}>
          {t('Restart Agent')}
        </Button>
      )}
      {isLast && !isHeld && reason !== 'interrupted' && (
        <Button isDisabled={isDisabled} onClick={() => void page.attempt(page.link.host('session/retry', { turn }))}>
          {t('Retry')}
        </Button>
      )}
    </div>
  );
}

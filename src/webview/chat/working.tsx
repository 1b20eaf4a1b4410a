import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { statusOf } from '../../model/status.ts';
import { visibleLine } from '../text/visible.ts';
import { Icon } from '../page/controls.tsx';
import { usePage, useSession } from '../page/page.ts';
import { duration, t } from '../page/words.ts';

/** A quiet line above the composer while a turn runs: that it runs, and since when. It lies outside the list and moves nothing. */
export function Working(): JSX.Element | null {
  const page = usePage();
  const startedAt = useSession((state) => state.turns.at(-1)?.startedAt);
  const isWaiting = useSession((state) => state.counts.waiting > 0);
  const isStarting = useSession((state) => state.agentPhase === 'starting');
  const tool = useSession((state) => (statusOf(state).status === 'working' ? statusOf(state).reason : undefined));
  const stalledSince = useSession((state) => state.stalledSince);
  const isRunning = page.isRunning.value;
  const [now, tick] = useState(() => new Date().toISOString());
  useEffect(() => {
    if (!isRunning) return undefined;
    tick(new Date().toISOString());
    const timer = setInterval(() => tick(new Date().toISOString()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  // A question has its card, which says the same.
  if ((!isRunning && !isStarting) || isWaiting) return null;
  if (isRunning && stalledSince !== undefined)
    return (
      <div class="working" data-part="working">
        <Icon name="warning" />
        <span>{t('The agent gives no sign')}</span>
        <span class="quiet">{duration(stalledSince, now)}</span>
      </div>
    );
  const word = isStarting ? t('The agent is starting') : t('Working');
  return (
    <div class="working" data-part="working">
      <Icon name="loading~spin" />
      <span>{word}</span>
      {isRunning && !isStarting && tool !== undefined && (
        <span class="working-tool quiet" dir="auto">
          {visibleLine(tool).slice(0, 200)}
        </span>
      )}
      {isRunning && <span class="quiet">{duration(startedAt, now)}</span>}
    </div>
  );
}

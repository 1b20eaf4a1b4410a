import type { JSX } from 'preact';
import type { QueuedPrompt } from '../../model/events.ts';
import { promptText } from '../../model/content.ts';
import type { InputOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { IconButton } from '../page/controls.tsx';
import { usePage, useSession } from '../page/page.ts';
import { t } from '../page/words.ts';
import { visibleLine } from '../text/visible.ts';
import type { ComposerState } from './composerState.ts';

type Change = InputOf<HostRequests['session/queue']>['change'];

/** The messages that wait for the running turn, first to go first. */
export function Queue({ state }: { readonly state: ComposerState }): JSX.Element | null {
  const page = usePage();
  const queue = useSession((session) => session.queue);
  if (queue.length === 0) return null;
  const change = (prompt: QueuedPrompt, what: Change): void => {
    void page.attempt(page.link.host('session/queue', { prompt: prompt.id, change: what }));
  };
  return (
    <div class="queue" data-part="queue">
      <div class="queue-head quiet">{queue.length === 1 ? t('One message waits') : t('{0} messages wait', queue.length)}</div>
      <ol aria-label={t('Waiting messages')}>
        {queue.map((prompt, index) => (
          <li key={prompt.id}>
            <span class="queue-text" dir="auto">
              {visibleLine(promptText(prompt.parts).slice(0, 300))}
            </span>
            <IconButton
              icon="edit"
              label={t('Edit')}
              onClick={() => {
                state.begin({ kind: 'queued', prompt: prompt.id }, prompt.parts);
                page.composer.current?.focus();
              }}
            />
            <IconButton
              icon="arrow-up"
              label={t('Move Up')}
              isDisabled={index === 0}
              onClick={() => change(prompt, { type: 'move', to: index - 1 })}
            />
            <IconButton
              icon="arrow-down"
              label={t('Move Down')}
              isDisabled={index === queue.length - 1}
              onClick={() => change(prompt, { type: 'move', to: index + 1 })}
            />
            <IconButton icon="send" label={t('Send Now (stops the running turn)')} onClick={() => change(prompt, { type: 'sendNow' })} />
            <IconButton icon="trash" label={t('Drop')} onClick={() => change(prompt, { type: 'drop' })} />
          </li>
        ))}
      </ol>
    </div>
  );
}

import type { JSX } from 'preact';
import type { Hold } from '../../model/hold.ts';
import { holdReason } from '../../model/hold.ts';
import { Button, Icon } from '../page/controls.tsx';
import { usePage, useSession } from '../page/page.ts';
import { t, timeOfDay } from '../page/words.ts';
import { visibleLine } from '../text/visible.ts';

/** Says above the text field why the host does not send what waits, and lets a person decide where that is a person's matter. */
export function HostHoldBar(): JSX.Element | null {
  const page = usePage();
  const hold = useSession((state) => (state.lifecycle === 'open' && state.queue.length > 0 ? state.hold : undefined));
  if (hold === undefined) return null;
  const go = wordFor(hold);
  return (
    <div class="hold" data-part="host-hold" role="status">
      <Icon name={hold.kind === 'capacity' || hold.kind === 'rate-limited' ? 'watch' : 'debug-pause'} />
      <span class="hold-text" dir="auto">
        {textOf(hold, page.settings.value.locale)}
      </span>
      {hold.kind === 'budget' && (
        <Button onClick={() => void page.attempt(page.link.ui('ui/command', { command: 'openSettings' }))}>{t('Open Settings')}</Button>
      )}
      {go !== undefined && (
        <Button
          isDisabled={!page.isConnected.value}
          onClick={() => {
            page.composer.current?.focus();
            void page.attempt(page.link.host('session/goOn', {}));
          }}
        >
          {go}
        </Button>
      )}
    </div>
  );
}

/** Says quietly above the text field that the session is going to hibernate. Nothing is to be done about it, and nothing is lost by it. */
export function RestLine(): JSX.Element | null {
  const page = usePage();
  const at = useSession((state) => (state.lifecycle === 'open' ? state.hibernatesAt : undefined));
  if (at === undefined) return null;
  return (
    <div class="rest" data-part="rest">
      {t('Hibernates at {0}, since nothing happens. The next message wakes it.', timeOfDay(at, page.settings.value.locale))}
    </div>
  );
}

function textOf(hold: Hold, locale: string): string {
  const reason = visibleLine(holdReason(hold)).slice(0, 500);
  if (hold.kind !== 'rate-limited') return reason;
  return t('It goes on by itself at {0}. {1}', timeOfDay(hold.until, locale), reason);
}

/** What a person can say about a hold; one that waits for its place only waits. */
function wordFor({ kind }: Hold): string | undefined {
  if (kind === 'capacity') return undefined;
  return kind === 'budget' ? t('Go On Once') : t('Try Now');
}

import type { JSX } from 'preact';
import { visibleLine } from '../text/visible.ts';
import { Button, Icon, IconButton } from '../page/controls.tsx';
import { usePage, useSession } from '../page/page.ts';
import { t } from '../page/words.ts';

/** Says that and why the session cannot be reached; what is typed stays. Nothing is drawn while all is well. */
export function ConnectionBanner(): JSX.Element | null {
  const page = usePage();
  const { state, text } = page.connection.value;
  if (page.isSilent.value) {
    return (
      <Banner icon="debug-disconnect" isBusy={false}>
        {t('The editor has not answered for a while. What you typed is kept. If this stays, reload the window.')}
      </Banner>
    );
  }
  if (state === 'connected') return null;
  const words = {
    connecting: t('Connecting to the session host …'),
    lost: t('The connection to the session host was lost. What you typed is kept; it is tried again by itself.'),
    'other-version': t('The host runs another version. You can read along and answer; new messages wait until it has finished and left.'),
    gone: t('This session is no longer there.'),
  } as const;
  const isBusy = state === 'connecting';
  // A first connection is quick: nobody wants to see a banner flash for it.
  if (isBusy && !page.isLoaded.value && text === undefined) return null;
  return (
    <Banner icon={isBusy ? 'loading~spin' : 'debug-disconnect'} isBusy={isBusy} isOver={state === 'gone'}>
      {text === undefined ? words[state] : visibleLine(text)}
    </Banner>
  );
}

interface BannerProps {
  readonly icon: string;
  readonly isBusy: boolean;
  /** Trying again would change nothing. */
  readonly isOver?: boolean;
  readonly children: string;
}

function Banner({ icon, isBusy, isOver = false, children }: BannerProps): JSX.Element {
  const page = usePage();
  return (
    <div class={`banner ${isBusy ? 'info' : 'warning'}`} data-part="connection">
      <Icon name={icon} />
      <span class="banner-text">{children}</span>
      {!isBusy && !isOver && <Button onClick={() => void page.attempt(page.link.ui('ui/retryConnection', {}))}>{t('Try Again')}</Button>}
    </div>
  );
}

/** Says that something of what is stored is lost, or was written by two hosts, until the person has seen it. */
export function FlawBanner(): JSX.Element | null {
  const page = usePage();
  const flaws = useSession((state) => state.flaws);
  if (flaws === undefined || page.seenFlaws.value === flaws) return null;
  const lost = flaws.damaged + flaws.damagedBlobs;
  const sentences = [
    ...(lost === 0
      ? []
      : [
          t(
            'A part of this session was damaged on the disk and cannot be shown. All else is here; the bytes are kept in the quarantine folder.',
          ),
        ]),
    ...(flaws.mergedEpochs.length === 0
      ? []
      : [
          t(
            'Two session hosts wrote this session at the same time. Nothing was overwritten: what both wrote is here, one after the other.',
          ),
        ]),
  ];
  return (
    <div class="banner warning" data-part="flaws">
      <Icon name="warning" />
      <span class="banner-text">{sentences.join(' ')}</span>
      <IconButton icon="close" label={t('Dismiss')} onClick={() => (page.seenFlaws.value = flaws)} />
    </div>
  );
}

/** What went wrong last, above the composer, until it is dismissed or something goes well. */
export function Trouble(): JSX.Element | null {
  const page = usePage();
  const text = page.trouble.value;
  if (text === undefined) return null;
  return (
    <div class="banner error" role="alert" data-part="trouble">
      <Icon name="error" />
      <span class="banner-text">{visibleLine(text.slice(0, 1000))}</span>
      <IconButton icon="close" label={t('Dismiss')} onClick={() => (page.trouble.value = undefined)} />
    </div>
  );
}

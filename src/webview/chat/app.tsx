import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Composer } from '../composer/composer.tsx';
import { Transcript } from '../transcript/transcript.tsx';
import { ConnectionBanner, Trouble } from './banner.tsx';
import { FindBar } from './findBar.tsx';
import { Header } from './header.tsx';
import { usePage, useSession } from './page.ts';
import { PermissionDock } from './permissionCard.tsx';
import { t } from './words.ts';
import { Working } from './working.tsx';

/** The whole page. */
export function App(): JSX.Element {
  const page = usePage();
  useEffect(() => {
    const find = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== 'f') return;
      event.preventDefault();
      page.isFindOpen.value = true;
    };
    window.addEventListener('keydown', find);
    return () => window.removeEventListener('keydown', find);
  }, [page]);
  return (
    <main class="app">
      <Header />
      {page.isFindOpen.value && <FindBar />}
      <ConnectionBanner />
      <div class="middle">
        <Transcript />
        <Welcome />
      </div>
      <div class="bottom">
        <PermissionDock />
        <Trouble />
        <Working />
        <Composer />
      </div>
      <div class="hidden" aria-live="polite" data-part="announcer">
        {page.announcer.text}
      </div>
    </main>
  );
}

/** What an empty session says. */
function Welcome(): JSX.Element | null {
  const page = usePage();
  const isEmpty = useSession((state) => state.turnCount === 0);
  const name = useSession((state) => state.agentName ?? state.agent);
  if (!page.isLoaded.value || !isEmpty) return null;
  return (
    <div class="welcome">
      <span class="codicon codicon-comment-discussion" aria-hidden="true" />
      <p>{t('Ask {0} anything about this folder.', name)}</p>
      <p class="quiet">{t('The session keeps running when you close the window, and is written down in git.')}</p>
    </div>
  );
}

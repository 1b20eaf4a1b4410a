import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Composer } from '../composer/composer.tsx';
import { ReviewPanel } from '../review/reviewPanel.tsx';
import { Transcript } from '../transcript/transcript.tsx';
import { AgentBanner } from './agentBanner.tsx';
import { PlaceBanner } from './placeBanner.tsx';
import { ConnectionBanner, FlawBanner, Trouble } from './banner.tsx';
import { leaveChords } from './chords.ts';
import { FindBar } from './findBar.tsx';
import { Header } from './header.tsx';
import { useInstructions } from './instructions.tsx';
import { isBuiltIn, openFind, usePage, useSession } from '../page/page.ts';
import { PermissionDock } from './permissionCard.tsx';
import { QuestionDock } from './questionCard.tsx';
import { t } from '../page/words.ts';
import { Working } from './working.tsx';

/** The whole page. */
export function App(): JSX.Element {
  const page = usePage();
  useInstructions(page);
  useEffect(() => leaveChords(/mac/i.test(navigator.platform)), []);
  useEffect(() => {
    const find = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== 'f')
        return;
      event.preventDefault();
      openFind(page);
    };
    window.addEventListener('keydown', find);
    return () => window.removeEventListener('keydown', find);
  }, [page]);
  return (
    <main class="app">
      <Header />
      {page.isFindOpen.value && <FindBar />}
      <ReviewPanel />
      <ConnectionBanner />
      <FlawBanner />
      <div class="middle">
        <Transcript />
        <Welcome />
      </div>
      <div class="bottom">
        <PermissionDock />
        <QuestionDock />
        <PlaceBanner />
        <AgentBanner />
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
  const isOurs = useSession(isBuiltIn);
  if (!page.isLoaded.value || !isEmpty) return null;
  return (
    <div class="welcome">
      <span class="codicon codicon-comment-discussion" aria-hidden="true" />
      <p>{isOurs ? t('Type /help to see what the built-in agent can do.') : t('Ask {0} anything about this folder.', name)}</p>
      <p class="quiet">{t('The session keeps running when you close the window, and is written down in git.')}</p>
    </div>
  );
}

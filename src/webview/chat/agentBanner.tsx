import type { JSX } from 'preact';
import { visibleLine } from '../text/visible.ts';
import { Button, Icon } from '../page/controls.tsx';
import { usePage, useSession } from '../page/page.ts';
import { t } from '../page/words.ts';

/**
 * Says why the agent of the session does not run, with the button that starts it again. A turn that failed or was cut off for it says the same
 * at its foot, and a notice with the same button says it where the agent ended while it had nothing to do, so then
 * nothing is drawn here.
 */
export function AgentBanner(): JSX.Element | null {
  const page = usePage();
  const isDown = useSession(({ agentPhase, lifecycle }) => agentPhase === 'failed' && (lifecycle === 'open' || lifecycle === 'paused'));
  const reason = useSession((state) => state.agentReason);
  const ending = useSession((state) => state.turns.at(-1)?.reason);
  const isTold = useSession(({ turns }) => {
    const entry = turns.at(-1)?.entries.at(-1);
    return entry?.kind === 'notice' && entry.action === 'restart-agent';
  });
  const wantsLogin = useSession((state) => state.logins !== undefined);
  if (isDown && wantsLogin && !page.isRunning.value) return <LoginBanner reason={reason} />;
  if (isTold || !isDown || page.isRunning.value || ending === 'failed' || ending === 'interrupted') return null;
  return (
    <div class="banner error" role="alert" data-part="agent">
      <Icon name="error" />
      <span class="banner-text" dir="auto">
        {visibleLine(reason?.slice(0, 1000) ?? t('The agent does not run.'))}
      </span>
      <Button
        isDisabled={!page.isConnected.value}
        onClick={() => {
          void page.attempt(page.link.host('agent/start', {}));
          page.composer.current?.focus();
        }}
      >
        {t('Start the Agent Again')}
      </Button>
      <Button onClick={() => void page.attempt(page.link.ui('ui/command', { command: 'switchAgent' }))}>{t('Switch Agent…')}</Button>
    </div>
  );
}

/** The agent wants a login first: the button is where the error is shown, also where a turn has failed for it. */
function LoginBanner({ reason }: { readonly reason: string | undefined }): JSX.Element {
  const page = usePage();
  const isConnected = page.isConnected.value;
  return (
    <div class="banner error" role="alert" data-part="login">
      <Icon name="key" />
      <span class="banner-text" dir="auto">
        {visibleLine(reason?.slice(0, 1000) ?? t('The agent wants a login first.'))}
      </span>
      <Button isPrimary isDisabled={!isConnected} onClick={() => void page.attempt(page.link.ui('ui/command', { command: 'signIn' }))}>
        {t('Sign In…')}
      </Button>
      <Button isDisabled={!isConnected} onClick={() => void page.attempt(page.link.host('agent/start', {}))}>
        {t('Try Again')}
      </Button>
    </div>
  );
}

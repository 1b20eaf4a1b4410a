import type { JSX } from 'preact';
import { Button, Icon } from '../page/controls.tsx';
import { usePage } from '../page/page.ts';
import { t } from '../page/words.ts';

/** Stands in the place of the text field where a sub-agent works, which takes its orders from the agent that started it. */
export function SubAgentBar(): JSX.Element {
  const page = usePage();
  const isDisabled = !page.isConnected.value;
  return (
    <div class="hold" role="note" data-part="sub-agent">
      <Icon name="robot" />
      <span class="hold-text">
        {t('A sub-agent works here, led by the agent of the session that it comes from. It takes no messages of yours.')}
      </span>
      <Button isPrimary isDisabled={isDisabled} onClick={() => void page.attempt(page.link.ui('ui/openParent', {}))}>
        {t('Open Parent Session')}
      </Button>
      <Button isDisabled={isDisabled} onClick={() => void page.attempt(page.link.ui('ui/fork', {}))}>
        {t('Fork to Go On Here')}
      </Button>
    </div>
  );
}

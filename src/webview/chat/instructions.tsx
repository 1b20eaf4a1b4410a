import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { visibleLine } from '../text/visible.ts';
import { Icon } from '../page/controls.tsx';
import type { Page } from '../page/page.ts';
import { usePage } from '../page/page.ts';
import { t } from '../page/words.ts';

/** Asks once which instructions there are, as soon as the session is there. */
export function useInstructions(page: Page): void {
  const isReady = page.isLoaded.value && page.isConnected.value;
  useEffect(() => {
    if (!isReady) return;
    page.link.ui('ui/instructions', {}).then(
      ({ files }) => (page.instructions.value = files),
      // They are a help for the eye; without them nothing is missing.
      () => undefined,
    );
  }, [isReady]);
}

/** In the head of the panel: how many files with instructions for agents apply here. */
export function InstructionsButton(): JSX.Element | null {
  const page = usePage();
  const files = page.instructions.value;
  const [first] = files;
  if (first === undefined) return null;
  const names = files.map(({ name }) => visibleLine(name)).join('\n');
  return (
    <button
      type="button"
      class="instructions"
      title={`${t('Instructions for agents in this folder')}\n${names}`}
      onClick={() => void page.attempt(page.link.ui('ui/openInstructions', {}))}
    >
      <Icon name="book" />
      <span>{files.length === 1 ? visibleLine(first.name) : t('{0} instructions', files.length)}</span>
    </button>
  );
}

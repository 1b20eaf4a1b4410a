import type { JSX } from 'preact';
import { Icon } from '../page/controls.tsx';
import { usePage } from '../page/page.ts';
import { short, t } from '../page/words.ts';
import { visibleLine } from '../text/visible.ts';

interface StoredFileProps {
  readonly name: string;
  readonly mimeType: string;
  readonly blob: string;
  readonly bytes: number;
}

/** Something that the page cannot draw, such as a sound: its name and size, and a way to keep it as a file. */
export function StoredFile({ name, mimeType, blob, bytes }: StoredFileProps): JSX.Element {
  const page = usePage();
  return (
    <div class="chips">
      <button
        type="button"
        class="chip"
        title={mimeType}
        disabled={!page.isConnected.value}
        onClick={() => void page.attempt(page.link.ui('ui/saveFile', { name, mimeType, blob }))}
      >
        <Icon name={mimeType.startsWith('audio/') ? 'unmute' : 'file-binary'} />
        <span>{t('Save {0} ({1} bytes)…', visibleLine(name), short(bytes))}</span>
      </button>
    </div>
  );
}

import type { JSX } from 'preact';
import { Icon } from '../page/controls.tsx';
import { t } from '../page/words.ts';

/** Says why some files of a decision about several stay as they are; nothing where none does. */
export function SomeLeftAlone({ reason }: { readonly reason: string | undefined }): JSX.Element | null {
  if (reason === undefined) return null;
  return (
    <div class="file-left" role="note">
      <Icon name="warning" />
      <span>{t('Some files were left alone: {0}', t(reason))}</span>
    </div>
  );
}

import type { JSX } from 'preact';
import type { PermissionEntry } from '../../model/entries.ts';
import { makeVisible, visibleLine } from '../text/visible.ts';
import { Icon } from '../page/controls.tsx';
import { t } from '../page/words.ts';

/** What kept a rule from answering: each reason with the part of the command that it is about, and the paths that lead outside. */
export function PermissionReasons({ entry }: { readonly entry: PermissionEntry }): JSX.Element | null {
  const { reasons = [], outside = [] } = entry;
  if (reasons.length + outside.length === 0) return null;
  return (
    <ul class="permission-reasons" aria-label={t('Why you are asked')}>
      {outside.map((path) => (
        <li key={path} class="outside">
          <Icon name="warning" />
          <span>
            {t('Outside of the folder of this session:')} <code dir="ltr">{makeVisible(path.slice(0, 500))}</code>
          </span>
        </li>
      ))}
      {reasons.map(({ text, part }) => (
        <li key={`${text} ${part ?? ''}`}>
          <Icon name="info" />
          <span>
            {visibleLine(text)} {part !== undefined && <code dir="ltr">{makeVisible(part.slice(0, 300))}</code>}
          </span>
        </li>
      ))}
    </ul>
  );
}

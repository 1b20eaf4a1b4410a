import type { JSX } from 'preact';
import { visibleLine } from '../text/visible.ts';
import { Icon } from '../page/controls.tsx';
import { usePage, useSession } from '../page/page.ts';
import { t } from '../page/words.ts';

/** The session that this one was forked from, or that made it; a click opens it. */
export function Parent(): JSX.Element | null {
  const page = usePage();
  const parent = useSession((state) => state.parent);
  const title = useSession((state) => state.parentTitle);
  if (parent === undefined) return null;
  const label = title === undefined ? t('Comes from another session') : t('Comes from “{0}”', visibleLine(title));
  return (
    <button
      type="button"
      class="parent"
      title={t('Open the session that this one comes from')}
      onClick={() => void page.attempt(page.link.ui('ui/openParent', {}))}
    >
      <Icon name="repo-forked" />
      <span>{label}</span>
    </button>
  );
}

/** The sessions that came from this one; a click opens it, or lists them. */
export function Children(): JSX.Element | null {
  const page = usePage();
  const { count, running, waiting } = page.children.value;
  if (count === 0) return null;
  const said = [
    count === 1 ? t('1 child') : t('{0} children', count),
    ...(waiting > 0 ? [waiting === 1 ? t('1 needs you') : t('{0} need you', waiting)] : []),
    ...(running > 0 ? [t('{0} working', running)] : []),
  ].join(', ');
  return (
    <button
      type="button"
      class={waiting > 0 ? 'parent children needs-you' : 'parent children'}
      title={t('Open the sessions that came from this one')}
      onClick={() => void page.attempt(page.link.ui('ui/openChildren', {}))}
    >
      <Icon name="type-hierarchy-sub" />
      <span>{said}</span>
    </button>
  );
}

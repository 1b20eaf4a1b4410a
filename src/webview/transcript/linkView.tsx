import type { ComponentChildren, JSX } from 'preact';
import { usePage } from '../page/page.ts';
import { linkTarget } from '../text/links.ts';
import { makeVisible } from '../text/visible.ts';

/** A link that asks the editor to open it; one that leads nowhere allowed is plain text. There is no `href`, so that nothing else follows it. */
export function Link({ href, children }: { readonly href: string; readonly children: ComponentChildren }): JSX.Element {
  const page = usePage();
  const target = linkTarget(href, page.session.peek().cwd);
  if (target === undefined) return <span title={makeVisible(href.slice(0, 300))}>{children}</span>;
  const open = (): void => {
    void page.attempt(
      target.kind === 'external'
        ? page.link.ui('ui/openExternal', { url: target.url })
        : page.link.ui('ui/openFile', { location: target.location }),
    );
  };
  const where = target.kind === 'external' ? target.url : target.location.path;
  return (
    <a
      class="link"
      role="link"
      tabIndex={0}
      title={makeVisible(where.slice(0, 300))}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key === 'Enter') open();
      }}
    >
      {children}
    </a>
  );
}

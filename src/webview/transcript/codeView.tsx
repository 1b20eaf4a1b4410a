import type { JSX } from 'preact';
import { IconButton } from '../page/controls.tsx';
import { copy, usePage } from '../page/page.ts';
import { t } from '../page/words.ts';
import type { CodePart, CodeText } from '../text/blocks.ts';
import { cutLongLines } from '../text/cut.ts';
import type { CodeToken } from '../text/highlight.ts';
import { highlightLines } from '../text/highlight.ts';
import { makeVisible } from '../text/visible.ts';

type Lines = readonly (readonly CodeToken[])[] | undefined;

/** Each block is highlighted once, when its first part is seen; the result lives as long as the block. */
const highlighted = new WeakMap<CodeText, { readonly lines: Lines }>();

function linesOf(code: CodeText): Lines {
  const known = highlighted.get(code);
  if (known !== undefined) return known.lines;
  const lines = highlightLines(code.language, code.text);
  highlighted.set(code, { lines });
  return lines;
}

/** A part of a code block; the first one has the bar with the language and the buttons. While the block grows it stays plain. */
export function CodePartView({ part, isOpen }: { readonly part: CodePart; readonly isOpen: boolean }): JSX.Element {
  const lines = isOpen ? undefined : linesOf(part.code);
  const count = part.text.split('\n').length;
  const isWhole = part.isFirst && part.isLast;
  const classes = ['code', isWhole ? 'whole' : 'wrapped', part.isFirst ? 'first' : '', part.isLast ? 'last' : ''].join(' ');
  return (
    <div class={classes}>
      {part.isFirst && <CodeBar code={part.code} />}
      <pre tabIndex={isWhole ? 0 : undefined} {...(isWhole ? { role: 'group', 'aria-label': t('Code') } : {})}>
        <code>
          {lines === undefined ? makeVisible(cutLongLines(part.text, 5000)) : lines.slice(part.from, part.from + count).map(line)}
        </code>
      </pre>
    </div>
  );
}

function line(tokens: readonly CodeToken[], index: number, all: readonly unknown[]): JSX.Element {
  return (
    <>
      {tokens.map((token, at) =>
        token.scope === '' ? (
          makeVisible(token.text)
        ) : (
          <span key={at} class={`hl-${token.scope}`}>
            {makeVisible(token.text)}
          </span>
        ),
      )}
      {index < all.length - 1 ? '\n' : ''}
    </>
  );
}

function CodeBar({ code }: { readonly code: CodeText }): JSX.Element {
  const page = usePage();
  return (
    <div class="code-bar">
      <span class="quiet">{code.language}</span>
      <span class="spacer" />
      <span class="on-hover">
        <IconButton
          icon="insert"
          label={t('Insert at Cursor')}
          onClick={() => void page.attempt(page.link.ui('ui/insert', { text: code.text }))}
        />
        <IconButton icon="copy" label={t('Copy Code')} onClick={() => void copy(page, code.text)} />
      </span>
    </div>
  );
}

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TextRef } from '../../model/content.ts';
import { usePage } from '../page/page.ts';
import { short, t } from '../page/words.ts';
import { ansiSpans } from '../text/ansi.ts';
import type { CutLimit } from '../text/cut.ts';
import { cut, cutLongLines } from '../text/cut.ts';

interface OutputProps {
  readonly title: string;
  readonly content: TextRef;
  readonly limit: CutLimit;
}

/** Text of a tool with its terminal colours, capped; the whole of it opens in an editor. */
export function Output({ title, content, limit }: OutputProps): JSX.Element | null {
  const page = usePage();
  const [isHere, showHere] = useState(false);
  const shown = cut(content.text, isHere ? { ...limit, lines: 200, characters: 20_000 } : limit);
  if (shown.text.trim() === '' && content.blob === undefined) return null;
  const isCut = shown.isCut || content.blob !== undefined;
  const more = isCut && (
    <div class="output-more">
      {!isHere && (
        <button type="button" class="text-button" onClick={() => showHere(true)}>
          {t('Show More')}
        </button>
      )}
      <button
        type="button"
        class="text-button"
        onClick={() =>
          void page.attempt(
            page.link.ui('ui/openText', {
              title,
              text: content.blob === undefined ? content.text : '',
              ...(content.blob === undefined ? {} : { blob: content.blob }),
            }),
          )
        }
      >
        {t('Show All ({0} characters)', short(content.bytes ?? content.text.length))}
      </button>
    </div>
  );
  return (
    <div class="output">
      {limit.keep === 'end' && more}
      <pre tabIndex={0} role="group" aria-label={title}>
        {ansiSpans(cutLongLines(shown.text.replace(/\n+$/, ''), 2000)).map((span, index) =>
          span.classes === '' && span.color === undefined && span.background === undefined ? (
            span.text
          ) : (
            <span
              key={index}
              class={span.classes}
              style={{
                ...(span.color === undefined ? {} : { color: span.color }),
                ...(span.background === undefined ? {} : { backgroundColor: span.background }),
              }}
            >
              {span.text}
            </span>
          ),
        )}
      </pre>
      {limit.keep === 'start' && more}
    </div>
  );
}

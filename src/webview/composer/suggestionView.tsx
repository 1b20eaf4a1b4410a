import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../page/controls.tsx';
import { t } from '../page/words.ts';
import { visibleLine } from '../text/visible.ts';
import type { SuggestionList } from './useSuggestions.ts';

interface SuggestionViewProps {
  readonly id: string;
  readonly list: SuggestionList;
}

/** The list above the text field. The focus stays in the field, which names the active line. */
export function SuggestionView({ id, list }: SuggestionViewProps): JSX.Element {
  const box = useRef<HTMLUListElement>(null);
  const active = list.active.value;
  useEffect(() => {
    box.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul id={id} ref={box} class="suggestions" role="listbox" aria-label={t('Suggestions')}>
      {list.lines.value.map((line, index) => (
        <li
          key={line.key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          onMouseDown={(event) => {
            // The field would lose the focus, and the list with it.
            event.preventDefault();
            list.accept(line);
          }}
        >
          <Icon name={line.icon} />
          <span class="suggestion-label">{visibleLine(line.label)}</span>
          <span class="quiet suggestion-detail">{visibleLine(line.detail.slice(0, 200))}</span>
        </li>
      ))}
    </ul>
  );
}

import type { JSX } from 'preact';
import type { PromptPart } from '../../model/content.ts';
import { Icon } from '../page/controls.tsx';
import { short, t } from '../page/words.ts';
import { visibleLine } from '../text/visible.ts';
import type { ComposerState } from './composerState.ts';
import type { Chip } from './draft.ts';
import { withoutMention } from './draft.ts';

/** What goes with the message beside its words; each can be taken out again. */
export function Chips({ state }: { readonly state: ComposerState }): JSX.Element | null {
  const chips = state.chips.value;
  if (chips.length === 0) return null;
  return (
    <ul class="chips" aria-label={t('Attached')}>
      {chips.map((chip) => (
        <li key={chip.id} class="chip">
          <Icon name={iconOf(chip)} />
          <span title={chip.kind === 'mention' ? chip.path : nameOf(chip)}>{visibleLine(nameOf(chip))}</span>
          <button
            type="button"
            class="chip-remove"
            aria-label={t('Remove {0}', nameOf(chip))}
            title={t('Remove')}
            onClick={() => remove(state, chip)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function storedName(part: PromptPart): string {
  if (part.type === 'text') return part.text.slice(0, 40);
  if (part.type !== 'attachment') return part.name;
  return t('{0}, {1} characters', part.name, short(part.content.bytes ?? part.content.text.length));
}

function remove(state: ComposerState, chip: Chip): void {
  state.chips.value = state.chips.value.filter((other) => other.id !== chip.id);
  if (chip.kind === 'mention') state.setText(withoutMention(state.text.value, chip.label));
}

function iconOf(chip: Chip): string {
  if (chip.kind === 'mention') return 'file';
  return chip.kind === 'image' || (chip.kind === 'stored' && chip.part.type === 'image') ? 'file-media' : 'paste';
}

function nameOf(chip: Chip): string {
  switch (chip.kind) {
    case 'mention':
      return chip.label;
    case 'image':
      return chip.name;
    case 'attachment':
      return t('{0}, {1} characters', chip.name, short(chip.text.length));
    case 'stored':
      return storedName(chip.part);
  }
}

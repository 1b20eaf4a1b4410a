import type { JSX } from 'preact';
import type { QuestionEntry } from '../../model/entries.ts';
import type { QuestionField, QuestionValues } from '../../model/questions.ts';
import { Icon } from '../page/controls.tsx';
import { usePage } from '../page/page.ts';
import { instant, t } from '../page/words.ts';
import { visibleLine } from '../text/visible.ts';

/** A form in the transcript: a line that points at the card below while it is open, then what was answered, by whom and when. */
export function QuestionLine({ entry }: { readonly entry: QuestionEntry }): JSX.Element {
  const page = usePage();
  const { answer } = entry;
  const title = visibleLine(entry.title).slice(0, 300);
  if (answer === undefined) {
    return (
      <div class="permission-line pending">
        <Icon name="bell-dot" />
        <span class="permission-title">{t('Waiting for your answer: {0}', title)}</span>
      </div>
    );
  }
  const isAnswered = answer.outcome === 'answered';
  const said = isAnswered ? entry.fields.flatMap((field) => sayField(field, answer.values)).join(' · ') : '';
  const word = isAnswered ? said || t('Answered') : answer.outcome === 'declined' ? t('Declined') : t('Withdrawn');
  return (
    <div
      class={`permission-line ${isAnswered ? 'allowed' : ''}`}
      title={`${entry.title.slice(0, 300)}\n${instant(answer.at, page.settings.value.locale)}`}
    >
      <Icon name={isAnswered ? 'pass' : answer.outcome === 'declined' ? 'error' : 'circle-slash'} />
      <span class="permission-title">{title}</span>
      <span class="quiet">{t('{0} · {1}', visibleLine(word).slice(0, 500), visibleLine(answer.by))}</span>
    </div>
  );
}

function sayField(field: QuestionField, values: QuestionValues | undefined): readonly string[] {
  const value = values?.[field.name];
  if (value === undefined) return [];
  if (typeof value === 'boolean') return [`${field.label}: ${value ? t('yes') : t('no')}`];
  const labelOf = (id: string): string =>
    field.type === 'choice' || field.type === 'choices' ? (field.options.find((option) => option.id === id)?.label ?? id) : id;
  const text = typeof value === 'object' ? value.map(labelOf).join(', ') : labelOf(String(value));
  return [`${field.label}: ${text}`];
}

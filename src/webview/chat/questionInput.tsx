import type { JSX } from 'preact';
import type { QuestionField, QuestionValues } from '../../model/questions.ts';
import { visibleLine } from '../text/visible.ts';
import { t } from '../page/words.ts';

type Value = QuestionValues[string] | undefined;

interface QuestionInputProps {
  readonly id: string;
  readonly field: QuestionField;
  readonly value: Value;
  readonly isWrong: boolean;
  readonly isDisabled: boolean;
  readonly onChange: (value: Value) => void;
}

/** The control for one field of a form. An empty one has no value. */
export function QuestionInput({ id, field, value, isWrong, isDisabled, onChange }: QuestionInputProps): JSX.Element {
  const about = [...(field.description === undefined ? [] : [`${id}-about`]), ...(isWrong ? [`${id}-problem`] : [])].join(' ');
  const common = {
    id,
    disabled: isDisabled,
    'aria-invalid': isWrong,
    'aria-required': field.required,
    ...(about === '' ? {} : { 'aria-describedby': about }),
  };
  switch (field.type) {
    case 'text':
      return <TextInput common={common} field={field} value={typeof value === 'string' ? value : ''} onChange={onChange} />;
    case 'number':
      return (
        <input
          {...common}
          type="number"
          step={field.isWhole ? 1 : 'any'}
          value={typeof value === 'number' ? String(value) : ''}
          onInput={({ currentTarget }) => onChange(Number.isNaN(currentTarget.valueAsNumber) ? undefined : currentTarget.valueAsNumber)}
        />
      );
    case 'switch':
      return (
        <input {...common} type="checkbox" checked={value === true} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      );
    case 'choice':
      return (
        <select
          {...common}
          value={typeof value === 'string' ? value : ''}
          onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
        >
          <option value="">{t('Choose…')}</option>
          {field.options.map((option) => (
            <option key={option.id} value={option.id} title={option.description}>
              {visibleLine(option.label)}
            </option>
          ))}
        </select>
      );
    case 'choices': {
      const chosen = typeof value === 'object' ? value : [];
      const turn = (option: string): void => {
        const next = chosen.includes(option) ? chosen.filter((each) => each !== option) : [...chosen, option];
        onChange(field.options.flatMap(({ id: each }) => (next.includes(each) ? [each] : [])));
      };
      return (
        <div
          id={id}
          role="group"
          aria-labelledby={`${id}-label`}
          class="question-choices"
          {...(about === '' ? {} : { 'aria-describedby': about })}
        >
          {field.options.map((option) => (
            <label key={option.id} title={option.description}>
              <input type="checkbox" disabled={isDisabled} checked={chosen.includes(option.id)} onChange={() => turn(option.id)} />
              {visibleLine(option.label)}
            </label>
          ))}
        </div>
      );
    }
  }
}

interface TextInputProps {
  readonly common: {
    readonly id: string;
    readonly disabled: boolean;
    readonly 'aria-invalid': boolean;
    readonly 'aria-required': boolean;
    readonly 'aria-describedby'?: string;
  };
  readonly field: Extract<QuestionField, { type: 'text' }>;
  readonly value: string;
  readonly onChange: (value: Value) => void;
}

/** Text of one line where the agent says of which form it is or how short; else a box that takes several. */
function TextInput({ common, field, value, onChange }: TextInputProps): JSX.Element {
  const set = (text: string): void => onChange(text === '' ? undefined : text);
  const isShort = field.format !== undefined || field.pattern !== undefined || (field.maxLength ?? Infinity) <= 200;
  if (isShort) {
    const more = { ...common, value, onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => set(currentTarget.value) };
    if (field.format === 'email') return <input {...more} type="email" />;
    if (field.format === 'uri') return <input {...more} type="url" />;
    return field.format === 'date' ? <input {...more} type="date" /> : <input {...more} type="text" />;
  }
  return (
    <textarea
      {...common}
      rows={Math.min(8, value.split('\n').length)}
      value={value}
      onInput={({ currentTarget }) => set(currentTarget.value)}
    />
  );
}

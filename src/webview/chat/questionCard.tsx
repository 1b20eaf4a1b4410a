import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { QuestionEntry } from '../../model/entries.ts';
import type { QuestionField, QuestionValues } from '../../model/questions.ts';
import { defaultValues, problemsIn } from '../../model/questions.ts';
import type { SessionState } from '../../model/session.ts';
import { makeVisible, visibleLine } from '../text/visible.ts';
import { Button, Icon, IconButton } from '../page/controls.tsx';
import { usePage, useSession } from '../page/page.ts';
import { QuestionInput } from './questionInput.tsx';
import { useAskedFocus } from './useAskedFocus.ts';
import { t } from '../page/words.ts';

/** The open forms of the session, oldest first. */
function openForms(state: SessionState): readonly QuestionEntry[] {
  if (state.counts.waiting === 0) return none;
  const open = (state.turns.at(-1)?.entries ?? []).filter((entry) => entry.kind === 'question' && entry.answer === undefined);
  return open as readonly QuestionEntry[];
}

const none: readonly QuestionEntry[] = [];

/** The place above the composer where a form of the agent stands until it is answered. */
export function QuestionDock(): JSX.Element | null {
  const page = usePage();
  const first = useSession((state) => openForms(state).find(({ id }) => id === page.asked.value?.entry) ?? openForms(state)[0]);
  const count = useSession((state) => openForms(state).length);
  return first === undefined ? null : <QuestionCard key={first.id} entry={first} others={count - 1} />;
}

type Reply = { readonly action: 'answer'; readonly values: QuestionValues } | { readonly action: 'decline' | 'cancel' };

interface QuestionCardProps {
  readonly entry: QuestionEntry;
  readonly others: number;
}

/** One form: what is asked, its fields with what is wrong with them, and three ways to end it. It never takes the focus by itself. */
export function QuestionCard({ entry, others }: QuestionCardProps): JSX.Element {
  const page = usePage();
  const isLater = useSignal(false);
  const [values, setValues] = useState<QuestionValues>(() => defaultValues(entry.fields));
  const [isTried, setTried] = useState(false);
  const [isSent, setSent] = useState(false);
  const card = useRef<HTMLFormElement>(null);
  const id = useId();
  useAskedFocus(entry.id, card, isLater);
  const problems = problemsIn(entry.fields, values);
  const title = visibleLine(entry.title).slice(0, 300);
  const send = (reply: Reply): void => {
    setSent(true);
    const hadFocus = card.current?.contains(document.activeElement) ?? false;
    void page.attempt(page.link.host('question/answer', { entry: entry.id, reply })).then((isAnswered) => {
      if (isAnswered && hadFocus) page.composer.current?.focus();
      if (!isAnswered) setSent(false);
    });
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    const wrong = entry.fields.findIndex(({ name }) => problems[name] !== undefined);
    if (wrong === -1) send({ action: 'answer', values });
    else card.current?.querySelector<HTMLElement>(`[id="${id}-${wrong}"], [id="${id}-${wrong}"] input`)?.focus();
  };
  const isDisabled = isSent || !page.isConnected.value;
  if (isLater.value) {
    return (
      <div class="permission-later" data-part="question-later">
        <Icon name="bell-dot" />
        <span class="permission-title">{t('Waiting for you: {0}', title)}</span>
        <Button onClick={() => (isLater.value = false)}>{t('Show')}</Button>
      </div>
    );
  }
  return (
    <form
      ref={card}
      class="permission-card question-card"
      data-part="question-card"
      aria-label={t('Question: {0}', title)}
      noValidate
      onSubmit={submit}
    >
      <div class="permission-head">
        <Icon name="question" />
        <span class="permission-title" dir="auto">
          {makeVisible(entry.title.slice(0, 2000))}
        </span>
        {others > 0 && <span class="quiet">{t('{0} more', others)}</span>}
        <IconButton icon="chevron-down" label={t('Later')} onClick={() => (isLater.value = true)} />
      </div>
      <div class="permission-body">
        {entry.description !== undefined && <div class="quiet">{makeVisible(entry.description)}</div>}
        {entry.url !== undefined && <Address url={entry.url} />}
        {entry.fields.map((field, index) => (
          <Row
            key={field.name}
            id={`${id}-${index}`}
            field={field}
            value={values[field.name]}
            problem={isTried ? problems[field.name] : undefined}
            isDisabled={isDisabled}
            onChange={(value) => setValues(changed(values, field.name, value))}
          />
        ))}
      </div>
      <div class="permission-options">
        <button type="submit" class="button primary" disabled={isDisabled}>
          {entry.url === undefined ? t('Answer') : t('Done')}
        </button>
        <Button isDisabled={isDisabled} onClick={() => send({ action: 'decline' })}>
          {t('Decline')}
        </Button>
        <Button isDisabled={isDisabled} onClick={() => send({ action: 'cancel' })}>
          {t('Cancel')}
        </Button>
      </div>
    </form>
  );
}

function changed(values: QuestionValues, name: string, value: QuestionValues[string] | undefined): QuestionValues {
  const { [name]: _before, ...others } = values;
  return value === undefined ? others : { ...others, [name]: value };
}

interface RowProps {
  readonly id: string;
  readonly field: QuestionField;
  readonly value: QuestionValues[string] | undefined;
  readonly problem: string | undefined;
  readonly isDisabled: boolean;
  readonly onChange: (value: QuestionValues[string] | undefined) => void;
}

function Row({ id, field, value, problem, isDisabled, onChange }: RowProps): JSX.Element {
  const isGroup = field.type === 'choices';
  const label = (
    <>
      {visibleLine(field.label)}
      {field.required && <span class="quiet">{` ${t('(needed)')}`}</span>}
    </>
  );
  return (
    <div class="question-row">
      {isGroup ? <span id={`${id}-label`}>{label}</span> : <label for={id}>{label}</label>}
      <QuestionInput id={id} field={field} value={value} isWrong={problem !== undefined} isDisabled={isDisabled} onChange={onChange} />
      {field.description !== undefined && (
        <div id={`${id}-about`} class="quiet">
          {makeVisible(field.description)}
        </div>
      )}
      {problem !== undefined && (
        <div id={`${id}-problem`} class="question-problem" role="alert">
          {t(problem)}
        </div>
      )}
    </div>
  );
}

/** The address in full, since it is the agent's: it opens only after the editor has asked. */
function Address({ url }: { readonly url: string }): JSX.Element {
  const page = usePage();
  return (
    <div class="question-row">
      <code class="question-url">{makeVisible(url)}</code>
      <Button onClick={() => void page.attempt(page.link.ui('ui/openExternal', { url }))}>{t('Open in the Browser')}</Button>
    </div>
  );
}

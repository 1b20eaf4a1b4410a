import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PermissionEntry, PermissionOption } from '../../model/entries.ts';
import type { PermissionRule } from '../../model/permissionRules.ts';
import { ruleText } from '../../model/ruleText.ts';
import type { SessionState } from '../../model/session.ts';
import { toolIcons } from '../../model/toolIcons.ts';
import { cut } from '../text/cut.ts';
import { makeVisible, visibleLine } from '../text/visible.ts';
import { Contents, Locations } from '../transcript/toolView.tsx';
import { Button, Icon, IconButton } from '../page/controls.tsx';
import { PermissionReasons } from './permissionReasons.tsx';
import { usePage, useSession } from '../page/page.ts';
import { useAskedFocus } from './useAskedFocus.ts';
import { t } from '../page/words.ts';

/** Milliseconds after the card has appeared or got the focus in which it takes no keys: they were meant for something else. */
const deafTime = 500;
/** Options that have a key. */
const keyed = 4;

const optionIcons: Readonly<Record<PermissionOption['role'], string>> = {
  'allow-once': 'check',
  'allow-always': 'check-all',
  'reject-once': 'close',
  'reject-always': 'circle-slash',
  other: 'circle-outline',
};

/** The open questions of the session, oldest first; only the running turn can have some. The list keeps its object while it says the same. */
function openQuestions(state: SessionState): readonly PermissionEntry[] {
  if (state.counts.waiting === 0) return none;
  const entries = state.turns.at(-1)?.entries ?? [];
  const open = entries.filter((entry) => entry.kind === 'permission' && entry.answer === undefined);
  return open as readonly PermissionEntry[];
}

const none: readonly PermissionEntry[] = [];

/** The place above the composer where the agent's questions stand until they are answered: always in sight, never over what one reads. */
export function PermissionDock(): JSX.Element | null {
  const page = usePage();
  const first = useSession((state) => inFront(openQuestions(state), page.asked.value?.entry));
  const count = useSession((state) => openQuestions(state).length);
  return first === undefined ? null : <PermissionCard key={first.id} entry={first} others={count - 1} />;
}

/** The question that the person has asked for, else the oldest. */
function inFront(open: readonly PermissionEntry[], asked: string | undefined): PermissionEntry | undefined {
  return open.find(({ id }) => id === asked) ?? open[0];
}

interface PermissionCardProps {
  readonly entry: PermissionEntry;
  readonly others: number;
}

/** One question: what, where, the command or the change, and the agent's own words on the buttons. It never takes the focus by itself. */
export function PermissionCard({ entry, others }: PermissionCardProps): JSX.Element {
  const page = usePage();
  const isLater = useSignal(false);
  const [isDeaf, setDeaf] = useState(true);
  const [isSent, setSent] = useState(false);
  const card = useRef<HTMLElement>(null);
  const focusedAt = useRef(0);
  useEffect(() => {
    const timer = setTimeout(() => setDeaf(false), deafTime);
    return () => clearTimeout(timer);
  }, []);
  useAskedFocus(entry.id, card, isLater);
  const choices = choicesOf(entry);
  const answer = ({ option, rules }: Choice): void => {
    setSent(true);
    const hadFocus = card.current?.contains(document.activeElement) ?? false;
    const made = rules.length === 0 ? {} : { rules: [...rules] };
    void page.attempt(page.link.host('permission/answer', { entry: entry.id, optionId: option, ...made })).then((isAnswered) => {
      if (isAnswered && hadFocus) page.composer.current?.focus();
      if (!isAnswered) setSent(false);
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
    const choice = Number(event.key) <= keyed ? choices[Number(event.key) - 1] : undefined;
    if (choice === undefined || isDeaf || isSent || performance.now() - focusedAt.current < deafTime) return;
    event.preventDefault();
    answer(choice);
  };
  const title = visibleLine(entry.title).slice(0, 300);
  if (isLater.value) {
    return (
      <div class="permission-later" data-part="permission-later">
        <Icon name="bell-dot" />
        <span class="permission-title">{t('Waiting for you: {0}', title)}</span>
        <Button onClick={() => (isLater.value = false)}>{t('Show')}</Button>
      </div>
    );
  }
  return (
    <section
      ref={card}
      class="permission-card"
      data-part="permission-card"
      aria-label={t('Permission: {0}', title)}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onFocusIn={(event) => {
        const from = event.relatedTarget;
        if (!(from instanceof Node) || card.current?.contains(from) !== true) focusedAt.current = performance.now();
      }}
    >
      <div class="permission-head">
        <Icon name={toolIcons[entry.toolKind]} />
        <span class="permission-title" dir="auto">
          {title}
        </span>
        {others > 0 && <span class="quiet">{t('{0} more', others)}</span>}
        <IconButton icon="chevron-down" label={t('Later')} onClick={() => (isLater.value = true)} />
      </div>
      <div class="permission-body">
        {entry.command !== undefined && <Command command={entry.command} />}
        <Contents entry={entry.id} content={entry.content} limit={{ lines: 12, characters: 3000, keep: 'start' }} />
        <Locations entry={entry} />
        <PermissionReasons entry={entry} />
      </div>
      <div class="permission-options">
        {choices.map((choice, index) => (
          <button
            key={choice.key}
            type="button"
            class={choice.isFirst ? 'button primary' : 'button'}
            disabled={isDeaf || isSent || !page.isConnected.value}
            title={choice.hint}
            {...(index < keyed ? { 'aria-keyshortcuts': String(index + 1) } : {})}
            onClick={() => answer(choice)}
          >
            <Icon name={choice.icon} />
            <span>{choice.label}</span>
            {index < keyed && <kbd aria-hidden="true">{index + 1}</kbd>}
          </button>
        ))}
        {entry.offers !== undefined && entry.offers.length > 0 && (
          <Button
            isDisabled={isDeaf || isSent || !page.isConnected.value}
            onClick={() => void page.attempt(page.link.ui('ui/allowAlways', { entry: entry.id }))}
          >
            {t('Always Allow…')}
          </Button>
        )}
      </div>
    </section>
  );
}

/** One button of a card. */
interface Choice {
  readonly key: string;
  readonly option: string;
  readonly rules: readonly PermissionRule[];
  readonly label: string;
  readonly icon: string;
  readonly isFirst: boolean;
  readonly hint: string | undefined;
}

/** The agent's own choices in its own words, then ours: the same answer as its "once", with a rule for this session. */
function choicesOf({ options, offers = [] }: PermissionEntry): readonly Choice[] {
  const own = options.map(({ id, label, role }): Choice => {
    return {
      key: id,
      option: id,
      rules: [],
      label: visibleLine(label).slice(0, 200),
      icon: optionIcons[role],
      isFirst: role === 'allow-once',
      hint: undefined,
    };
  });
  const once = options.find(({ role }) => role === 'allow-once');
  const [rules] = offers;
  if (once === undefined || rules === undefined) return own;
  const hint = visibleLine(rules.map(ruleText).join(' + ')).slice(0, 300);
  return [
    ...own,
    { key: ':session', option: once.id, rules, label: t('Allow in This Session'), icon: 'comment-discussion', isFirst: false, hint },
  ];
}

/** The command as it would run, with everything visible that wants to hide. */
function Command({ command }: { readonly command: string }): JSX.Element {
  const page = usePage();
  const shown = cut(command, { lines: 20, characters: 4000, keep: 'start' });
  return (
    <div class="command">
      <pre tabIndex={0} role="group" aria-label={t('Command')}>
        {makeVisible(shown.text)}
      </pre>
      {shown.isCut && (
        <button
          type="button"
          class="text-button"
          onClick={() => void page.attempt(page.link.ui('ui/openText', { title: t('Command'), text: command }))}
        >
          {t('Show the whole command')}
        </button>
      )}
    </div>
  );
}

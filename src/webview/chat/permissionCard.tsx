import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PermissionEntry, PermissionOption } from '../../model/entries.ts';
import type { SessionState } from '../../model/session.ts';
import { cut } from '../text/cut.ts';
import { makeVisible, visibleLine } from '../text/visible.ts';
import { Contents, Locations, toolIcons } from '../transcript/toolView.tsx';
import { Button, Icon, IconButton } from './controls.tsx';
import { usePage, useSession } from './page.ts';
import { t } from './words.ts';

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
  const first = useSession((state) => openQuestions(state)[0]);
  const count = useSession((state) => openQuestions(state).length);
  return first === undefined ? null : <PermissionCard key={first.id} entry={first} others={count - 1} />;
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
  const answer = (option: PermissionOption): void => {
    setSent(true);
    const hadFocus = card.current?.contains(document.activeElement) ?? false;
    void page.attempt(page.link.host('permission/answer', { entry: entry.id, optionId: option.id })).then((isAnswered) => {
      if (isAnswered && hadFocus) page.composer.current?.focus();
      if (!isAnswered) setSent(false);
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
    const option = Number(event.key) <= keyed ? entry.options[Number(event.key) - 1] : undefined;
    if (option === undefined || isDeaf || isSent || performance.now() - focusedAt.current < deafTime) return;
    event.preventDefault();
    answer(option);
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
      </div>
      <div class="permission-options">
        {entry.options.map((option, index) => (
          <button
            key={option.id}
            type="button"
            class={option.role === 'allow-once' ? 'button primary' : 'button'}
            disabled={isDeaf || isSent || !page.isConnected.value}
            {...(index < keyed ? { 'aria-keyshortcuts': String(index + 1) } : {})}
            onClick={() => answer(option)}
          >
            <Icon name={optionIcons[option.role]} />
            <span>{visibleLine(option.label).slice(0, 200)}</span>
            {index < keyed && <kbd aria-hidden="true">{index + 1}</kbd>}
          </button>
        ))}
      </div>
    </section>
  );
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

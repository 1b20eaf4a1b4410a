import type { JSX } from 'preact';
import type { Entry, NoticeAction, NoticeEntry, PermissionAnswer, PermissionEntry } from '../../model/entries.ts';
import { Button, Icon } from '../page/controls.tsx';
import type { Page } from '../page/page.ts';
import { usePage, useSession } from '../page/page.ts';
import { instant, t } from '../page/words.ts';
import { cut } from '../text/cut.ts';
import { makeVisible, visibleLine } from '../text/visible.ts';
import { StateMark } from './toolView.tsx';

/** Letters of a plan's words that are drawn. */
const mostPlanText = 8000;

/** The agent's plan as a checklist. */
export function PlanView({ entry }: { readonly entry: Extract<Entry, { kind: 'plan' }> }): JSX.Element {
  const done = entry.items.filter((item) => item.state === 'completed' || item.state === 'succeeded').length;
  return (
    <div class={entry.removed === true ? 'plan removed' : 'plan'}>
      <div class="plan-head">
        <span class="codicon codicon-checklist" aria-hidden="true" />
        <span>{entry.removed === true ? t('Plan that was given up') : t('Plan')}</span>
        {entry.items.length > 0 && <span class="quiet">{t('{0} of {1}', done, entry.items.length)}</span>}
      </div>
      {entry.text !== undefined && <div class="plan-text">{makeVisible(entry.text.slice(0, mostPlanText).toWellFormed())}</div>}
      <ol>
        {entry.items.slice(0, 100).map((item, index) => (
          <li key={index} class={item.state}>
            <StateMark state={item.state} />
            <span>{visibleLine(item.text)}</span>
            {item.priority === 'high' && <span class="tag">{t('high')}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}

const noticeIcons = { info: 'info', warning: 'warning', error: 'error' } as const;
const words: Readonly<Record<NoticeAction, { readonly word: string }>> = {
  retry: { word: 'Retry' },
  continue: { word: 'Continue' },
  'restart-agent': { word: 'Restart Agent' },
  'show-log': { word: 'Show Log' },
  'sign-in': { word: 'Sign In…' },
  'open-settings': { word: 'Open Settings' },
  stop: { word: 'Stop' },
  wait: { word: 'Wait' },
};

/** What only makes sense while the turn of the notice runs. */
const whileRunning: ReadonlySet<NoticeAction> = new Set(['stop', 'wait']);

/** Something that the product says, with the buttons that help. */
export function NoticeView({ entry, turn }: { readonly entry: NoticeEntry; readonly turn: string }): JSX.Element {
  const page = usePage();
  const isLast = useSession((state) => state.turns.at(-1)?.id === turn);
  const isOpen = isLast && page.isRunning.value;
  const offered = [...(entry.action === undefined ? [] : [entry.action]), ...(entry.more ?? [])];
  // A notice of long ago neither stops nor restarts what runs now.
  const actions = offered.filter((action) => (whileRunning.has(action) ? isOpen : action !== 'restart-agent' || isLast));
  return (
    <div class={`notice ${entry.level}`} role={entry.level === 'info' ? undefined : 'note'}>
      <Icon name={noticeIcons[entry.level]} />
      <div class="notice-text">
        <div dir="auto">{makeVisible(cut(entry.text, { lines: 12, characters: 2000, keep: 'start' }).text)}</div>
        {entry.detail !== undefined && (
          <details>
            <summary>{t('Details')}</summary>
            <pre tabIndex={0}>{makeVisible(cut(entry.detail, { lines: 100, characters: 10_000, keep: 'start' }).text)}</pre>
          </details>
        )}
      </div>
      {actions.map((action) => (
        <Button
          key={action}
          isDisabled={!page.isConnected.value && action !== 'show-log'}
          onClick={() => void page.attempt(actOn(page, action, turn))}
        >
          {t(words[action].word)}
        </Button>
      ))}
    </div>
  );
}

/** What the button of a notice does. */
function actOn(page: Page, action: NoticeAction, turn: string): Promise<unknown> {
  switch (action) {
    case 'restart-agent':
      return page.link.host('agent/restart', {});
    case 'stop':
      return page.link.host('turn/cancel', {});
    case 'wait':
      return page.link.host('turn/wait', {});
    case 'retry':
      return page.link.host('session/retry', { turn });
    case 'continue':
      return page.link.host('session/continue', {});
    case 'show-log':
      return page.link.ui('ui/command', { command: 'showLog' });
    case 'sign-in':
      return page.link.ui('ui/command', { command: 'signIn' });
    case 'open-settings':
      return page.link.ui('ui/command', { command: 'openSettings' });
  }
}

/** A question in the transcript: a line that points at the card below while it is open, then who decided and when. */
export function PermissionLine({ entry }: { readonly entry: PermissionEntry }): JSX.Element {
  const page = usePage();
  const { answer } = entry;
  const title = visibleLine(entry.command ?? entry.title).slice(0, 300);
  if (answer === undefined) {
    return (
      <div class="permission-line pending">
        <Icon name="bell-dot" />
        <span class="permission-title">{t('Waiting for your answer: {0}', title)}</span>
      </div>
    );
  }
  const isAllowed = answer.role === 'allow-once' || answer.role === 'allow-always';
  const icon = answer.outcome === 'cancelled' ? 'circle-slash' : isAllowed ? 'pass' : answer.role === 'other' ? 'check' : 'error';
  return (
    <div
      class={`permission-line ${isAllowed ? 'allowed' : ''}`}
      title={`${entry.title.slice(0, 300)}\n${instant(answer.at, page.settings.value.locale)}`}
    >
      <Icon name={icon} />
      <span class="permission-title">{title}</span>
      <span class="quiet">
        {t('{0} · {1} · {2}', visibleLine(answer.label), whoOf(answer), timeOf(answer.at, page.settings.value.locale))}
      </span>
    </div>
  );
}

/** Who decided: a window, or a rule with what it says and whose it is. */
function whoOf({ by, rule }: PermissionAnswer): string {
  if (rule === undefined) return visibleLine(by);
  const text = visibleLine(rule.text).slice(0, 100);
  if (rule.origin === 'session') return t('rule of this session: {0}', text);
  return rule.origin === 'user' ? t('rule of your settings: {0}', text) : t('rule of the workspace: {0}', text);
}

function timeOf(at: string, locale: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
}

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Picker } from '../../model/controls.ts';
import { groupsOf } from '../../model/controls.ts';
import { statusOf } from '../../model/status.ts';
import { statusTable } from '../../model/statusTable.ts';
import { ReviewButton } from '../review/reviewPanel.tsx';
import { visibleLine } from '../text/visible.ts';
import { Counts, shownPath } from '../review/diffView.tsx';
import { Icon, IconButton } from '../page/controls.tsx';
import { Children, Parent } from './family.tsx';
import { InstructionsButton } from './instructions.tsx';
import { Meter } from './meter.tsx';
import { openFind, usePage, useSession } from '../page/page.ts';
import { t, timeOfDay } from '../page/words.ts';

/** The head of the panel: what this session is, how it is, and what can be set. */
export function Header(): JSX.Element {
  const page = usePage();
  return (
    <header class="header">
      <div class="header-line first">
        <Status />
        <Title />
        <span class="spacer" />
        <Changes />
        <ReviewButton />
        <Arrows />
        <IconButton icon="search" label={t('Find in this Session')} onClick={() => openFind(page)} />
        <CopyAll />
      </div>
      <div class="header-line second">
        <Agent />
        <Parent />
        <Children />
        <Pickers />
        <Place />
        <InstructionsButton />
        <span class="spacer" />
        <Meter />
      </div>
    </header>
  );
}

/** Lead from one message of the person to the next, where there is one. */
function Arrows(): JSX.Element {
  const page = usePage();
  const { above, below } = page.prompts.value;
  const go = (direction: -1 | 1) => () => page.transcript.current?.toPrompt(direction);
  return (
    <>
      <IconButton icon="arrow-up" label={t('Previous Message of Yours')} isIdle={!above} onClick={go(-1)} />
      <IconButton icon="arrow-down" label={t('Next Message of Yours')} isIdle={!below} onClick={go(1)} />
    </>
  );
}

function Status(): JSX.Element {
  const status = useSession((state) => statusOf(state).status);
  const reason = useSession((state) => statusOf(state).reason);
  const page = usePage();
  const row = statusTable[status];
  const said = reason === undefined ? t(row.word) : `${t(row.word)}: ${visibleLine(reason)}`;
  const since = useSession((state) => statusOf(state).since);
  const until = useSession((state) => statusOf(state).until);
  const { locale } = page.settings.value;
  const time = until === undefined ? since && t('since {0}', timeOfDay(since, locale)) : t('until {0}', timeOfDay(until, locale));
  const text = time === undefined ? said : `${said} (${time})`;
  return (
    <span class={`status ${row.group}`} title={text.slice(0, 500)}>
      <Icon name={row.icon} />
      <span class="status-word">{t(row.word)}</span>
    </span>
  );
}

function Title(): JSX.Element {
  const page = usePage();
  const title = useSession((state) => state.title);
  const isEditing = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isEditing.value) field.current?.select();
  }, [isEditing.value]);
  if (!isEditing.value) {
    return (
      <h1 class="title">
        <button type="button" title={t('Rename')} onClick={() => (isEditing.value = true)}>
          {visibleLine(title) || t('Session')}
        </button>
      </h1>
    );
  }
  const finish = (isKept: boolean): void => {
    if (!isEditing.value) return;
    isEditing.value = false;
    const next = field.current?.value.trim() ?? '';
    if (isKept && next !== '' && next !== title) void page.attempt(page.link.host('session/rename', { title: next.slice(0, 200) }));
  };
  return (
    <input
      ref={field}
      class="title-field"
      defaultValue={title}
      maxLength={200}
      aria-label={t('Title of the session')}
      onKeyDown={(event) => {
        if (event.isComposing || event.defaultPrevented) return;
        if (event.key === 'Enter') finish(true);
        if (event.key === 'Escape') finish(false);
      }}
      onBlur={() => finish(true)}
    />
  );
}

function Changes(): JSX.Element | null {
  const page = usePage();
  const files = useSession((state) => state.files);
  if (files.length === 0) return null;
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  const names = files.slice(-20).map((file) => shownPath(file.path, page.session.peek().cwd));
  return (
    <button
      type="button"
      class="changes"
      title={`${t('Open all changes of this session')}\n${names.join('\n')}`}
      onClick={() => void page.attempt(page.link.ui('ui/openChanges', {}))}
    >
      <Icon name="diff-multiple" />
      <span class="wide-only">{files.length === 1 ? t('1 file') : t('{0} files', files.length)}</span>
      <Counts added={added} removed={removed} />
    </button>
  );
}

function CopyAll(): JSX.Element {
  const page = usePage();
  return (
    <IconButton
      icon="copy"
      label={t('Copy Transcript')}
      onClick={() =>
        void page
          .attempt(page.link.host('session/transcript', {}).then(({ markdown }) => page.link.ui('ui/copy', { text: markdown })))
          .then((isDone) => {
            if (isDone) page.announcer.say(t('Copied.'));
          })
      }
    />
  );
}

function Agent(): JSX.Element {
  const name = useSession((state) => state.agentName ?? state.agent);
  const version = useSession((state) => state.agentVersion);
  const page = usePage();
  const full = visibleLine(version === undefined ? name : `${name} ${version}`);
  return (
    <button
      type="button"
      class="agent"
      title={t('{0}: a click gives the session to another agent', full)}
      onClick={() => void page.attempt(page.link.ui('ui/command', { command: 'switchAgent' }))}
    >
      <Icon name="robot" />
      <span>{visibleLine(name)}</span>
    </button>
  );
}

function Pickers(): JSX.Element {
  const pickers = useSession((state) => state.controls.pickers);
  return (
    <>
      {pickers.map((picker) => (
        <PickerView key={picker.id} picker={picker} />
      ))}
    </>
  );
}

function PickerView({ picker }: { readonly picker: Picker }): JSX.Element {
  const page = usePage();
  const chosen = picker.options.find((option) => option.id === picker.value);
  return (
    <select
      class="picker"
      aria-label={visibleLine(picker.label)}
      title={[picker.label, chosen?.description].filter(Boolean).join(': ').slice(0, 300)}
      value={picker.value}
      disabled={!page.isConnected.value}
      onChange={(event) => {
        const field = event.currentTarget;
        void page.attempt(page.link.host('session/pick', { picker: picker.id, value: field.value })).then((isDone) => {
          if (!isDone) field.value = picker.value;
        });
      }}
    >
      {groupsOf(picker.options.slice(0, 200)).map(({ group, options }) =>
        group === undefined ? (
          options.map(optionView)
        ) : (
          <optgroup key={`group ${group}`} label={visibleLine(group)}>
            {options.map(optionView)}
          </optgroup>
        ),
      )}
    </select>
  );
}

function optionView({ id, label }: Picker['options'][number]): JSX.Element {
  return (
    <option key={id} value={id}>
      {visibleLine(label)}
    </option>
  );
}

function Place(): JSX.Element | null {
  const branch = useSession((state) => state.branch);
  const cwd = useSession((state) => state.cwd);
  const folder = useSession((state) => state.folder);
  const isElsewhere = cwd !== folder && cwd !== '';
  if (branch === undefined && !isElsewhere) return null;
  return (
    <span class="place" title={cwd}>
      <Icon name={isElsewhere ? 'worktree' : 'git-branch'} />
      <span>{visibleLine(branch ?? cwd.split(/[\\/]/).at(-1) ?? cwd)}</span>
    </span>
  );
}

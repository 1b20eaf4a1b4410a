import { Fragment } from 'preact';
import type { JSX } from 'preact';
import type { ToolContent, ToolEntry } from '../../model/entries.ts';
import { toolIcons } from '../../model/toolIcons.ts';
import type { TaskState } from '../../model/states.ts';
import { isTerminal, wordFor } from '../../model/states.ts';
import { toolStart, toolWord } from '../../model/toolCall.ts';
import { Icon } from '../page/controls.tsx';
import { toggle, usePage } from '../page/page.ts';
import { duration, instant, t } from '../page/words.ts';
import type { CutLimit } from '../text/cut.ts';
import { visibleLine } from '../text/visible.ts';
import { Counts, DiffView, shownPath } from '../review/diffView.tsx';
import { StoredImage } from './imageView.tsx';
import { StoredFile } from './storedFile.tsx';
import { Output } from './textView.tsx';

const inputLimit: CutLimit = { lines: 8, characters: 2000, keep: 'start' };
const resultLimit: CutLimit = { lines: 16, characters: 4000, keep: 'start' };
/** Of a command the end matters. */
const commandLimit: CutLimit = { lines: 12, characters: 4000, keep: 'end' };

/** A tool call: one line that opens to what went in and what came out. Commands are open from the start, everything else is folded. */
export function ToolView({ entry }: { readonly entry: ToolEntry }): JSX.Element {
  const page = usePage();
  const isOpen = page.toggled.value.has(entry.id) !== (entry.toolKind === 'execute' && entry.content.length > 0);
  const diffs = entry.content.flatMap((part) => (part.type === 'diff' ? [part.diff] : []));
  const title = visibleLine(entry.title) || t('Tool call');
  const start = toolStart(entry);
  const took = duration(start, entry.endedAt);
  return (
    <div class={`tool ${isOpen ? 'open' : ''}`}>
      <button
        type="button"
        class="tool-head"
        aria-expanded={isOpen}
        title={[entry.title.slice(0, 500), instant(entry.at, page.settings.value.locale), took].filter(Boolean).join('\n')}
        onClick={() => toggle(page, entry.id)}
      >
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
        <Icon name={toolIcons[entry.toolKind]} />
        <span class="tool-title">{title.slice(0, 500)}</span>
        {diffs.length > 0 && (
          <Counts added={diffs.reduce((sum, diff) => sum + diff.added, 0)} removed={diffs.reduce((sum, diff) => sum + diff.removed, 0)} />
        )}
        {took !== undefined && Date.parse(entry.endedAt ?? '') - Date.parse(start) >= 1000 && <span class="quiet took">{took}</span>}
        <StateMark state={entry.state} word={toolWord(entry)} />
      </button>
      {isOpen && <ToolBody entry={entry} />}
    </div>
  );
}

function ToolBody({ entry }: { readonly entry: ToolEntry }): JSX.Element {
  const isEmpty = entry.input === undefined && entry.content.length === 0 && entry.locations.length === 0;
  return (
    <div class="tool-body">
      {entry.input !== undefined && <Output title={t('Input')} content={entry.input} limit={inputLimit} />}
      <Contents entry={entry.id} content={entry.content} limit={entry.toolKind === 'execute' ? commandLimit : resultLimit} />
      <Locations entry={entry} />
      {isEmpty && <div class="quiet">{isTerminal(entry.state) ? t('It said nothing.') : t('Nothing yet.')}</div>}
    </div>
  );
}

interface ContentsProps {
  readonly entry: string;
  readonly content: readonly ToolContent[];
  readonly limit: CutLimit;
}

/** What a tool call or a question shows: text, changes, pictures and resources. */
export function Contents({ entry, content, limit }: ContentsProps): JSX.Element {
  const page = usePage();
  return (
    <>
      {content.map((part, index) => {
        switch (part.type) {
          case 'text':
            return (
              <Fragment key={index}>
                <Output title={t('Output')} content={part.text} limit={limit} />
                {part.terminal !== undefined && <TerminalFoot terminal={part.terminal} />}
              </Fragment>
            );
          case 'diff':
            return <DiffView key={index} entry={entry} index={index} diff={part.diff} />;
          case 'image':
            return <StoredImage key={index} blob={part.blob} mimeType={part.mimeType} bytes={part.bytes} />;
          case 'file':
            return <StoredFile key={index} {...part} />;
          case 'resource':
            return part.text === undefined ? (
              <div key={index} class="quiet">
                {visibleLine(part.name || part.uri)}
              </div>
            ) : (
              <Output key={index} title={visibleLine(part.name) || page.session.peek().title} content={part.text} limit={limit} />
            );
        }
      })}
    </>
  );
}

/** Below the output of a terminal: how its command ended, and a way to watch it in the editor. */
function TerminalFoot({ terminal }: { readonly terminal: NonNullable<Extract<ToolContent, { type: 'text' }>['terminal']> }): JSX.Element {
  const page = usePage();
  const { exitCode, signal } = terminal;
  return (
    <div class="chips">
      <button
        type="button"
        class="chip"
        disabled={!page.isConnected.value}
        onClick={() => void page.attempt(page.link.ui('ui/showTerminal', { terminal: terminal.id }))}
      >
        <Icon name="terminal" />
        <span>{t('Show Terminal')}</span>
      </button>
      {signal !== undefined && <span class="quiet">{t('Ended by {0}', visibleLine(signal))}</span>}
      {signal === undefined && exitCode !== undefined && <span class="quiet">{t('Exit code {0}', exitCode)}</span>}
    </div>
  );
}

/** The places that a call touches; a click opens the file at the line. */
export function Locations({ entry }: { readonly entry: Pick<ToolEntry, 'locations'> }): JSX.Element | null {
  const page = usePage();
  if (entry.locations.length === 0) return null;
  return (
    <div class="chips">
      {entry.locations.slice(0, 20).map((location, index) => (
        <button
          key={index}
          type="button"
          class="chip"
          title={location.path}
          onClick={() => void page.attempt(page.link.ui('ui/openFile', { location }))}
        >
          <Icon name="go-to-file" />
          <span>
            {visibleLine(shownPath(location.path, page.session.peek().cwd))}
            {location.line !== undefined && `:${location.line + 1}`}
          </span>
        </button>
      ))}
    </div>
  );
}

const stateIcons: Readonly<Record<TaskState, string>> = {
  pending: 'circle-outline',
  queued: 'watch',
  running: 'loading~spin',
  processing: 'loading~spin',
  completed: 'check',
  succeeded: 'check',
  failed: 'error',
  error: 'error',
  cancelled: 'circle-slash',
};

interface StateMarkProps {
  readonly state: TaskState;
  readonly word?: string;
}

/** The state as an icon with its word for tooltips and screen readers. */
export function StateMark({ state, word = wordFor(state) }: StateMarkProps): JSX.Element {
  return (
    <span class={`state ${state}`} role="img" aria-label={t(word)} title={t(word)}>
      <Icon name={stateIcons[state]} />
    </span>
  );
}

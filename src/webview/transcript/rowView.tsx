import type { JSX } from 'preact';
import { memo } from '../page/memo.ts';
import { Icon } from '../page/controls.tsx';
import { toggle, usePage } from '../page/page.ts';
import { instant, t } from '../page/words.ts';
import { visibleLine } from '../text/visible.ts';
import { CodePartView } from './codeView.tsx';
import { EndView } from './endView.tsx';
import { NoticeView, PermissionLine, PlanView } from './entryViews.tsx';
import { StoredImage } from './imageView.tsx';
import { MarkdownNode } from './markdownView.tsx';
import { PromptView } from './promptView.tsx';
import { QuestionLine } from './questionLine.tsx';
import { RestoreView } from './restoreView.tsx';
import type { BlockRow, EntryRow, Row, ThoughtRow } from '../page/rows.ts';
import { StoredFile } from './storedFile.tsx';
import { ToolView } from './toolView.tsx';

interface RowViewProps {
  readonly row: Row;
  /** The row belongs to the last turn of the session. */
  readonly isLast: boolean;
}

/** Draws one row; it is drawn again only when its row is another object. */
export const RowView = memo(function RowView({ row, isLast }: RowViewProps): JSX.Element {
  switch (row.kind) {
    case 'prompt':
      return <PromptView row={row} />;
    case 'block':
      return <BlockView row={row} />;
    case 'thought':
      return <ThoughtHead row={row} />;
    case 'entry':
      return <EntryView row={row} />;
    case 'end':
      return <EndView row={row} isLast={isLast} />;
  }
});

function BlockView({ row }: { readonly row: BlockRow }): JSX.Element {
  const page = usePage();
  const { node, isOpen } = row.block;
  const classes = ['block', row.isThought ? 'thought-block' : '', row.isFirst ? 'first' : '', row.isLast ? 'last' : ''].join(' ');
  return (
    <div class={classes} {...(row.isFirst ? { title: instant(row.at, page.settings.value.locale) } : {})}>
      {node.type === 'codePart' ? <CodePartView part={node} isOpen={isOpen} /> : <MarkdownNode node={node} />}
    </div>
  );
}

function ThoughtHead({ row }: { readonly row: ThoughtRow }): JSX.Element {
  const page = usePage();
  return (
    <button
      type="button"
      class="tool-head thought-head"
      aria-expanded={row.isUnfolded}
      title={instant(row.at, page.settings.value.locale)}
      onClick={() => toggle(page, row.key)}
    >
      <Icon name={row.isUnfolded ? 'chevron-down' : 'chevron-right'} />
      <Icon name={row.isOpen ? 'loading~spin' : 'lightbulb'} />
      <span class="tool-title">
        {row.isOpen ? t('Thinking') : t('Thought')}
        {!row.isUnfolded && <span class="quiet">{`  ${visibleLine(row.beginning)}`}</span>}
      </span>
    </button>
  );
}

function EntryView({ row }: { readonly row: EntryRow }): JSX.Element {
  const { entry } = row;
  switch (entry.kind) {
    case 'tool':
      return <ToolView entry={entry} />;
    case 'plan':
      return <PlanView entry={entry} />;
    case 'permission':
      return <PermissionLine entry={entry} />;
    case 'question':
      return <QuestionLine entry={entry} />;
    case 'file':
      return <StoredFile {...entry} />;
    case 'notice':
      return <NoticeView entry={entry} turn={row.turn} />;
    case 'restore':
      return <RestoreView entry={entry} />;
    case 'image':
      return <StoredImage blob={entry.blob} mimeType={entry.mimeType} bytes={entry.bytes} />;
  }
}

import type { JSX } from 'preact';
import type { PromptPart } from '../../model/content.ts';
import { promptText } from '../../model/content.ts';
import { Button, Icon, IconButton } from '../page/controls.tsx';
import { copy, toggle, usePage, useSession } from '../page/page.ts';
import { instant, t } from '../page/words.ts';
import { cut, cutLongLines } from '../text/cut.ts';
import { makeVisible, visibleLine } from '../text/visible.ts';
import { StoredImage } from './imageView.tsx';
import type { PromptRow } from '../page/rows.ts';

/** A prompt as a person sent it, with its attachments and what can be done with it. */
export function PromptView({ row }: { readonly row: PromptRow }): JSX.Element {
  const page = usePage();
  const text = row.prompt.map((part) => (part.type === 'text' ? part.text : part.type === 'file' ? `@${part.name}` : '')).join('');
  const isWhole = page.toggled.value.has(row.key);
  const shown = isWhole ? { text, isCut: false } : cut(text, { lines: 24, characters: 3000, keep: 'start' });
  return (
    <div class="prompt" title={instant(row.at, page.settings.value.locale)}>
      <div class="prompt-text" dir="auto">
        {makeVisible(cutLongLines(shown.text, 20_000))}
        {shown.isCut && '…'}
      </div>
      {shown.isCut && <Button onClick={() => toggle(page, row.key)}>{t('Show All')}</Button>}
      <Attachments parts={row.prompt} />
      <div class="row-actions on-hover">
        <IconButton icon="copy" label={t('Copy Message')} onClick={() => void copy(page, promptText(row.prompt))} />
        <IconButton icon="edit" label={t('Edit and Send Again')} onClick={() => page.composer.current?.edit(row.turn, row.prompt)} />
        <IconButton
          icon="refresh"
          label={t('Send Again')}
          isDisabled={!page.isConnected.value}
          onClick={() => void page.attempt(page.link.host('session/retry', { turn: row.turn }))}
        />
        <RestoreButton row={row} />
      </div>
    </div>
  );
}

/** Where this turn or a later one changed files, they can go back to before it. */
function RestoreButton({ row }: { readonly row: PromptRow }): JSX.Element | null {
  const page = usePage();
  const hasChanges = useSession((state) => state.turns.some(({ index, files }) => index >= row.turnIndex && (files?.length ?? 0) > 0));
  if (!hasChanges) return null;
  return (
    <IconButton
      icon="discard"
      label={page.isRunning.value ? t('Files can be restored when the turn has ended') : t('Restore Files to Before This Message')}
      isDisabled={!page.isConnected.value || page.isRunning.value}
      onClick={() => void page.attempt(page.link.ui('ui/restore', { turn: row.turn }))}
    />
  );
}

function Attachments({ parts }: { readonly parts: readonly PromptPart[] }): JSX.Element | null {
  const page = usePage();
  const others = parts.filter((part) => part.type !== 'text');
  if (others.length === 0) return null;
  return (
    <div class="chips">
      {others.map((part, index) => {
        if (part.type === 'image')
          return <StoredImage key={index} blob={part.blob} mimeType={part.mimeType} bytes={part.bytes} name={part.name} />;
        const open = (): void => {
          void page.attempt(
            part.type === 'file'
              ? page.link.ui('ui/openFile', {
                  location: { path: part.path, ...(part.range === undefined ? {} : { line: part.range.start }) },
                })
              : page.link.ui('ui/openText', {
                  title: part.name,
                  text: part.content.text,
                  ...(part.content.blob === undefined ? {} : { blob: part.content.blob }),
                }),
          );
        };
        return (
          <button key={index} type="button" class="chip" title={part.type === 'file' ? part.path : part.name} onClick={open}>
            <Icon name={part.type === 'file' ? 'file' : 'paste'} />
            <span>{visibleLine(part.name)}</span>
          </button>
        );
      })}
    </div>
  );
}

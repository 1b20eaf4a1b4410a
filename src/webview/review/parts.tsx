import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { messageOf } from '../../base/errors.ts';
import type { FileCount } from '../../model/entries.ts';
import type { ResultOf } from '../../protocol/contract.ts';
import type { HostRequests } from '../../protocol/host.ts';
import { usePage } from '../page/page.ts';
import { t } from '../page/words.ts';
import { makeVisible } from '../text/visible.ts';
import { decide, holdFocus } from './decide.ts';
import { DecideButtons } from './decideButtons.tsx';

type Change = ResultOf<HostRequests['session/change']>;
type Part = NonNullable<Change['parts']>[number];

interface PartsProps {
  readonly turn: string;
  readonly file: FileCount;
  readonly name: string;
}

/** The parts of a file's change, each to be kept or undone by itself. They are asked for when they are opened, and again when the file changed. */
export function Parts({ turn, file, name }: PartsProps): JSX.Element {
  const page = usePage();
  const [change, setChange] = useState<Change>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    let isWanted = true;
    page.link.host('session/change', { turn, path: file.path }).then(
      (answer) => {
        if (isWanted) setChange(answer);
      },
      (thrown: unknown) => {
        if (isWanted) setProblem(messageOf(thrown));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [page, turn, file]);
  if (problem !== undefined) return <div class="quiet padded">{problem}</div>;
  if (change === undefined) return <div class="quiet padded">{t('Comparing …')}</div>;
  const { parts } = change;
  if (parts === undefined) return <div class="quiet padded">{t('The change is too large to be shown in parts.')}</div>;
  return (
    <div class="parts">
      {parts.map((part, index) => (
        <PartView key={part.id} turn={turn} path={file.path} part={part} name={name} number={index + 1} count={parts.length} />
      ))}
      {change.isCut && <div class="quiet padded">{t('There is more. Compare the file to see all of it.')}</div>}
    </div>
  );
}

interface PartViewProps {
  readonly turn: string;
  readonly path: string;
  readonly part: Part;
  readonly name: string;
  readonly number: number;
  readonly count: number;
}

function PartView({ turn, path, part, name, number, count }: PartViewProps): JSX.Element {
  const page = usePage();
  const box = useRef<HTMLDivElement>(null);
  const [left, setLeft] = useState<string>();
  const title = t('Part {0} of {1}', number, count);
  const choose = (decision: 'keep' | 'undo'): void => {
    void holdFocus(box.current, decide(page, decision, { turn, path, part: part.id }).then(setLeft));
  };
  return (
    <div class={`part ${part.review}`} role="group" aria-label={`${title}: ${name}`} ref={box}>
      <div class="part-head">
        <span class="quiet">{t('{0}, line {1}', title, part.newStart)}</span>
        <span class="spacer" />
        {count > 1 && <DecideButtons what={t('{0} of {1}', title, name)} review={part.review} onDecide={choose} />}
      </div>
      {left !== undefined && (
        <div class="file-left" role="note">
          {t('Left alone: {0}', t(left))}
        </div>
      )}
      <pre tabIndex={0} role="group" aria-label={t('Change of {0}', name)}>
        {part.lines.map((line, at) => (
          <span key={at} class={`diff-line ${kindOf(line)}`}>
            {line.startsWith('\\') ? `  ${t('(no line break at the end)')}\n` : `${line.slice(0, 1)} ${makeVisible(line.slice(1))}\n`}
          </span>
        ))}
      </pre>
    </div>
  );
}

function kindOf(line: string): string {
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : line.startsWith('\\') ? 'gap' : 'same';
}

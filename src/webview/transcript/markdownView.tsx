import type { JSX } from 'preact';
import type { BlockNode, Inline, ListItem, TableRow } from '../text/markdownTree.ts';
import { cutLongLines } from '../text/cut.ts';
import { makeVisible } from '../text/visible.ts';
import { t } from '../page/words.ts';
import { Link } from './linkView.tsx';

/** Rows of a table that are drawn. */
const tableRowLimit = 100;

/** Draws inline markdown. Text nodes only: there is no HTML in between. */
export function Inlines({ nodes }: { readonly nodes: readonly Inline[] }): JSX.Element {
  return <>{nodes.map((node, index) => inline(node, index))}</>;
}

function inline(node: Inline, key: number): JSX.Element | string {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'code':
      return <code key={key}>{makeVisible(node.text)}</code>;
    case 'break':
      return <br key={key} />;
    case 'mark': {
      const Tag = node.mark;
      return (
        <Tag key={key}>
          <Inlines nodes={node.children} />
        </Tag>
      );
    }
    case 'link':
      return (
        <Link key={key} href={node.href}>
          <Inlines nodes={node.children} />
        </Link>
      );
    case 'image':
      // A remote image would tell its server that somebody reads this: only its words and a link are shown.
      return (
        <Link key={key} href={node.src}>
          {node.alt === '' ? t('image') : t('image: {0}', node.alt)}
        </Link>
      );
  }
}

/** Draws a block of markdown; code of the top level has rows of its own (`CodePartView`). */
export function MarkdownNode({ node }: { readonly node: BlockNode }): JSX.Element {
  switch (node.type) {
    case 'paragraph':
      return (
        <p dir="auto">
          <Inlines nodes={node.children} />
        </p>
      );
    case 'heading':
      // All are of the level below the page's title: what stands before one may not be drawn, and a level must not be left out.
      return (
        <div class={`heading h${node.level}`} role="heading" aria-level={2} dir="auto">
          <Inlines nodes={node.children} />
        </div>
      );
    case 'quote':
      return (
        <blockquote>
          {node.children.map((child, index) => (
            <MarkdownNode key={index} node={child} />
          ))}
        </blockquote>
      );
    case 'list':
      return <ListView node={node} />;
    case 'code':
      return (
        <pre>
          <code>{makeVisible(cutLongLines(node.text, 2000))}</code>
        </pre>
      );
    case 'table':
      return <TableView node={node} />;
    case 'rule':
      return <hr />;
  }
}

function ListView({ node }: { readonly node: Extract<BlockNode, { type: 'list' }> }): JSX.Element {
  const items = node.items.map((item, index) => <ItemView key={index} item={item} />);
  return node.ordered ? <ol start={node.start}>{items}</ol> : <ul>{items}</ul>;
}

function ItemView({ item }: { readonly item: ListItem }): JSX.Element {
  const children = item.children.map((child, index) => (
    // A tight item holds its words without a paragraph's margins; the style sheet sees to that.
    <MarkdownNode key={index} node={child} />
  ));
  if (item.checked === undefined) return <li>{children}</li>;
  return (
    <li class="task">
      <input type="checkbox" checked={item.checked} disabled aria-label={item.checked ? t('done') : t('not done')} />
      <div>{children}</div>
    </li>
  );
}

function TableView({ node }: { readonly node: Extract<BlockNode, { type: 'table' }> }): JSX.Element {
  const hidden = node.rows.length - tableRowLimit;
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={t('Table')}>
      <table>
        <thead>
          <tr>{cells(node.head, node.align, true)}</tr>
        </thead>
        <tbody>
          {node.rows.slice(0, tableRowLimit).map((row, index) => (
            <tr key={index}>{cells(row, node.align, false)}</tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 && <div class="quiet">{t('{0} more rows are not shown.', hidden)}</div>}
    </div>
  );
}

function cells(row: TableRow, align: readonly string[], isHead: boolean): readonly JSX.Element[] {
  return row.map((cell, index) => {
    const side = align[index] ?? '';
    const Tag = isHead ? 'th' : 'td';
    return (
      <Tag key={index} class={side === '' ? '' : `align-${side}`} {...(isHead ? { scope: 'col' } : {})}>
        <Inlines nodes={cell} />
      </Tag>
    );
  });
}

import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import { inlineNodes, plainText } from './markdownInline.ts';
import type { BlockNode, Inline, ListItem, TableRow, TopBlock } from './markdownTree.ts';

/** No HTML; every address is kept as it stands, because the allow list of `links.ts` judges it where it is drawn. */
const parser = new MarkdownIt({ html: false, linkify: true, typographer: false, maxNesting: 40 });
parser.validateLink = () => true;
// Without a scheme `main.rs` and `README.md` would become links to domains.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });

/** Parses markdown into the blocks of its top level. */
export function parseMarkdown(source: string): readonly TopBlock[] {
  const cursor: Cursor = { tokens: parser.parse(source, {}), at: 0 };
  const blocks: TopBlock[] = [];
  let line = 0;
  while (cursor.at < cursor.tokens.length) {
    const [from, to] = cursor.tokens[cursor.at]?.map ?? [line, line + 1];
    const first = cursor.at;
    const node = block(cursor);
    line = to;
    if (node === undefined) continue;
    const itemLines = node.type === 'list' ? itemStarts(cursor.tokens, first, cursor.at) : undefined;
    blocks.push({ node, from, to, ...(itemLines === undefined ? {} : { itemLines }) });
  }
  return blocks;
}

/** A parsed place in the token list; each function below moves it behind what it reads. */
interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

function block(cursor: Cursor): BlockNode | undefined {
  const token = cursor.tokens[cursor.at++];
  switch (token?.type) {
    case 'paragraph_open':
      return { type: 'paragraph', children: inlineUntil(cursor, 'paragraph_close') };
    case 'heading_open':
      return { type: 'heading', level: Number(token.tag.slice(1)), children: inlineUntil(cursor, 'heading_close') };
    case 'blockquote_open':
      return { type: 'quote', children: blocksUntil(cursor, 'blockquote_close') };
    case 'bullet_list_open':
      return { type: 'list', ordered: false, start: 1, items: items(cursor, 'bullet_list_close') };
    case 'ordered_list_open':
      return { type: 'list', ordered: true, start: Number(token.attrGet('start') ?? 1), items: items(cursor, 'ordered_list_close') };
    case 'fence':
      return { type: 'code', language: /^[\w+#.-]*/.exec(token.info.trim())?.[0] ?? '', text: withoutLastBreak(token.content) };
    case 'code_block':
      return { type: 'code', language: '', text: withoutLastBreak(token.content) };
    case 'hr':
      return { type: 'rule' };
    case 'table_open':
      return table(cursor);
    case 'inline':
      return { type: 'paragraph', children: inlineNodes(token.children ?? []) };
    default:
      return undefined;
  }
}

function blocksUntil(cursor: Cursor, close: string): readonly BlockNode[] {
  const blocks: BlockNode[] = [];
  while (cursor.at < cursor.tokens.length && cursor.tokens[cursor.at]?.type !== close) {
    const node = block(cursor);
    if (node !== undefined) blocks.push(node);
  }
  cursor.at++;
  return blocks;
}

function inlineUntil(cursor: Cursor, close: string): readonly Inline[] {
  const nodes: Inline[] = [];
  for (let token = cursor.tokens[cursor.at++]; token !== undefined && token.type !== close; token = cursor.tokens[cursor.at++]) {
    if (token.type === 'inline') nodes.push(...inlineNodes(token.children ?? []));
  }
  return nodes;
}

function items(cursor: Cursor, close: string): readonly ListItem[] {
  const found: ListItem[] = [];
  for (let token = cursor.tokens[cursor.at++]; token !== undefined && token.type !== close; token = cursor.tokens[cursor.at++]) {
    if (token.type === 'list_item_open') found.push(task(blocksUntil(cursor, 'list_item_close')));
  }
  return found;
}

/** `[ ] ` or `[x] ` at the beginning of an item makes it a task. */
function task(children: readonly BlockNode[]): ListItem {
  const [first, ...rest] = children;
  if (first?.type !== 'paragraph') return { children };
  const [text, ...others] = first.children;
  const box = text?.type === 'text' ? /^\[([ xX])\](?:\s+|$)/.exec(text.text) : null;
  if (text?.type !== 'text' || box === null) return { children };
  const paragraph: BlockNode = { type: 'paragraph', children: [{ type: 'text', text: text.text.slice(box[0].length) }, ...others] };
  return { checked: box[1] !== ' ', children: [paragraph, ...rest] };
}

function table(cursor: Cursor): BlockNode {
  const rows: TableRow[] = [];
  const align: string[] = [];
  let row: (readonly Inline[])[] = [];
  for (let token = cursor.tokens[cursor.at++]; token !== undefined && token.type !== 'table_close'; token = cursor.tokens[cursor.at++]) {
    if (token.type === 'tr_open') row = [];
    if (token.type === 'tr_close') rows.push(row);
    if (token.type === 'th_open') align.push(/text-align:(\w+)/.exec(String(token.attrGet('style') ?? ''))?.[1] ?? '');
    if (token.type === 'inline') row.push(inlineNodes(token.children ?? []));
  }
  return { type: 'table', head: rows[0] ?? [], rows: rows.slice(1), align };
}

function itemStarts(tokens: readonly Token[], from: number, to: number): readonly number[] {
  const level = (tokens[from]?.level ?? 0) + 1;
  return tokens.slice(from, to).flatMap((token) => (token.type === 'list_item_open' && token.level === level ? [token.map?.[0] ?? 0] : []));
}

function withoutLastBreak(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** The plain text of markdown as far as one line needs it: for the folded line of a thought. */
export function firstLine(source: string): string {
  const start = source.slice(0, 400).trim();
  return plainText(parser.parseInline(start.split('\n')[0] ?? '', {})[0]?.children ?? []).replace(/^[#>\s-]+/, '');
}

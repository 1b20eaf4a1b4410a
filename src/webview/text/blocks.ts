import { parseMarkdown } from './markdown.ts';
import type { BlockNode, TopBlock } from './markdownTree.ts';
import { makeVisible } from './visible.ts';

/** A part of a longer code block: lines `from` to `to` (not included) of all its lines. */
export interface CodePart {
  readonly type: 'codePart';
  /** The whole block: one object for all its parts, so that it is highlighted once. */
  readonly code: CodeText;
  readonly text: string;
  readonly from: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** All of a code block. */
export interface CodeText {
  readonly language: string;
  readonly text: string;
}

/** One piece of a message that is drawn as a row; small enough that no row is slow. `isOpen`: it can still grow. */
export interface Block {
  readonly source: string;
  readonly isOpen: boolean;
  readonly node: Exclude<BlockNode, { type: 'code' }> | CodePart;
}

/** Lines of code in one row, items of a list in one row: what is longer becomes several rows. */
const codeLinesInRow = 30;
const itemsInRow = 20;
/** While it grows, a longer paragraph is shown as plain text: parsing hostile marks again and again would freeze the page. */
const openTailLimit = 16_000;

/**
 * The blocks of a text that only grows. What can no longer change is parsed once and keeps its object for ever; each call parses only the open
 * tail. A text that did not grow from the last one begins anew.
 */
export class MarkdownStream {
  #given = '';
  #text = '';
  #closed: readonly Block[] = [];
  #closedLength = 0;
  #tail: readonly Block[] = [];
  #isOpen = true;
  #list: readonly Block[] = [];

  blocks(text: string, isOpen: boolean): readonly Block[] {
    if (text === this.#given && isOpen === this.#isOpen) return this.#list;
    const settled = settle(text);
    if (!settled.startsWith(this.#text)) this.#reset();
    this.#given = text;
    this.#text = settled;
    this.#isOpen = isOpen;
    this.#parseTail(isOpen);
    this.#list = [...this.#closed, ...this.#tail];
    return this.#list;
  }

  #reset(): void {
    this.#closed = [];
    this.#closedLength = 0;
    this.#tail = [];
  }

  #parseTail(isOpen: boolean): void {
    const source = this.#text.slice(this.#closedLength);
    if (isOpen && isHugeParagraph(source)) {
      this.#tail = reuse([{ source, isOpen, node: { type: 'paragraph', children: [{ type: 'text', text: source }] } }], this.#tail);
      return;
    }
    const tops = parseMarkdown(source);
    const lines = lineStarts(source);
    const open = isOpen ? firstOpen(tops, lines, source) : tops.length;
    const fresh = tops.flatMap((top, index) => pieces(top, source, lines, index >= open));
    const closedCount = tops.slice(0, open).reduce((sum, top) => sum + pieceCount(top), 0);
    const all = reuse(fresh, this.#tail);
    if (open > 0 && isOpen) {
      this.#closed = [...this.#closed, ...all.slice(0, closedCount)];
      this.#closedLength += lines[tops[open]?.from ?? lines.length] ?? source.length;
      this.#tail = all.slice(closedCount);
    } else this.#tail = all;
  }
}

/** One kind of line break, as the parser counts lines; and no override of the direction of writing, which could show another text than it is. */
function settle(text: string): string {
  if (!/[\r\u202a-\u202e\u2066-\u2069]/.test(text)) return text;
  return text.replace(/\r\n?/g, '\n').replace(/[\u202a-\u202e\u2066-\u2069]/g, makeVisible);
}

/** Blocks that are as they were keep their object, so that their row is not drawn again. */
function reuse(fresh: readonly Block[], old: readonly Block[]): readonly Block[] {
  return fresh.map((block, index) => {
    const before = old[index];
    if (before?.source !== block.source || before.isOpen !== block.isOpen || before.node.type !== block.node.type) return block;
    if (before.node.type === 'codePart' && block.node.type === 'codePart' && before.node.isLast !== block.node.isLast) return block;
    return before;
  });
}

/**
 * Only the last block can still change; and the one before it, where the last one begins on a line that is not complete: a lone `#` is a
 * heading, but `#a` belongs to the paragraph above.
 */
function firstOpen(tops: readonly TopBlock[], lines: readonly number[], source: string): number {
  const last = tops.at(-1);
  if (last === undefined) return 0;
  const isIncomplete = !source.endsWith('\n') && last.from === lines.length - 1;
  return Math.max(0, tops.length - (isIncomplete ? 2 : 1));
}

function isHugeParagraph(source: string): boolean {
  return source.length > openTailLimit && !source.slice(0, openTailLimit).includes('\n');
}

/** Where each line begins; a last empty line counts only where text follows. */
function lineStarts(source: string): readonly number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function pieceCount(top: TopBlock): number {
  if (top.node.type === 'code') return Math.max(1, Math.ceil(top.node.text.split('\n').length / codeLinesInRow));
  return top.node.type === 'list' ? Math.max(1, Math.ceil(top.node.items.length / itemsInRow)) : 1;
}

function pieces(top: TopBlock, source: string, lines: readonly number[], isOpen: boolean): readonly Block[] {
  const { node } = top;
  const slice = (from: number, to: number): string => source.slice(lines[from] ?? source.length, lines[to] ?? source.length);
  if (node.type === 'code') return codePieces(node, isOpen);
  const starts = top.itemLines;
  if (node.type !== 'list' || starts === undefined || node.items.length <= itemsInRow)
    return [{ source: slice(top.from, top.to), isOpen, node }];
  const parts: Block[] = [];
  for (let from = 0; from < node.items.length; from += itemsInRow) {
    const to = from + itemsInRow;
    const items = node.items.slice(from, to);
    const part = { ...node, start: node.start + from, items };
    parts.push({ source: slice(starts[from] ?? top.from, starts[to] ?? top.to), isOpen: isOpen && to >= node.items.length, node: part });
  }
  return parts;
}

function codePieces(code: CodeText, isOpen: boolean): readonly Block[] {
  const whole: CodeText = { language: code.language, text: code.text };
  const lines = code.text.split('\n');
  const parts: Block[] = [];
  for (let from = 0; from < lines.length; from += codeLinesInRow) {
    const text = lines.slice(from, from + codeLinesInRow).join('\n');
    const isLast = from + codeLinesInRow >= lines.length;
    parts.push({
      source: `${code.language}\n${text}`,
      isOpen,
      node: { type: 'codePart', code: whole, text, from, isFirst: from === 0, isLast },
    });
  }
  return parts;
}

import type { Token } from 'markdown-it';
import type { Inline } from './markdownTree.ts';

const marks: Readonly<Record<string, 'strong' | 'em' | 's'>> = { strong_open: 'strong', em_open: 'em', s_open: 's' };

interface Open {
  readonly close: (children: readonly Inline[]) => Inline;
  readonly children: Inline[];
}

/** Turns the flat inline tokens of markdown-it into a tree. */
export function inlineNodes(tokens: readonly Token[]): readonly Inline[] {
  const root: Inline[] = [];
  const open: Open[] = [];
  const add = (node: Inline): void => {
    (open.at(-1)?.children ?? root).push(node);
  };
  for (const token of tokens) {
    const mark = marks[token.type];
    if (mark !== undefined) open.push({ children: [], close: (children) => ({ type: 'mark', mark, children }) });
    else if (token.type === 'link_open') {
      const href = String(token.attrGet('href') ?? '');
      open.push({ children: [], close: (children) => ({ type: 'link', href, children }) });
    } else if (token.type.endsWith('_close')) closeLast(open, add);
    else addLeaf(token, add);
  }
  while (open.length > 0) closeLast(open, add);
  return root;
}

function closeLast(open: Open[], add: (node: Inline) => void): void {
  const last = open.pop();
  if (last !== undefined) add(last.close(last.children));
}

function addLeaf(token: Token, add: (node: Inline) => void): void {
  if (token.type === 'code_inline') add({ type: 'code', text: token.content });
  else if (token.type === 'hardbreak') add({ type: 'break' });
  else if (token.type === 'softbreak') add({ type: 'text', text: '\n' });
  else if (token.type === 'image')
    add({ type: 'image', src: String(token.attrGet('src') ?? ''), alt: plainText(token.children ?? []) || token.content });
  else if (token.content !== '') add({ type: 'text', text: token.content });
}

/** What is left of inline tokens without any mark. */
export function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) =>
      token.type === 'softbreak' ? ' ' : token.children === null ? token.content : plainText(token.children) || token.content,
    )
    .join('');
}

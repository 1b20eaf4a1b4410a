/**
 * `webview/find` marks the words that find looks for in what is drawn, and goes from one to the next. It knows neither the find bar nor how
 * the host searches.
 */

/** Parts of the page that are no words of the conversation: buttons, and what is only there for screen readers. */
const furniture = '.row-actions, .code-bar, .decide, .decide-button, .hidden, .button, .output-more, .state, [aria-hidden="true"]';
/** Elements whose text goes on in the line of what stands before. */
const inline = 'span, a, code, em, strong, del, b, i';

/** All places in an element where a text stands, in their order, without regard to case; also across words of different looks in one line. */
export function rangesIn(element: Element, query: string): readonly Range[] {
  if (query === '') return [];
  const pieces: { readonly node: Text; readonly start: number }[] = [];
  let text = '';
  let block: Element | null | undefined;
  for (const node of textsIn(element)) {
    const own = blockOf(node);
    // What stands in another paragraph, cell or line of a list does not go on from the one before.
    if (block !== undefined && own !== block) text += '\n';
    block = own;
    pieces.push({ node, start: text.length });
    text += node.data;
  }
  const [within, wanted] = folded(text, query);
  const ranges: Range[] = [];
  for (let at = within.indexOf(wanted); at !== -1; at = within.indexOf(wanted, at + wanted.length)) {
    const first = pieces.findLast(({ start }) => start <= at);
    const last = pieces.findLast(({ start }) => start < at + wanted.length);
    if (first === undefined || last === undefined) continue;
    const range = document.createRange();
    range.setStart(first.node, Math.min(at - first.start, first.node.length));
    range.setEnd(last.node, Math.min(at + wanted.length - last.start, last.node.length));
    ranges.push(range);
  }
  return ranges;
}

function* textsIn(element: Element): Generator<Text> {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node instanceof Element) return node.matches(furniture) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    return NodeFilter.FILTER_ACCEPT;
  });
  while (walker.nextNode() !== null) if (walker.currentNode instanceof Text) yield walker.currentNode;
}

function blockOf(node: Text): Element | null {
  let element = node.parentElement;
  while (element?.matches(inline) === true) element = element.parentElement;
  return element;
}

/** Both in small letters, unless that changes their length: then places would not be those of the text. */
function folded(text: string, query: string): readonly [string, string] {
  const small = text.toLowerCase();
  return small.length === text.length ? [small, query.toLowerCase()] : [text, query];
}

/** Where a link may lead: to the web, to a mail address, or to a place beside this page. */
const allowedTarget = /^(?:https?:\/\/|mailto:|\)|#|(?:\.{0,2}\/)?[\w\-./]+(?=[)#?\s]))/i;

/**
 * One line of markdown outside of a fence, made harmless. Code spans that begin and end on the line stay; a backtick without a partner
 * becomes an entity, so that every renderer finds the same spans.
 */
export function defuseLine(line: string): string {
  const special = /[\\`<~!\]]/g;
  let out = '';
  let at = 0;
  for (let match = special.exec(line); match !== null; match = special.exec(line)) {
    const step = stepAt(line, match.index);
    out += line.slice(at, match.index) + step.text;
    at = match.index + step.length;
    special.lastIndex = at;
  }
  return out + line.slice(at);
}

interface Step {
  readonly text: string;
  /** Characters of the line that the step stands for. */
  readonly length: number;
}

function stepAt(line: string, at: number): Step {
  const next = line.charAt(at + 1);
  switch (line.charAt(at)) {
    case '\\':
      return afterBackslash(next);
    case '`':
      return codeSpan(line, at);
    case '<':
      return { text: /[A-Za-z/!?]/.test(next) ? '&lt;' : '<', length: 1 };
    case '~':
      return tildes(line, at);
    case '!':
      return { text: next === '[' ? 'image: ' : '!', length: 1 };
    default:
      return afterBracket(line, at, next);
  }
}

function afterBackslash(next: string): Step {
  if (next === '`') return { text: '&#96;', length: 2 };
  if (next === '<') return { text: '&lt;', length: 2 };
  // What an escaped bracket, bang or tilde is followed by must be looked at with it, not as the beginning of something else.
  return /[!-/:-@[-`{-~]/.test(next) ? { text: `\\${next}`, length: 2 } : { text: '\\', length: 1 };
}

function codeSpan(line: string, at: number): Step {
  const run = /^`+/.exec(line.slice(at))?.[0] ?? '`';
  for (const match of line.slice(at + run.length).matchAll(/`+/g)) {
    if (match[0].length !== run.length) continue;
    const span = line.slice(at, at + run.length + match.index + run.length);
    // A table cuts its cells at every bar, also inside of code; half a span is none.
    const text = span.includes('|') || span.includes(']:') ? span.replace(/<(?=[A-Za-z/!?])/g, '&lt;').replaceAll(']:', ']&#58;') : span;
    return { text, length: span.length };
  }
  return { text: '&#96;'.repeat(run.length), length: run.length };
}

function tildes(line: string, at: number): Step {
  const run = /^~+/.exec(line.slice(at))?.[0] ?? '~';
  return { text: run.length < 3 ? run : '&#126;'.repeat(run.length), length: run.length };
}

function afterBracket(line: string, at: number, next: string): Step {
  // A definition may hide its target anywhere on the page, so there is none: `[x]: target` is text.
  if (next === ':' && isDefinition(line, at)) return { text: ']&#58;', length: 2 };
  if (next !== '(') return { text: ']', length: 1 };
  const target = line.slice(at + 2, at + 2 + 300).trimStart();
  return allowedTarget.test(target) ? { text: '](', length: 2 } : { text: ']&#40;', length: 2 };
}

/** Whether `]:` at this place can end the label of a definition: the label begins the line's text, or began on an earlier line. */
function isDefinition(line: string, at: number): boolean {
  const first = line.indexOf('[');
  return first === -1 || first > at || /^[\s>*+\-\d.)]*$/.test(line.slice(0, Math.min(first, 40)));
}

import { promptText } from './content.ts';
import type { Entry } from './entries.ts';
import type { SessionState } from './session.ts';

/** A place where a text occurs. `entry` is the number of the entry within its turn, −1 for the prompt; `start` and `end` lie in the excerpt. */
export interface FoundText {
  readonly turn: number;
  readonly entry: number;
  readonly entryId?: string;
  readonly excerpt: string;
  readonly start: number;
  readonly end: number;
  /** How often the text stands in the entry. */
  readonly count: number;
}

/** Letters that an excerpt shows on each side. */
const margin = 40;

/** The entries of a session in which a text stands, oldest first, without regard to case; each with its first place. */
export function findText(state: SessionState, query: string): readonly FoundText[] {
  const wanted = query.toLowerCase();
  const found: FoundText[] = [];
  for (const turn of state.turns) {
    const inPrompt = excerptOf(promptText(turn.prompt), wanted);
    if (inPrompt !== undefined) found.push({ turn: turn.index, entry: -1, ...inPrompt });
    turn.entries.forEach((entry, index) => {
      const hit = excerptOf(textOf(entry), wanted);
      if (hit !== undefined) found.push({ turn: turn.index, entry: turn.skipped + index, entryId: entry.id, ...hit });
    });
  }
  return found;
}

/** The text of an entry as far as a person sees it. */
export function textOf(entry: Entry): string {
  switch (entry.kind) {
    case 'message':
    case 'thought':
      return entry.text;
    case 'notice':
      return entry.detail === undefined ? entry.text : `${entry.text}\n${entry.detail}`;
    case 'plan':
      return [...(entry.text === undefined ? [] : [entry.text]), ...entry.items.map((item) => item.text)].join('\n');
    case 'permission':
      return [entry.title, entry.command ?? ''].join('\n');
    case 'tool': {
      const shown = entry.content.map((part) => (part.type === 'text' ? part.text.text : part.type === 'diff' ? part.diff.path : ''));
      return [entry.title, entry.input?.text ?? '', ...shown].join('\n');
    }
    case 'restore':
      return [...entry.files, ...entry.left].map(({ path }) => path).join('\n');
    case 'question':
      return [entry.title, entry.description ?? '', ...entry.fields.map(({ label }) => label)].join('\n');
    case 'file':
      return entry.name;
    case 'image':
      return '';
  }
}

/** A piece of a text around the first place where another one occurs in it; `wanted` is in lower case. */
export function excerptOf(text: string, wanted: string): Pick<FoundText, 'excerpt' | 'start' | 'end' | 'count'> | undefined {
  const folded = text.toLowerCase();
  const at = folded.indexOf(wanted);
  if (at === -1 || wanted === '') return undefined;
  const from = Math.max(0, at - margin);
  return {
    excerpt: text.slice(from, at + wanted.length + margin),
    start: at - from,
    end: at - from + wanted.length,
    count: countIn(folded, wanted, at),
  };
}

function countIn(text: string, wanted: string, first: number): number {
  let count = 0;
  for (let at = first; at !== -1; at = text.indexOf(wanted, at + wanted.length)) count += 1;
  return count;
}

/**
 * `webview/composer` is where a person writes. It knows nothing of the transcript's rows and is drawn apart from them, so that typing stays
 * fast while an answer streams.
 *
 * This file says what a draft is and which parts it is sent as. Plain data, so that Node can test it.
 */
import type { PromptPart, PromptPartInput } from '../../model/content.ts';

/** Something beside the words: a mention stands in the text as `@label`, the others do not. */
export type Chip =
  | {
      readonly kind: 'mention';
      readonly id: string;
      readonly label: string;
      readonly path: string;
      readonly range?: { readonly start: number; readonly end: number };
    }
  | { readonly kind: 'image'; readonly id: string; readonly name: string; readonly mimeType: string; readonly data: string }
  | { readonly kind: 'attachment'; readonly id: string; readonly name: string; readonly text: string }
  | { readonly kind: 'stored'; readonly id: string; readonly part: PromptPart };

/** A paste longer than this becomes an attachment. */
export const longPaste = { characters: 4000, lines: 50 };

/** Whether a pasted text is too long for the text field. Looks at 4,000 characters at most. */
export function isLongPaste(text: string): boolean {
  if (text.length > longPaste.characters) return true;
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) if (++lines > longPaste.lines) return true;
  return false;
}

/** The parts of a message: mentions where they stand in the text, then everything else. A mention that was deleted from the text is left out. */
export function partsOf(text: string, chips: readonly Chip[]): readonly PromptPartInput[] {
  const parts: PromptPartInput[] = [];
  const addText = (piece: string): void => {
    if (piece !== '') parts.push({ type: 'text', text: piece });
  };
  let rest = text.trim();
  while (rest !== '') {
    const next = firstMention(rest, chips);
    if (next === undefined) break;
    addText(rest.slice(0, next.at));
    parts.push(filePart(next.chip));
    rest = rest.slice(next.at + next.chip.label.length + 1);
  }
  addText(rest);
  parts.push(...chips.filter((chip) => chip.kind !== 'mention').map(chipPart));
  return parts;
}

/** A chip as it travels to the host. */
export function chipPart(chip: Chip): PromptPartInput {
  switch (chip.kind) {
    case 'mention':
      return filePart(chip);
    case 'image':
      return { type: 'image', mimeType: chip.mimeType, name: chip.name, data: chip.data };
    case 'attachment':
      return { type: 'attachment', name: chip.name, text: chip.text };
    case 'stored':
      return { type: 'stored', part: chip.part };
  }
}

/** The same chip by what the host has made of it: it need not be sent as a whole again. A mention stays as it is. */
export function storedChip(chip: Chip, part: PromptPart | undefined): Chip {
  return part === undefined || (chip.kind !== 'image' && chip.kind !== 'attachment') ? chip : { kind: 'stored', id: chip.id, part };
}

/** What the host has kept beside the words of a draft, as chips. */
export function chipsOf(parts: readonly PromptPart[], newId: () => string): readonly Chip[] {
  return parts.map((part) => (part.type === 'file' ? mentionChip(part, newId()) : { kind: 'stored', id: newId(), part }));
}

function mentionChip({ path, name, range }: Extract<PromptPart, { type: 'file' }>, id: string): Chip {
  return { kind: 'mention', id, label: name, path, ...(range === undefined ? {} : { range }) };
}

type MentionChip = Extract<Chip, { kind: 'mention' }>;

function filePart(chip: MentionChip): PromptPartInput {
  return { type: 'file', path: chip.path, name: chip.label, ...(chip.range === undefined ? {} : { range: chip.range }) };
}

/** Of two mentions at one place the longer label counts: `@a.ts:3` is not `@a.ts`. */
function firstMention(text: string, chips: readonly Chip[]): { readonly at: number; readonly chip: MentionChip } | undefined {
  let found: { readonly at: number; readonly chip: MentionChip } | undefined;
  for (const chip of chips) {
    if (chip.kind !== 'mention') continue;
    const at = mentionAt(text, chip.label);
    if (at === -1) continue;
    if (found === undefined || at < found.at || (at === found.at && chip.label.length > found.chip.label.length)) found = { at, chip };
  }
  return found;
}

/** Where `@label` stands as a word of its own, or -1. */
function mentionAt(text: string, label: string): number {
  const word = `@${label}`;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const after = text[at + word.length];
    if ((at === 0 || /\s|[("'`[]/.test(text[at - 1] ?? '')) && (after === undefined || !/[\w/\\-]/.test(after))) return at;
  }
  return -1;
}

/** Takes the mention out of the text. */
export function withoutMention(text: string, label: string): string {
  const at = mentionAt(text, label);
  return at === -1 ? text : text.slice(0, at) + text.slice(at + label.length + 1).replace(/^ /, '');
}

/** Mentions that are still in the text, and everything that is not a mention. */
export function chipsInUse(text: string, chips: readonly Chip[]): readonly Chip[] {
  return chips.some((chip) => chip.kind === 'mention' && mentionAt(text, chip.label) === -1)
    ? chips.filter((chip) => chip.kind !== 'mention' || mentionAt(text, chip.label) !== -1)
    : chips;
}

/** A sent prompt as a draft again. `newId` names the chips. */
export function draftOf(prompt: readonly PromptPart[], newId: () => string): { readonly text: string; readonly chips: readonly Chip[] } {
  const chips: Chip[] = [];
  let text = '';
  for (const part of prompt) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'file') {
      text += `${text === '' || /\s$/.test(text) ? '' : ' '}@${part.name}`;
      chips.push(mentionChip(part, newId()));
    } else chips.push({ kind: 'stored', id: newId(), part });
  }
  return { text, chips };
}

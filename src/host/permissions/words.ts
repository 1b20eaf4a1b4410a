import type { Word, WordPart } from 'unbash';

/** A piece of a word that a shell leaves as it is, or a star that it replaces by names of files. */
export type WordPiece = { readonly text: string } | 'star';

/** A word as a shell would take it: its letters after quoting, and what it would make of it beyond that. */
export interface ReadWord {
  /** The letters after quoting; where the shell replaces something, as it stands. */
  readonly value: string;
  /** What the shell replaces, as it stands: `$x`, `$(id)`, `{a,b}`; none in a plain word. */
  readonly replaced: readonly string[];
  /** It holds `*`, `?` or `[…]`, which the shell replaces by names of files. */
  readonly isGlob: boolean;
  /** The word as literal letters and stars; undefined where it holds anything else. */
  readonly pieces: readonly WordPiece[] | undefined;
  /** It begins with an unquoted tilde. */
  readonly isHome: boolean;
}

/** Reads a word of the grammar. What it does not know counts as something that is replaced. */
export function readWord(word: Word): ReadWord {
  const parts = word.parts ?? [];
  const replaced = parts.flatMap(replacedIn);
  const isGlob = parts.some(({ type }) => type === 'Glob');
  const pieces = word.parts === undefined ? [{ text: word.value }] : piecesOf(word.parts);
  return { value: word.value, replaced, isGlob, pieces, isHome: word.text.startsWith('~') };
}

function replacedIn(part: WordPart): readonly string[] {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [];
    case 'Glob':
      return (part.parts ?? []).flatMap(replacedIn);
    case 'DoubleQuoted':
      return part.parts.flatMap(replacedIn);
    default:
      return [part.text];
  }
}

function piecesOf(parts: readonly WordPart[]): readonly WordPiece[] | undefined {
  const pieces: WordPiece[] = [];
  for (const part of parts) {
    const piece = pieceOf(part);
    if (piece === undefined) return undefined;
    pieces.push(piece);
  }
  return pieces;
}

function pieceOf(part: WordPart): WordPiece | undefined {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return { text: part.value };
    case 'Glob':
      return part.kind === 'star' ? 'star' : undefined;
    case 'DoubleQuoted':
      return part.parts.every(({ type }) => type === 'Literal')
        ? { text: part.parts.map((each) => (each.type === 'Literal' ? each.value : '')).join('') }
        : undefined;
    default:
      return undefined;
  }
}

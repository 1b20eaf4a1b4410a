/** What a first look at a journal's bytes can say: whether the session is worth being read. */
export interface RawLook {
  /** Takes the next stretch of whole lines. */
  take(part: Buffer): void;
  /** The text was seen: nothing more needs to be taken. */
  readonly isFound: boolean;
  /** After all was taken: false only where the words stand nowhere in it. */
  readonly mayHold: boolean;
}

/** Facts whose text grows piece by piece, so that a word can lie in two of them, and the fact that says a turn as a whole. */
const pieceOrSeal = /"type":"(text\.added|output\.added|turn\.sealed)"/g;
const pieces = ['"type":"text.added"', '"type":"output.added"'];
const turnOfLine = /"turn":"([a-z0-9-]{1,80})"/i;

/** A prompt that is not one text alone is shown with more than the journal holds of it, and its text may lie in several parts. */
const parted = /"type":"(?:file|attachment|image)"|\},\{"type":"text"/;

/**
 * A look for a text without parsing anything: most journals hold it nowhere, and a scan of their bytes is many times cheaper than their JSON. It
 * looks for what JSON writes, and errs on one side only: where a prompt has several parts the words are looked for one by one, and
 * where streamed text of a turn was never sealed as a whole, the journal has to be read.
 */
export function rawLook(query: string): RawLook {
  const isAscii = /^[\u0020-\u007e]*$/u.test(query);
  const find = (text: string): ((written: string) => boolean) => {
    const json = JSON.stringify(text).slice(1, -1).toLowerCase();
    if (!isAscii) return (written) => written.includes(json);
    const pattern = new RegExp(json.replace(/[\\^$.*+?()[\]{}|]/gu, '\\$&'), 'i');
    return (written) => pattern.test(written);
  };
  const holdsAll = find(query);
  // A mention is shown with an @ and an attachment in brackets, which the journal does not hold.
  const words = query.split(/[\s@[\]]+/u).filter((word) => word !== '');
  let missing = words.map(find);
  // Fields are shown below each other, so a text with a line end can lie in several of them.
  let isParted = query.includes('\n');
  let isFound = false;
  const unsealed = new Set<string>();
  return {
    take(part) {
      const written = isAscii ? part.toString('latin1') : part.toString('utf8').toLowerCase();
      isFound ||= holdsAll(written);
      if (isFound) return;
      missing = missing.filter((isIn) => !isIn(written));
      isParted ||= parted.test(written);
      if (unsealed.size > 0 || pieces.some((type) => written.includes(type))) noteUnsealed(written, unsealed);
    },
    get isFound() {
      return isFound;
    },
    get mayHold() {
      return isFound || (isParted && missing.length === 0) || unsealed.size > 0;
    },
  };
}

/** Text within a record has its quotation marks escaped, so what these patterns find is the record's own fields. */
function noteUnsealed(text: string, unsealed: Set<string>): void {
  for (const match of text.matchAll(pieceOrSeal)) {
    const start = text.lastIndexOf('\n', match.index) + 1;
    const end = text.indexOf('\n', match.index);
    const turn = turnOfLine.exec(text.slice(start, end === -1 ? undefined : end))?.[1] ?? '';
    if (match[1] === 'turn.sealed') unsealed.delete(turn);
    else unsealed.add(turn);
  }
}

/**
 * `model/transcript` writes what a session holds as markdown for people. All of its text came from agents, tools and pastes, so it is hostile:
 * what is written here can be shown by any renderer without running, loading or hiding anything. It knows nothing of git, of files or of a clock.
 */

/** Terminal sequences: titles, links and device strings with all that they carry, then colours and cursor moves. */
const terminalSequences =
  /(?:\u001b\]|\u009d)[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)|\u001b[PX^_][^\u001b\n]*\u001b\\|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g;
/** Marks that turn the direction of the text around them, by which a line can be made to read as another one. */
const directionMarks = /[\u061c\u202a-\u202e\u2066-\u2069]/g;
/** Characters without a shape that are of no use to a reader: soft hyphen, zero-width space, word joiner, byte order mark, tag letters. */
const invisible = /[\u00ad\u200b\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]/gu;
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const loneSurrogates = /\p{Surrogate}/gu;

/**
 * The text as a person would see all of it: terminal sequences and characters without a shape are gone, control characters and direction
 * marks are shown by a sign or a name, every kind of line end is `\n`. Applying it twice is the same as once.
 */
export function visible(text: string): string {
  return text
    .replace(/\r\n?|\u0085|\u2028|\u2029/g, '\n')
    .replace(invisible, '')
    .replace(terminalSequences, '')
    .replace(directionMarks, (mark) => `‹U+${codeOf(mark)}›`)
    .replace(controls, signOf)
    .replace(loneSurrogates, '\ufffd');
}

/** The same on one line, without spaces around it and with single spaces inside. */
export function visibleLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ').trim();
}

function signOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : `‹U+${codeOf(control)}›`;
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

/**
 * `webview/text` turns text that others wrote into data that can be drawn safely. It knows neither the page nor a component, and touches
 * neither the document nor a clock, so that plain Node can test it.
 *
 * This file makes characters visible that a person cannot see: control characters and those that turn the direction of writing.
 */

/** C0 without tab and line feed, C1, marks and overrides of direction, zero-width characters (joiners excepted: emoji need them), tags. */
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** The same text with each unseen character replaced by a sign for it: a control picture for C0, else its number as `[U+202E]`. */
export function makeVisible(text: string): string {
  return text.replace(unseen, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return code === 0x7f ? '␡' : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}

/** The same as one line: what breaks a line becomes a space. For titles. */
export function visibleLine(text: string): string {
  return makeVisible(text.replace(/[\t\r\n\u2028\u2029]+/g, ' ')).trim();
}

/** Milliseconds for which the editor waits for the second key of a chord. */
const chordTime = 5000;

const modifiers: readonly string[] = ['Control', 'Meta', 'Shift', 'Alt', 'AltGraph'];

/**
 * Leaves the second key of the editor's chords (Ctrl+K A, Cmd+K 1) to the editor, which gets a copy of every key of the page but cannot keep
 * the page from acting on it too: the letter would be typed, a digit would answer a question. Keys that are left to the editor are
 * `defaultPrevented`; whoever listens for keys here passes those by. Returns what ends it.
 */
export function leaveChords(isMac: boolean, now: () => number = () => performance.now()): () => void {
  let until = -Infinity;
  const onKey = (event: KeyboardEvent): void => {
    if (modifiers.includes(event.key)) return;
    const isSecond = now() < until;
    const holds = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
    const isFirst = !isSecond && holds && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k';
    until = isFirst ? now() + chordTime : -Infinity;
    if (isFirst || isSecond) event.preventDefault();
  };
  window.addEventListener('keydown', onKey, { capture: true });
  return () => window.removeEventListener('keydown', onKey, { capture: true });
}

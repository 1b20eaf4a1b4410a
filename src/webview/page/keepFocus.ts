/** Frames for which a page that comes back may not be drawn yet; what is not drawn takes no focus. */
const mostFrames = 20;

/**
 * Puts the keyboard where it was whenever the page gets it back, and into `home` where it was nowhere: a page that was in the background, or that
 * is still loading, begins at its body, and what is typed there is lost. A person who points at something goes there, and a question never
 * gets the keyboard this way, for it is answered with single keys. Returns what ends it.
 */
export function keepFocus(home: () => HTMLElement | null): () => void {
  const over = new AbortController();
  let last: HTMLElement | undefined;
  let isPointed = false;
  const isNowhere = (): boolean => document.activeElement === null || document.activeElement === document.body;
  const place = (): HTMLElement | null =>
    last?.isConnected === true && last.closest('[data-part=permission-card]') === null ? last : home();
  const put = (frames: number): void => {
    if (over.signal.aborted || isPointed || !document.hasFocus() || !isNowhere()) return;
    place()?.focus({ preventScroll: true });
    if (isNowhere() && frames > 0) requestAnimationFrame(() => put(frames - 1));
  };
  const listen = (name: string, act: (event: Event) => void): void => {
    window.addEventListener(name, act, { signal: over.signal, capture: true });
  };
  listen('focusin', ({ target }) => {
    if (target instanceof HTMLElement && target !== document.body) last = target;
  });
  listen('pointerdown', () => (isPointed = true));
  listen('blur', ({ target }) => {
    if (target === window) isPointed = false;
  });
  listen('focus', ({ target }) => {
    if (target === window) put(mostFrames);
  });
  put(mostFrames);
  return () => over.abort();
}

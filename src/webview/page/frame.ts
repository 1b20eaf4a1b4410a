/** Calls `run` once before the next frame, however often it is asked; after 200 ms also where the page is hidden and gets no frames. */
export function oncePerFrame(run: () => void): () => void {
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fire = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = undefined;
    timer = undefined;
    run();
  };
  return () => {
    if (timer !== undefined) return;
    frame = requestAnimationFrame(fire);
    timer = setTimeout(fire, 200);
  };
}

/** A function that runs `milliseconds` after its last call; `flush` runs it at once where it waits. */
export function debounced<Values extends readonly unknown[]>(milliseconds: number, run: (...values: Values) => void): Debounced<Values> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: Values | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    const values = waiting;
    waiting = undefined;
    if (values !== undefined) run(...values);
  };
  return {
    call(...values) {
      waiting = values;
      clearTimeout(timer);
      timer = setTimeout(flush, milliseconds);
    },
    flush,
    isWaiting: () => waiting !== undefined,
  };
}

/** What `debounced` makes. */
export interface Debounced<Values extends readonly unknown[]> {
  readonly call: (...values: Values) => void;
  readonly flush: () => void;
  readonly isWaiting: () => boolean;
}

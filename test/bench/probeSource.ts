/**
 * What runs inside every frame of a measured window, as source text: the benchmark is compiled without the types of a browser, and a page's policy
 * lets nothing else in. It is put in by the browser itself before any script of the page.
 *
 * A wish names words and where they must appear. They count as on screen when they are laid out, inside the visible part of every frame around them,
 * and nothing lies over them; their time is taken after the frame that shows them was painted. Times are milliseconds of the wall clock.
 */
export const probeSource = String.raw`(() => {
  let top;
  try {
    top = window.top;
    void top.document;
  } catch {
    return;
  }
  const now = () => performance.timeOrigin + performance.now();
  const shared = (top.__bench ??= { wishes: [], seen: {}, armed: undefined, startedAt: undefined, stamps: undefined, keys: undefined });
  const day = 86400000;
  let lastStamp = 0;

  const begin = (event) => {
    if (shared.armed === event.type && !event.repeat) {
      shared.armed = undefined;
      shared.startedAt = performance.timeOrigin + event.timeStamp;
    }
    if (shared.keys !== undefined && event.type === 'keydown') {
      const pressed = event.timeStamp;
      requestAnimationFrame(() => painted(() => shared.keys.push(performance.now() - pressed)));
    }
  };
  const painted = (then) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(0);
  };
  const visible = (element, x, y) => {
    const hit = document.elementFromPoint(x, y);
    if (hit === null || !(hit === element || element.contains(hit))) return false;
    let view = window;
    while (view !== top) {
      const frame = view.frameElement;
      const box = frame.getBoundingClientRect();
      x += box.left;
      y += box.top;
      view = view.parent;
      if (view.document.elementFromPoint(x, y) !== frame) return false;
    }
    return true;
  };
  const onScreen = (node, from, to) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    const box = range.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return false;
    return visible(node.parentElement, box.left + box.width / 2, box.top + box.height / 2);
  };
  const find = (root, text, most) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    let node = walker.lastChild();
    for (let looked = 0; node !== null && looked < most; looked++) {
      const at = node.data.replaceAll('\u00a0', ' ').lastIndexOf(text);
      if (at >= 0) return { node, at };
      node = walker.previousNode();
    }
    return undefined;
  };
  const rootOf = (wish) => {
    if (wish.where === 'workbench') return window === top ? document.querySelector(wish.within) : null;
    return document.querySelector(wish.within);
  };
  const look = () => {
    for (const type of ['keydown', 'mousedown']) window.addEventListener(type, begin, true);
    for (const wish of shared.wishes) {
      if (shared.seen[wish.id] !== undefined) continue;
      const root = rootOf(wish);
      if (root === null) continue;
      const found = find(root, wish.text, wish.most ?? 300);
      if (found === undefined || !onScreen(found.node, found.at, found.at + wish.text.length)) continue;
      shared.seen[wish.id] = { at: 0 };
      painted(() => {
        shared.seen[wish.id] = { at: now(), elements: document.querySelectorAll('*').length };
      });
    }
    if (shared.stamps !== undefined && window !== top) stamps();
    requestAnimationFrame(look);
  };
  const stamps = () => {
    const root = document.querySelector('[data-part="transcript"]');
    if (root === null) return;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const fresh = [];
    let isShown;
    let node = walker.lastChild();
    for (let looked = 0; node !== null && looked < 60; looked++) {
      const marks = [...node.data.matchAll(/<(\d+\.\d)>/g)];
      if (marks.length > 0) {
        const newest = marks.at(-1);
        isShown ??= Number(newest[1]) === lastStamp || onScreen(node, newest.index, newest.index + newest[0].length);
        const newer = marks.map((mark) => Number(mark[1])).filter((stamp) => stamp > lastStamp);
        fresh.push(...newer);
        if (newer.length < marks.length) break;
      }
      node = walker.previousNode();
    }
    if (fresh.length === 0 || isShown !== true) return;
    lastStamp = Math.max(...fresh);
    painted(() => {
      const shown = now() % day;
      for (const stamp of fresh) shared.stamps.push(shown - stamp);
    });
  };
  requestAnimationFrame(look);
})()`;

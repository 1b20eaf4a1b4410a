/**
 * What runs inside a measured window, as source text: the benchmark is compiled without the types of a browser, and a page's policy lets nothing
 * else in. The browser itself puts it into the workbench before any other script; the pages of extensions are of the same origin and are looked into
 * from there, because VS Code writes their documents anew and takes their way out from them.
 *
 * A wish names words and where they must appear. They count as on screen when they are laid out, inside the visible part of every frame around them,
 * and nothing lies over them. They are looked for after each frame was painted. Times are milliseconds of the wall clock.
 */
export const probeSource = String.raw`(() => {
  if (window !== window.top) return;
  const now = () => performance.timeOrigin + performance.now();
  const shared = (window.__bench = { wishes: [], seen: {}, armed: undefined, startedAt: undefined, stamps: undefined, keys: undefined, collectSince: 0 });
  const day = 86400000;
  const lastStamps = new WeakMap();
  let afterFrame = [];

  // A message that is posted in an animation frame arrives when that frame has been painted.
  const painted = new MessageChannel();
  painted.port1.onmessage = () => {
    const waiting = afterFrame;
    afterFrame = [];
    for (const run of waiting) run();
    look();
  };
  const tick = () => {
    requestAnimationFrame(tick);
    painted.port2.postMessage(0);
  };

  const begin = (event) => {
    const at = event.view.performance.timeOrigin + event.timeStamp;
    if (shared.armed === event.type && !event.repeat) {
      shared.armed = undefined;
      shared.startedAt = at;
    }
    if (shared.keys !== undefined && event.type === 'keydown') requestAnimationFrame(() => afterFrame.push(() => shared.keys?.push(now() - at)));
  };
  const listened = new WeakSet();
  const listen = (view) => {
    if (listened.has(view)) return;
    listened.add(view);
    for (const type of ['keydown', 'mousedown']) view.addEventListener(type, begin, true);
  };

  // The documents of the pages that can be seen, each with the frames around it from the inside out. VS Code keeps those of hidden tabs in place but
  // invisible: to look into them after each frame would cost the window more than what is measured.
  const pages = () =>
    [...document.querySelectorAll('iframe.webview')].flatMap((outer) => {
      if (!outer.checkVisibility({ visibilityProperty: true })) return [];
      const inner = outer.contentDocument?.querySelector('#active-frame');
      const page = inner?.contentDocument;
      return page?.body ? [{ page, frames: [inner, outer] }] : [];
    });

  const visible = (element, box, frames) => {
    let x = box.left + box.width / 2;
    let y = box.top + box.height / 2;
    const hit = element.ownerDocument.elementFromPoint(x, y);
    if (hit === null || !(hit === element || element.contains(hit))) return false;
    return frames.every((frame) => {
      const { left, top } = frame.getBoundingClientRect();
      x += left;
      y += top;
      return frame.ownerDocument.elementFromPoint(x, y) === frame;
    });
  };
  const onScreen = (node, from, length, frames) => {
    const range = node.ownerDocument.createRange();
    range.setStart(node, from);
    range.setEnd(node, from + length);
    const box = range.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && visible(node.parentElement, box, frames);
  };
  const texts = function* (root, most) {
    const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    let node = walker.lastChild();
    for (let looked = 0; node !== null && looked < most; looked++, node = walker.previousNode()) yield node;
  };
  const isShown = (root, text, most, frames) => {
    for (const node of texts(root, most)) {
      const at = node.data.replaceAll('\u00a0', ' ').lastIndexOf(text);
      if (at >= 0) return onScreen(node, at, text.length, frames);
    }
    return false;
  };

  const look = () => {
    const all = pages();
    listen(window);
    for (const { page } of all) listen(page.defaultView);
    for (const { id, text, where, within, most = 300 } of shared.wishes) {
      if (shared.seen[id] !== undefined) continue;
      const places = where === 'workbench' ? [{ page: document, frames: [] }] : all;
      for (const { page, frames } of places) {
        const root = page.querySelector(within);
        if (root === null || !isShown(root, text, most, frames)) continue;
        shared.seen[id] = { at: now(), elements: page.querySelectorAll('*').length };
        break;
      }
    }
    if (shared.stamps !== undefined) for (const { page, frames } of all) lookForStamps(page, frames);
  };
  const lookForStamps = (page, frames) => {
    const root = page.querySelector('[data-part="transcript"]');
    if (root === null) return;
    // What was sent before anybody asked has been on screen for a while.
    const known = Math.max(lastStamps.get(page) ?? 0, shared.collectSince % day);
    const fresh = [];
    let newest;
    for (const node of texts(root, 60)) {
      const marks = [...node.data.matchAll(/<(\d+\.\d)>/g)];
      if (marks.length === 0) continue;
      newest ??= { node, mark: marks.at(-1) };
      const newer = marks.map((mark) => Number(mark[1])).filter((stamp) => stamp > known);
      fresh.push(...newer);
      if (newer.length < marks.length) break;
    }
    if (fresh.length === 0 || !onScreen(newest.node, newest.mark.index, newest.mark[0].length, frames)) return;
    lastStamps.set(page, Math.max(...fresh));
    const shown = now() % day;
    for (const stamp of fresh) shared.stamps.push(shown - stamp);
  };
  tick();
})()`;

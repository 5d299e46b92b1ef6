// Present a lesson: big type, code folded, one key per step. The lesson itself is what is shown, not a copy of it.
// Its stops are found anew at each of them: cells may be run, edited and scrolled in and out of the page meanwhile.

const HINT = "→ on · ← back · ↓ past frames · p play · c code · f full screen · Esc end";
const EDITORS = "textarea, [contenteditable=true], .cm-editor";
const FIELDS = `${EDITORS}, select, input:not([type=checkbox], [type=radio], [type=range])`;
const MOVED = `${FIELDS}, [type=range]`; // by → and ←
const CHOSEN = `${MOVED}, [type=radio]`; // by ↓ and ↑
const PRESSED = `${FIELDS}, [type=checkbox], [type=radio], button, summary, [role=button]`; // by the space bar

const HIGH = 9e5; // pixels, less than .rnn-high has

// A stop is what is seen together: an output with the code behind it, or a heading with its text. It has parts, the
// cell they are in, the cells of code, and its heading, if it has one.
function stopsOf(root) {
  const stops = [];
  let code = [];
  for (const cell of root.querySelectorAll(".jp-Cell:not(:has(.rnn-present))")) {
    if (cell.matches(".jp-CodeCell")) {
      code.push(cell);
      if (!cell.querySelector(".jp-OutputArea-output")) continue; // its code belongs to the next output
      stops.push({ parts: code, cell, code });
      code = [];
    } else {
      [...cell.querySelector(".jp-RenderedMarkdown")?.children ?? []].forEach((part, i) => {
        const heading = part.matches("h1, h2, h3, h4, h5, h6") && part;
        if (i === 0 || heading) stops.push({ parts: [], cell, code: [], heading });
        stops.at(-1).parts.push(part);
      });
    }
  }
  return stops;
}

// The largest zoom at which nothing is cut off, but never so small that it can't be read.
function enlarge(element, largest, smallest, isCut) {
  let zoom = largest;
  element.style.setProperty("--rnn-zoom", zoom);
  while (zoom > smallest && isCut())
    element.style.setProperty("--rnn-zoom", zoom = Math.max(smallest, zoom * 0.95));
}

const isWide = (box) => box.scrollWidth > box.clientWidth + 1;

// Show the notebook, from one of its stops on; returns what ends it. Whatever is changed here is changed back there.
function present(root, start, ended) {
  const over = new AbortController(); // takes all listeners away
  const [resized, changed] = [new ResizeObserver(settle), new MutationObserver(() => show(place))];
  const bar = document.createElement("div");
  Object.assign(bar, { className: "rnn-presenter", role: "group", ariaLabel: "Presenter" });
  bar.innerHTML = `
    <p role="status" aria-atomic="true"><strong></strong> <span></span></p> <p>${HINT}</p>
    <button>Previous</button> <button>Next</button> <button>End</button>`;
  const [at, about] = bar.querySelectorAll("strong, span");
  let stops = [], now, place, focusable, warned;

  const room = () => root.clientHeight;
  const y = (side) => side - root.getBoundingClientRect().top + root.scrollTop;
  const top = ({ parts }) => y(parts.find((part) => part.getClientRects().length).getBoundingClientRect().top) - 12;
  const bottom = ({ parts, cell }) => // a stepper's buttons may be below, the keys do for them
    y((cell.querySelector(".rnn-scene") ?? parts.at(-1)).getBoundingClientRect().bottom) + 6;
  const scrollTo = (to) => root.scrollTo({ top: to, behavior: "instant" });
  const stepper = () => document.activeElement.closest(".rnn-stepper") ?? now.cell.querySelector(".rnn-stepper");
  const question = () => now.cell.querySelector(".rnn-question:not(.revealed)");

  function fit({ parts, cell, code }) {
    const boxes = [...cell.querySelectorAll(".jp-OutputArea-output, .rnn-scene, .rnn-picture > div, pre")];
    const isHigh = () => bottom({ parts: [cell], cell }) - top({ parts: [cell] }) > room();
    const largest = Math.max(1.75, root.clientWidth / 730);
    root.style.setProperty("--rnn-zoom", largest);
    if (code.length) {
      enlarge(cell, largest, 1, () => isHigh() || boxes.some(isWide));
      if (isHigh() && !cell.querySelector(".rnn-scene")) enlarge(cell, largest, 1, () => boxes.some(isWide));
    } else for (const part of parts.filter((part) => part.matches("pre, table")))
      enlarge(part, 1, 1 / largest, () => isWide(part) || isWide(part.parentElement));
  }

  // As much of what came before as there is room for; but a heading begins a new page. For an output and its text to
  // be seen together, the output may be smaller.
  function settle() {
    if (!room()) return end(); // another tab is shown
    fit(now);
    let first = place;
    const isAlone = () => bottom(now) - top(stops[first - 1]) > room();
    if (place && !now.heading && isAlone()) {
      const output = now.code.length ? now : stops[place - 1];
      enlarge(output.cell, output.cell.style.getPropertyValue("--rnn-zoom") || 1, 1.25, isAlone);
      if (isAlone()) fit(output);
    }
    while (first && !stops[first].heading && !isAlone()) first--;
    scrollTo(top(stops[first]));
  }

  function show(to) {
    stops = stopsOf(root);
    if (!stops.length) return end();
    place = Math.max(0, Math.min(to, stops.length - 1));
    now = stops[place];
    stops.forEach((stop, i) => stop.parts.forEach((part) => {
      part.classList.toggle("rnn-later", i > place);
      part.classList.toggle("rnn-now", i === place);
    }));
    settle();
    tell();
    if (bar.contains(document.activeElement)) return;
    focus(now.cell.querySelector(".rnn-stepper") ?? now.parts.at(now.code.length ? -1 : 0));
  }

  function focus(element) {
    focusable?.removeAttribute("tabindex");
    focusable = element.hasAttribute("tabindex") ? undefined : element;
    focusable?.setAttribute("tabindex", -1);
    element.focus({ preventScroll: true });
  }

  function tell(message) {
    const heading = stops.slice(0, place + 1).findLast((stop) => stop.heading)?.heading;
    at.textContent = `stop ${place + 1} of ${stops.length}`;
    about.textContent = message ?? heading?.textContent.replace("¶", "") ?? "";
    warned = Boolean(message);
  }

  // A stop that is higher than the window is scrolled through first.
  function scrolled(way) {
    const rest = way > 0 ? bottom(now) - root.scrollTop - room() : root.scrollTop - top(now);
    if (rest > 1) scrollTo(root.scrollTop + way * Math.min(0.8 * room(), rest));
    return rest > 1;
  }

  // Press a button of the stepper; false where there is nothing to press it for.
  function pressed(number) {
    const button = stepper()?.querySelectorAll(".rnn-toolbar button")[number];
    const isOn = button && button.ariaDisabled !== "true";
    if (isOn) button.click();
    return isOn;
  }

  function forward() {
    const choices = question()?.querySelectorAll("input");
    if (pressed(2) || scrolled(1)) return;
    if (question()?.querySelector(":checked")) {
      question().querySelector("button").click();
      settle();
    } else if (choices && !warned) tell(`Choose with 1 to ${choices.length}, or go on without`);
    else show(place + 1);
  }

  function back() {
    if (!scrolled(-1) && !pressed(0)) show(place - 1);
  }

  function choose(number) {
    question()?.querySelectorAll("input")[number - 1]?.click();
    tell();
  }

  function unfold() {
    if (!now.code.length) return tell("No code here");
    const open = now.cell.classList.contains("rnn-unfolded");
    for (const cell of now.code) cell.classList.toggle("rnn-unfolded", !open);
    settle();
  }

  function fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.();
  }

  function raise() { // above all else, a full screen included
    root.hidePopover?.();
    root.showPopover?.();
  }

  // JupyterLab may keep in the page only the cells that are in view (its windowing mode "full"). Where it takes its
  // window for very high, they all are.
  function attach(all) {
    const cells = root.querySelector(".jp-WindowedPanel-viewport");
    if (cells?.style.position !== "absolute") return;
    root.closest("body > .lm-Widget").classList.toggle("rnn-high", all);
    window.dispatchEvent(new Event("resize"));
    if (all) changed.observe(cells, { childList: true });
  }

  function end() {
    if (over.signal.aborted) return;
    over.abort();
    resized.disconnect();
    changed.disconnect();
    bar.remove();
    attach(false);
    root.removeAttribute("popover");
    for (const part of [root, ...root.querySelectorAll("*")]) {
      part.classList.remove("rnn-presenting", "rnn-later", "rnn-now", "rnn-unfolded");
      part.style.removeProperty("--rnn-zoom");
    }
    if (document.fullscreenElement === document.documentElement) document.exitFullscreen();
    focusable?.removeAttribute("tabindex");
    ended(place);
    if (!root.contains(document.activeElement) && document.activeElement !== document.body) return;
    new ResizeObserver((_, observer) => { // when it has its own size again
      if (root.clientHeight > HIGH) return;
      observer.disconnect();
      now.cell.scrollIntoView();
      now.cell.focus({ preventScroll: true });
    }).observe(root);
  }

  // What a key does, and where it does what it always does: an arrow in a field moves the cursor.
  const KEYS = {
    PageDown: [forward, EDITORS], ArrowRight: [forward, MOVED], " ": [forward, PRESSED],
    PageUp: [back, EDITORS], ArrowLeft: [back, MOVED],
    ArrowDown: [() => scrolled(1) || show(place + 1), CHOSEN],
    ArrowUp: [() => scrolled(-1) || show(place - 1), CHOSEN],
    Home: [() => show(0), MOVED], End: [() => show(Infinity), MOVED], Escape: [end, FIELDS],
    p: [() => pressed(1), FIELDS], c: [unfold, FIELDS], f: [fullScreen, FIELDS],
  };
  for (const digit of "123456789") KEYS[digit] = [() => choose(+digit), FIELDS];

  const isPlain = ({ ctrlKey, metaKey, altKey, key }) => !ctrlKey && !metaKey && !altKey && key !== "Tab";
  const listen = (target, type, act, capture) => target.addEventListener(type, act, { capture, signal: over.signal });
  listen(window, "keydown", (event) => {
    const [act, except] = KEYS[event.key] ?? [];
    const isOurs = root.contains(event.target) || event.target === document.body;
    if (!act || !isOurs || !isPlain(event) || event.target.closest(except)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }, true);
  listen(root, "keydown", (event) => { // JupyterLab's keys act on cells (x cuts one)
    if (isPlain(event) && !event.target.closest(FIELDS)) event.stopPropagation();
  });
  listen(root, "dblclick", (event) => { // and a double click would edit a text
    if (event.target.closest(".jp-MarkdownCell")) event.stopPropagation();
  }, true);
  listen(bar, "click", ({ target }) => ({ Previous: back, Next: forward, End: end })[target.textContent]?.());
  for (const type of ["focusin", "mousedown", "keydown"])
    listen(bar, type, (event) => event.stopPropagation()); // JupyterLab would give the focus to a cell
  listen(window, "focusin", ({ target }) => root.contains(target) || end(), true); // a dialog, or another tab
  listen(document, "fullscreenchange", raise);

  root.classList.add("rnn-presenting");
  root.append(bar);
  if (root !== document.body) root.popover = "manual";
  raise();
  show(start);
  resized.observe(root);
  attach(true);
  return end;
}

function render({ el }) {
  el.innerHTML = `
    <p class="rnn-present"><button>Present this lesson</button>
    <span>Big type, code folded, one key per step: → or Page Down goes on, ← or Page Up back, Esc ends it.</span>
    </p>`;
  const [button, words] = el.querySelectorAll("button, span");
  let end, place = 0;
  button.onclick = () => {
    const root = el.closest(".jp-Notebook:not(body)") ?? document.querySelector("main") ?? document.body;
    if (!stopsOf(root).length) words.textContent = "Open the lesson in JupyterLab, or its saved page, to present it.";
    else end = present(root, place, (last) => { place = last; });
  };
  return () => end?.();
}

export default { render };

// One scene, many frames. The whole scene is in the page from the start; a step only turns classes on and off:
// `at` for the elements with data-at (seen at these frames), `on` for those with data-on (lit at these frames).

// "2 5-7 9-" of 12 frames -> 1 at 2, 5, 6, 7, 9, 10, 11
function framesIn(text, count) {
  const frames = new Uint8Array(count);
  for (const [, first, dash, last] of text.matchAll(/(\d+)(-?)(\d*)/g))
    frames.fill(1, +first, !dash ? +first + 1 : last ? +last + 1 : count);
  return frames;
}

// All that ever changes in the scene: an element, the name of its class, and the frames at which it has it.
function partsOf(scene, count) {
  const named = (name) => [...scene.querySelectorAll(`[data-${name}]`)].map((element) =>
    ({ element, name, frames: framesIn(element.dataset[name], count) }));
  return [...named("at"), ...named("on")];
}

// From one frame to another, touching only what differs.
function move(parts, from, to) {
  for (const { element, name, frames } of parts)
    if (frames[from] !== frames[to]) element.classList.toggle(name, frames[to] === 1);
}

// A scene that is too wide, or a part of it with data-scroll, is scrolled by key, and the scene follows what is lit.
const scrolls = (part) => part.matches(".rnn-scene, [data-scroll]") && part.scrollWidth > part.clientWidth;
function follow(scene) {
  for (const part of [scene, ...scene.querySelectorAll("[data-scroll]")]) part.tabIndex = scrolls(part) ? 0 : -1;
  const [lit, view] = [scene.querySelector(".on") ?? scene, scene].map((element) => element.getBoundingClientRect());
  if (lit.width < view.width && (lit.left < view.left || lit.right > view.right))
    scene.scrollLeft += (lit.left + lit.right - view.left - view.right) / 2;
}

// All texts lie invisible under the one that is shown: there is room for the longest from the start.
function reserve(line, texts) {
  const room = texts.map((text) => Object.assign(document.createElement("span"), { textContent: text }));
  line.replaceChildren(line.firstElementChild, ...room);
}

function render({ model, el }) {
  el.innerHTML = `
    <section class="rnn-stepper" role="group" tabindex="-1">
      <div class="rnn-toolbar">
        <button>Previous</button> <button class="rnn-play">Play</button> <button>Next</button>
        <label>Frame <input class="rnn-range" type="range" min="0" step="1"></label>
        <button>Big type</button>
      </div>
      <div class="rnn-caption"><p><span></span></p> <p><output aria-live="polite"></output></p></div>
      <div class="rnn-scene" role="group" aria-label="Picture"></div>
    </section>`;
  const [root, range, scene] = ["section", "input", ".rnn-scene"].map((selector) => el.querySelector(selector));
  const [previous, play, next, big] = el.querySelectorAll("button");
  const [place, sentence] = el.querySelectorAll("p");
  let made = [], parts, places, shown, timer, playing = false, unsaved = false;

  const last = () => model.get("sentences").length - 1;
  const inRange = (index) => Math.max(0, Math.min(index, last()));
  const focused = () => el.getRootNode().activeElement;

  function build() {
    const links = () => [...scene.querySelectorAll("[data-go]")];
    const kept = scene.contains(focused()) && links().indexOf(focused());
    const [html, sentences, titles] = made;
    scene.innerHTML = html;
    parts = partsOf(scene, sentences.length);
    shown = -1;
    if (kept !== false) (links()[kept] ?? root).focus({ preventScroll: true });
    range.max = last();
    places = sentences.map((_, k) => `frame ${k + 1} of ${sentences.length}` + (titles[k] ? ` · ${titles[k]}` : ""));
    reserve(place, places);
    reserve(sentence, sentences);
  }

  function draw() {
    const before = made;
    made = ["scene", "sentences", "titles"].map((name) => model.get(name));
    if (made.some((value, i) => value !== before[i])) build();
    const index = inRange(model.get("index"));
    move(parts, shown, index);
    shown = index;
    root.ariaLabel = model.get("label");
    root.classList.toggle("rnn-big", model.get("big"));
    big.ariaPressed = model.get("big");
    previous.ariaDisabled = index === 0;
    next.ariaDisabled = index === last();
    range.value = index;
    range.ariaValueText = model.get("titles")[index] || places[index];
    range.style.setProperty("--to", index / (last() || 1));
    place.firstElementChild.textContent = places[index];
    sentence.firstElementChild.textContent = model.get("sentences")[index];
    clearTimeout(timer);
    playing &&= index < last();
    play.textContent = playing ? "Pause" : "Play";
    if (playing) timer = setTimeout(() => go(index + 1, true), model.get("interval"));
    follow(scene);
    const lost = scene.contains(focused()) && getComputedStyle(focused()).visibility === "hidden";
    if (lost) root.focus({ preventScroll: true });
    if (!playing && !root.contains(focused())) tell();
  }

  // No save_changes here: all views and jslink follow at once, and the kernel is not asked.
  function go(index, play = false) {
    playing = play;
    unsaved = true;
    if (inRange(index) === model.get("index")) draw();
    else model.set("index", inRange(index));
  }

  // Python learns the place when the focus leaves. It is set anew, silently: the model's own list of unsaved
  // changes would still hold the reader's index if Python has moved it in the meantime.
  function tell() {
    if (!unsaved) return;
    unsaved = false;
    for (const index of [undefined, shown]) model.set("index", index, { silent: true });
    model.save_changes();
  }

  previous.onclick = () => go(shown - 1);
  next.onclick = () => go(shown + 1);
  play.onclick = () => go(!playing && shown === last() ? 0 : shown, !playing);
  big.onclick = () => { unsaved = true; model.set("big", !model.get("big")); };
  range.oninput = () => go(+range.value);
  scene.onclick = (event) => { const link = event.target.closest("[data-go]"); if (link) go(+link.dataset.go); };
  // A press in what has data-pick, or a drag over it, tells Python where: the shares of its width and of its height.
  scene.onpointerdown = scene.onpointermove = ({ target, buttons, clientX, clientY }) => {
    const box = buttons === 1 && target.closest("[data-pick]")?.getBoundingClientRect();
    if (box) model.set("picked", [(clientX - box.left) / box.width, (clientY - box.top) / box.height]);
    if (box) model.save_changes();
  };
  root.addEventListener("focusout", (event) => root.contains(event.relatedTarget) || tell());
  root.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || key === "Tab" || (key === "Enter" && event.shiftKey)) return;
    if (key === "Escape") return el.closest("[tabindex]")?.focus(); // the cell, in JupyterLab
    event.stopPropagation(); // JupyterLab's keys act on cells (x cuts one)
    if (target.matches("input, select, textarea") || scrolls(target)) return;
    const link = (key === "Enter" || key === " ") && target.dataset.go;
    const to = link || { ArrowLeft: shown - 1, ArrowRight: shown + 1, Home: 0, End: last() }[key];
    if (to === undefined) return;
    event.preventDefault();
    go(+to);
  });
  model.on("change", draw);
  draw();
  new ResizeObserver(() => follow(scene)).observe(scene);
  return () => clearTimeout(timer);
}

export default { render };

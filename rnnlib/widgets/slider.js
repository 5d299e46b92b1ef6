// A number that a learner moves: a native range input with a name, and a field to type the number exactly.

const text = (number) => String(number).replace("-", "−");

function render({ model, el }) {
  el.innerHTML = `
    <div class="rnn-slider">
      <label><span></span> <input class="rnn-range" type="range"></label>
      <input class="rnn-number" type="number">
      <p><span></span> <strong role="status"></strong> <span></span></p>
    </div>`;
  const [range, number] = el.querySelectorAll("input");
  const [name, low, high] = el.querySelectorAll("span");
  const note = el.querySelector("strong");

  const inRange = (value) => Math.max(model.get("min"), Math.min(value, model.get("max")));
  // A logarithmic slider moves along the power of ten; what it stands for has three digits.
  const along = (value) => model.get("logarithmic") ? Math.log10(value) : value;
  const back = (place) => model.get("logarithmic") ? Number((10 ** place).toPrecision(3)) : place;
  const share = (value) => (along(inRange(value)) - along(model.get("min"))) / (along(model.get("max")) - along(model.get("min")));

  function draw() {
    const value = model.get("value");
    name.textContent = model.get("description");
    low.textContent = text(model.get("min"));
    high.textContent = text(model.get("max"));
    for (const input of [range, number]) input.disabled = model.get("disabled");
    for (const [input, place] of [[range, along], [number, (number) => number]]) {
      for (const trait of ["min", "max"]) input[trait] = place(model.get(trait));
      input.step = input === number && model.get("logarithmic") ? "any" : model.get("step");
    }
    if (number.valueAsNumber !== value) number.value = value; // a 0.50 that was typed stays
    if (back(range.valueAsNumber) !== value) range.value = along(value);
    number.ariaLabel = `${model.get("description")}, exactly`;
    range.ariaValueText = text(value);
    const zero = model.get("logarithmic") ? -1 : share(0) || -1; // the track is filled from zero, or from its very beginning
    range.style.setProperty("--from", Math.min(zero, share(value)));
    range.style.setProperty("--to", Math.max(zero, share(value)));
  }

  // ipywidgets has one message under way and keeps the latest value meanwhile: no queue, and the last one arrives.
  function set(value) {
    model.set("value", inRange(value));
    model.save_changes();
  }

  // A number outside the range is told at once, and becomes the range's end when the typing is over.
  function read(value) {
    const good = value === inRange(value);
    number.ariaInvalid = !good;
    note.textContent = good ? "" : `between ${low.textContent} and ${high.textContent}`;
    if (good) set(value);
  }

  range.oninput = () => read(inRange(back(range.valueAsNumber)));
  number.oninput = () => read(number.valueAsNumber);
  number.onchange = () => {
    if (!Number.isNaN(number.valueAsNumber)) set(number.valueAsNumber);
    number.value = model.get("value");
    number.ariaInvalid = false;
  };
  el.firstElementChild.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || key === "Tab" || (key === "Enter" && event.shiftKey)) return;
    if (key === "Escape") return el.closest("[tabindex]")?.focus(); // the cell, in JupyterLab
    event.stopPropagation(); // JupyterLab's keys act on cells (x cuts one)
  });
  model.on("change", draw);
  draw();
}

export default { render };

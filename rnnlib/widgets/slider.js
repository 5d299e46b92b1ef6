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
  const share = (value) => (inRange(value) - model.get("min")) / (model.get("max") - model.get("min"));

  function draw() {
    const value = model.get("value");
    name.textContent = model.get("description");
    low.textContent = text(model.get("min"));
    high.textContent = text(model.get("max"));
    for (const input of [range, number]) {
      for (const trait of ["min", "max", "step", "disabled"]) input[trait] = model.get(trait);
      if (input.valueAsNumber !== value) input.value = value; // a 0.50 that was typed stays
    }
    number.ariaLabel = `${model.get("description")}, exactly`;
    range.ariaValueText = text(value);
    const zero = share(0) || -1; // the track is filled from zero, or from its very beginning
    range.style.setProperty("--from", Math.min(zero, share(value)));
    range.style.setProperty("--to", Math.max(zero, share(value)));
  }

  // ipywidgets has one message under way and keeps the latest value meanwhile: no queue, and the last one arrives.
  function set(value) {
    model.set("value", inRange(value));
    model.save_changes();
  }

  // A number outside the range is told at once, and becomes the range's end when the typing is over.
  function read(input) {
    const good = input.valueAsNumber === inRange(input.valueAsNumber);
    number.ariaInvalid = !good;
    note.textContent = good ? "" : `between ${low.textContent} and ${high.textContent}`;
    if (good) set(input.valueAsNumber);
  }

  range.oninput = () => read(range);
  number.oninput = () => read(number);
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

// Predict, then reveal: choices, a button, and the answer only when it is asked for. Nothing here asks the kernel.

// Text with `code` in backticks, as nodes: what an author writes is never read as HTML.
function spell(text) {
  return text.split(/(`[^`]+`)/).map((part) => {
    if (!/^`[^`]+`$/.test(part)) return document.createTextNode(part);
    return Object.assign(document.createElement("code"), { textContent: part.slice(1, -1) });
  });
}

function render({ model, el }) {
  el.innerHTML = `
    <section class="rnn-question">
      <fieldset><legend></legend><div></div></fieldset>
      <p><button aria-disabled="true">Reveal</button> <span role="note">Choose first.</span></p>
      <output aria-live="polite"></output>
    </section>`;
  const [root, legend, list, button, hint, verdict] = ["section", "legend", "div", "button", "span", "output"]
    .map((name) => el.querySelector(name));
  const name = `rnn-question-${Math.random()}`; // by chance: a count would begin anew with each question on the page
  hint.id = `${name}-hint`;
  button.setAttribute("aria-describedby", hint.id);

  const chosen = () => list.querySelector("input:checked");

  // The question as it stands before anyone has chosen; `because` and the answer are not in the page.
  function ask() {
    legend.replaceChildren(...spell(model.get("question")));
    list.replaceChildren(...model.get("choices").map((choice) => {
      const label = document.createElement("label");
      const radio = Object.assign(document.createElement("input"), { type: "radio", name, value: choice });
      const text = document.createElement("span");
      text.append(...spell(choice));
      label.append(radio, text);
      return label;
    }));
    root.classList.remove("revealed");
    verdict.replaceChildren();
    draw();
  }

  function draw() {
    button.textContent = verdict.hasChildNodes() ? "Ask again" : "Reveal";
    button.ariaDisabled = !chosen();
    hint.textContent = chosen() ? "" : "Choose first.";
  }

  function reveal() {
    const [choice, answer] = [chosen().value, model.get("answer")];
    const right = choice === answer;
    for (const radio of list.querySelectorAll("input")) {
      radio.disabled = true;
      radio.parentElement.classList.toggle("answer", radio.value === answer);
    }
    const first = document.createElement("p");
    const mark = Object.assign(document.createElement("strong"), { textContent: right ? "Right." : "Not this one." });
    first.append(mark, " You chose: ", ...spell(choice));
    if (!right) first.append(document.createElement("br"), "The answer is: ", ...spell(answer));
    const second = document.createElement("p");
    second.append(...spell(model.get("because")));
    root.classList.add("revealed");
    verdict.replaceChildren(first, second);
    draw();
  }

  function press() {
    if (verdict.hasChildNodes()) ask();
    else if (chosen()) reveal();
  }

  button.onclick = press;
  list.onchange = draw;
  root.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || key === "Tab" || (key === "Enter" && event.shiftKey)) return;
    if (key === "Escape") return el.closest("[tabindex]")?.focus(); // the cell, in JupyterLab
    event.stopPropagation(); // JupyterLab's keys act on cells (x cuts one)
    if (key === "Enter" && target.type === "radio") press();
  });
  model.on("change", ask);
  ask();
}

export default { render };

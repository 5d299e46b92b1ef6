// A picture made by Python, and the sentence that says what it shows: told to screen readers whenever it changes.
// A picture wider than its place can be scrolled with the keys.
function render({ model, el }) {
  el.innerHTML = `<div class="rnn-picture"><div></div><p><output aria-live="polite"></output></p></div>`;
  const [picture, sentence] = [".rnn-picture > div", "output"].map((selector) => el.querySelector(selector));
  let made;
  const draw = () => {
    if (made !== model.get("html")) picture.innerHTML = made = model.get("html");
    if (sentence.textContent !== model.get("sentence")) sentence.textContent = model.get("sentence");
  };
  model.on("change", draw);
  draw();
  new ResizeObserver(() => { picture.tabIndex = picture.scrollWidth > picture.clientWidth ? 0 : -1; }).observe(picture);
}

export default { render };

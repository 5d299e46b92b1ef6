// Keys pressed inside the panel stay inside: JupyterLab's own (x cuts a cell, arrows leave it) would act otherwise.
function render({ el }) {
  el.style.display = "none";
  const stop = (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && !["Tab", "Escape"].includes(event.key)) event.stopPropagation();
  };
  let panel;
  const attached = setInterval(() => {
    panel = el.closest(".rnn-panel");
    if (!panel) return;
    panel.addEventListener("keydown", stop);
    panel.dataset.guarded = ""; // who waits for a panel to be ready can see it here
    clearInterval(attached);
  }, 50);
  return () => { clearInterval(attached); panel?.removeEventListener("keydown", stop); };
}

export default { render };

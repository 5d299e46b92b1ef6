// Gives the widgets that a notebook has saved what JupyterLab would give them, but for the kernel: a model each, which
// all its views share, and the few boxes and controls of ipywidgets that the lessons use. No control asks Python here:
// those whose changes would need it come disabled.
{
  const saved = JSON.parse(document.getElementById("saved-widgets")?.textContent ?? '{"models": {}}');
  const models = new Map();
  const modules = new Map();
  const sheets = new Set();

  // The part of Backbone's model that a front end of anywidget may use.
  class Model {
    constructor(state) {
      this.state = state;
      this.listeners = [];
    }
    get(name) { return this.state[name]; }
    set(name, value, options) {
      const [values, { silent } = {}] = typeof name === "object" ? [name, value] : [{ [name]: value }, options];
      const changed = Object.keys(values).filter((key) => this.state[key] !== values[key]);
      Object.assign(this.state, values);
      if (silent || !changed.length) return;
      for (const key of changed) this.trigger(`change:${key}`, this, this.state[key]);
      this.trigger("change", this);
    }
    on(names, heard) {
      for (const name of names.split(" ")) this.listeners.push({ name, heard });
    }
    off(names, heard) {
      const gone = ({ name, heard: other }) => (names ?? name).split(" ").includes(name) && (heard ?? other) === other;
      this.listeners = this.listeners.filter((listener) => !gone(listener));
    }
    trigger(event, ...values) {
      for (const { name, heard } of [...this.listeners]) if (name === event) heard(...values);
    }
    save_changes() {}
    send() {}
  }

  const find = (reference) => saved.models[reference.replace("IPY_MODEL_", "")];
  const traits = (reference) => reference ? find(reference).state : {};

  function modelOf(reference) {
    if (!models.has(reference)) models.set(reference, new Model(find(reference).state));
    return models.get(reference);
  }

  function element(tag, classes, content = []) {
    const made = document.createElement(tag);
    made.className = `jupyter-widgets ${classes}`;
    made.append(...content);
    return made;
  }

  // A control and the text beside it, which is its name.
  function named(kind, model, control) {
    const text = Object.assign(document.createElement("span"), { className: "widget-label", textContent: model.get("description") });
    text.style.width = traits(model.get("style")).description_width ?? "";
    control.disabled = model.get("disabled");
    return element("label", `widget-inline-hbox ${kind}`, kind === "widget-checkbox" ? [control, text] : [text, control]);
  }

  function button(kind, model) {
    const made = element("button", `jupyter-button ${kind}`, [model.get("description")]);
    made.disabled = model.get("disabled");
    return made;
  }

  const box = (kind) => async (model) => element("div", `widget-box ${kind}`, await Promise.all(model.get("children").map(view)));
  const input = (type, traits) => Object.assign(document.createElement("input"), { type, ...traits });

  const views = {
    Box: box(""),
    HBox: box("widget-hbox"),
    VBox: box("widget-vbox"),
    HTML(model) {
      const made = element("div", "widget-html");
      made.innerHTML = model.get("value");
      return made;
    },
    Text: (model) => named("widget-text", model, input("text", { value: model.get("value") })),
    Checkbox: (model) => named("widget-checkbox", model, input("checkbox", { checked: model.get("value") })),
    Dropdown(model) {
      const select = document.createElement("select");
      select.append(...model.get("_options_labels").map((label) => new Option(label)));
      select.selectedIndex = model.get("index") ?? -1;
      return named("widget-dropdown", model, select);
    },
    Button: (model) => button("widget-button", model),
    ToggleButton(model) {
      const made = button("widget-toggle-button", model);
      made.ariaPressed = model.get("value");
      return made;
    },
    async Any(model) {
      const made = element("div", "");
      dress(model.get("_css"));
      const { default: widget } = await load(model.get("_esm"));
      const { initialize, render } = typeof widget === "function" ? await widget() : widget;
      if (initialize && !model.initialized) model.initialized = initialize({ model });
      await model.initialized;
      await render?.({ model, el: made, signal: new AbortController().signal });
      return made;
    },
  };

  // A module from a text, once: file:// lets no page import another file.
  function load(part) {
    if (!modules.has(part)) {
      const address = URL.createObjectURL(new Blob([saved.parts[part]], { type: "text/javascript" }));
      modules.set(part, import(address));
    }
    return modules.get(part);
  }

  function dress(part) {
    if (part === undefined || sheets.has(part)) return;
    sheets.add(part);
    document.head.append(Object.assign(document.createElement("style"), { textContent: saved.parts[part] }));
  }

  async function view(reference) {
    const model = modelOf(reference);
    const made = await views[find(reference).kind](model);
    made.classList.add(...(model.get("_dom_classes") ?? []));
    for (const [name, value] of Object.entries(traits(model.get("layout")))) made.style[name.replaceAll("_", "-")] = value;
    return made;
  }

  // The still that stands there gives way when the widget is ready; if that fails, it stays.
  const stand = async (place) => place.replaceChildren(await view(place.dataset.widget));
  const places = [...document.querySelectorAll("[data-widget]")];
  Promise.allSettled(places.map(stand)).then((results) => {
    for (const { reason } of results) if (reason) console.error(reason);
    document.body.dataset.widgets = "ready";
  });

  // What is wider than its place can be scrolled with the keys.
  const reach = new ResizeObserver((entries) => {
    for (const { target } of entries) target.tabIndex = target.scrollWidth > target.clientWidth ? 0 : -1;
  });
  for (const wide of document.querySelectorAll("pre, math[display], .jp-RenderedHTML")) reach.observe(wide);
}

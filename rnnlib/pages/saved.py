"""The widgets of an executed notebook, as it has saved them, made ready for a page without a kernel.

What you can do here: pack the widgets that a page shows (Saved), learn whether one needs Python (Saved.needs_python).
"""

import json

KEY = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
REFERENCE = "IPY_MODEL_"
CONTROLS = {"ButtonModel", "CheckboxModel", "DropdownModel", "TextModel", "ToggleButtonModel"}
SHOWN = CONTROLS | {"AnyModel", "BoxModel", "HBoxModel", "VBoxModel", "HTMLModel"}
PARTS = ("_esm", "_css")  # the code and the looks, which all widgets of a kind share


class Saved:
    """The widgets that were asked for, and all that they hold; code and style sheets are kept once.

    state : {id: {"model_name": ..., "state": {...}}}, as a notebook saves it

    A widget that can be disabled is one whose changes go to Python: here it is disabled. Stepper and Question can't.
    """

    def __init__(self, state: dict[str, dict]) -> None:
        """Begin with no widget."""
        self._state = state
        self.models: dict[str, dict] = {}
        self.parts: list[str] = []

    def has(self, name: str) -> bool:
        """Return whether a widget was saved."""
        return name in self._state

    def add(self, name: str) -> None:
        """Take a widget that was saved, and what it holds; a ValueError if it is of a kind that can't be shown."""
        if name in self.models:
            return
        kind, state = (self._state[name][key] for key in ("model_name", "state"))
        if kind not in SHOWN and not kind.endswith(("LayoutModel", "StyleModel")):
            raise ValueError(f"the pages can't show a widget of the kind {kind.removesuffix('Model')}")
        kept = {key: value for key, value in state.items() if value is not None and not is_about_itself(key)}
        kept |= {key: self._part(kept[key]) for key in PARTS if key in kept}
        if kind in CONTROLS or "disabled" in kept:
            kept["disabled"] = True
        self.models[name] = {"kind": kind.removesuffix("Model"), "state": kept}
        for held in references(kept):
            self.add(held)

    def needs_python(self, name: str) -> bool:
        """Return whether a widget, or one of those that it holds, is of no use here."""
        state = self.models[name]["state"]
        return "disabled" in state or any(map(self.needs_python, references(state)))

    def as_json(self) -> str:
        """Return everything as JSON that can stand in a page."""
        page = json.dumps({"parts": self.parts, "models": self.models}, ensure_ascii=False, separators=(",", ":"))
        return page.replace("<", "\\u003c")

    def _part(self, text: str) -> int:
        """Return the place of a text among the parts."""
        if text not in self.parts:
            self.parts.append(text)
        return self.parts.index(text)


def is_about_itself(key: str) -> bool:
    """Return whether a trait says which class of ipywidgets this is; the page knows that from its kind."""
    return key.startswith(("_model_", "_view_", "_anywidget_"))


def references(state: dict) -> list[str]:
    """Return the names of the widgets that a widget holds.

    >>> references({"layout": "IPY_MODEL_a", "children": ["IPY_MODEL_b", "IPY_MODEL_c"], "value": 1})
    ['a', 'b', 'c']
    """
    values = [v for value in state.values() for v in (value if isinstance(value, list) else [value])]
    return [v.removeprefix(REFERENCE) for v in values if isinstance(v, str) and v.startswith(REFERENCE)]

"""Walk through one full cycle with your own numbers: `Walk(task)` shows every factor, term and sum, step by step."""

import ipywidgets as widgets
import numpy as np

from ..cycles import Cycle, cycle
from ..explain import scene, still
from ..explain.board import Kind
from ..notation import WEIGHTS
from ..tasks import Task
from ..weights import Weights
from .panel import Panel, array_text, complaint, one_at_a_time, typed_array
from .slider import Slider
from .stepper import Stepper

FIELDS = ("x", "y", "O0", "Wi", "Wh", "Wo", "learning_rate")


class Walk(Panel):
    """A stepper through forward, loss, terms, sum and update of a task, with controls for everything that goes in.

    task          : Task   what Reset goes back to
    weight        : "Wo", "Wh" or "Wi", whose gradient is taken apart
    until         : the last kind of frame, "loss" for the forward pass alone, "update" for the whole cycle
    learning_rate : of the update
    choose        : the weights one can change to

    `controls` holds every control by its name; `cycle` is the record that is shown, of the last usable entries.
    """

    def __init__(
        self,
        task: Task,
        weight: str = "Wh",
        until: Kind = "update",
        learning_rate: float = 0.1,
        choose: tuple[str, ...] = WEIGHTS,
    ) -> None:
        """Compute the first cycle and lay out controls and stepper."""
        self.task, self.until = task, until
        self.start = {name: array_text(array) for name, array in arrays_of(task, learning_rate).items()}
        self.texts = self.start
        self.cycle = run(task, self.texts, weight)
        self.controls = self._controls(weight, choose)
        self.complaints = {name: widgets.HTML() for name in FIELDS}
        page = scene(self.cycle, until)
        what = "the forward pass" if until == "loss" else "one cycle"
        label = f"Step through {what} of {task.story}"
        self.stepper = Stepper(page.html, page.sentences, page.titles, still=self._still_at, label=label)
        for name, control in self.controls.items():
            if name in FIELDS or name == "weight":
                control.observe(self._changed, "value")
        self.controls["entry"].observe(self._aim, "value")
        self.controls["drag"].observe(self._dragged, "value")
        self.controls["edit"].observe(self._fold, "value")
        self.controls["reset"].on_click(self._reset)
        self._aim()
        super().__init__(self._layout(len(choose) > 1 and until != "loss"))

    def still(self) -> tuple[str, str]:
        """Return the current frame as HTML and as plain text."""
        return self._still_at(self.stepper.index)

    def _still_at(self, index: int) -> tuple[str, str]:
        return still(self.cycle, index, self.until)

    def _entries(self) -> tuple[str, ...]:
        return tuple(e for e in entries(self.texts) if self.until == "update" or e != "learning_rate")

    def _controls(self, weight: str, choose: tuple[str, ...]) -> dict[str, widgets.Widget]:
        fields = {
            name: widgets.Text(
                value=self.start[name],
                description="x, a step a row" if name == "x" else name,
                continuous_update=False,
                style={"description_width": "8em"},
                layout={"width": "24em"},
            )
            for name in FIELDS
        }
        of_weight = next(entry for entry in self._entries() if entry.startswith(weight))
        close = {"style": {"description_width": "initial"}, "layout": {"width": "auto"}}
        return {
            "weight": widgets.Dropdown(options=choose, value=weight, description="Gradient of", **close),
            "entry": widgets.Dropdown(options=self._entries(), value=of_weight, description="Change", **close),
            "drag": Slider("Wh", 0.0, min=-2.0, max=2.0, step=0.05),
            "edit": widgets.ToggleButton(value=False, description="Type numbers", layout={"width": "auto"}),
            "reset": widgets.Button(description="Reset", layout={"width": "auto"}),
            **fields,
        }

    def _layout(self, has_choice: bool) -> tuple[widgets.Widget, ...]:
        names = ("weight", "entry", "drag", "edit", "reset")
        top = [self.controls[name] for name in names if name != "weight" or has_choice]
        used = [name for name in FIELDS if name != "learning_rate" or self.until == "update"]
        rows = [widgets.HBox([self.controls[name], self.complaints[name]]) for name in used]
        self.fields = widgets.VBox(rows, layout={"display": "none"})
        head = widgets.HBox(top, layout={"flex_flow": "row wrap", "align_items": "center", "grid_gap": "0 1.2em"})
        return head, self.fields, self.stepper

    @one_at_a_time
    def _changed(self, change: dict) -> None:
        """Show the cycle of what the fields say now; where that fails, say why beside the field, keep the picture."""
        texts = {name: self.controls[name].value for name in FIELDS}
        try:
            self.cycle = run(self.task, texts, self.controls["weight"].value)
        except (ValueError, TypeError) as error:
            self._complain(str(error), name_of(change["owner"], self.controls))
            return
        self.texts = texts
        self._complain("", None)
        page = scene(self.cycle, self.until)
        self.stepper.show(page.html, page.sentences, page.titles)
        self._follow()

    def _complain(self, text: str, changed: str | None) -> None:
        named = text.split(" ", 1)[0].rstrip(":").split("[")[0]
        at = named if named in FIELDS else changed if changed in FIELDS else "Wh"
        for name, box in self.complaints.items():
            box.value = complaint(text) if name == at else ""
        if text:
            self.controls["edit"].value = True

    def _follow(self) -> None:
        """Keep the entries one can drag, and the slider, in step with the fields."""
        options, entry = self._entries(), self.controls["entry"]
        if tuple(entry.options) != options:
            chosen = entry.value
            entry.options = options
            entry.value = chosen if chosen in options else options[0]
        self._aim()

    @one_at_a_time
    def _aim(self, change: dict | None = None) -> None:
        """Point the slider at the chosen entry."""
        name, place = entries(self.texts)[self.controls["entry"].value]
        value = float(typed_array(self.texts[name], name)[place])
        drag = self.controls["drag"]
        drag.unobserve(self._dragged, "value")
        *span, step = (0.01, 1.0, 0.01) if name == "learning_rate" else (-2.0, 2.0, 0.05)
        with drag.hold_sync():
            drag.description = self.controls["entry"].value
            drag.set_trait("min", min(span[0], value))
            drag.set_trait("max", max(span[1], value))
            drag.step, drag.value = step, value
        drag.observe(self._dragged, "value")

    @one_at_a_time
    def _dragged(self, change: dict) -> None:
        name, place = entries(self.texts)[self.controls["entry"].value]
        array = typed_array(self.texts[name], name)
        array[place] = change["new"]
        self.controls[name].value = array_text(array)

    @one_at_a_time
    def _fold(self, change: dict) -> None:
        self.fields.layout.display = "" if change["new"] else "none"

    @one_at_a_time
    def _reset(self, button: widgets.Button) -> None:
        for name in FIELDS:
            self.controls[name].unobserve(self._changed, "value")
            self.controls[name].value = self.start[name]
            self.controls[name].observe(self._changed, "value")
        self._changed({"owner": button})


def arrays_of(task: Task, learning_rate: float) -> dict[str, np.ndarray]:
    """Return what the fields of a task hold."""
    w = task.weights
    rate = np.array(learning_rate)
    return {"x": task.x, "y": task.y, "O0": task.O0, "Wi": w.Wi, "Wh": w.Wh, "Wo": w.Wo, "learning_rate": rate}


def run(task: Task, texts: dict[str, str], weight: str) -> Cycle:
    """Return the cycle of what was typed; a ValueError names the field that can't be used."""
    arrays = {name: typed_array(text, name) for name, text in texts.items()}
    w = Weights(arrays["Wi"], arrays["Wh"], arrays["Wo"])
    x = arrays["x"].T if w.D == 1 and len(arrays["x"]) == 1 else arrays["x"]
    y, O0 = arrays["y"].ravel(), arrays["O0"].ravel()
    if arrays["learning_rate"].size != 1:
        raise ValueError(f"learning_rate holds {arrays['learning_rate'].size} numbers, must be one")
    rate = arrays["learning_rate"].item()
    return cycle(w, x, y, O0, weight, task.hidden, task.output, task.loss, rate)


def entries(texts: dict[str, str]) -> dict[str, tuple[str, tuple[int, int]]]:
    """Return the numbers one can drag and where they are, weights first: {"Wh[0, 1]": ("Wh", (0, 1)), "x2": ...}.

    A weight of one number is called "Wh", the inputs of step 2 "x2", or "x2[0]", "x2[1]" if there are several.
    """
    shapes = {name: typed_array(texts[name], name).shape for name in FIELDS}
    has_one_input = shapes["Wi"][1] == 1
    found = {}
    for name in ("Wh", "Wi", "Wo", "O0", "x", "y", "learning_rate"):
        for row, column in np.ndindex(shapes[name]):
            if name == "x":
                label = f"x{row + column + 1}" if has_one_input else f"x{row + 1}[{column}]"
            elif shapes[name] == (1, 1):
                label = name
            else:
                label = f"{name}[{row}, {column}]" if name in WEIGHTS else f"{name}[{row + column}]"
            found[label] = name, (row, column)
    return found


def name_of(control: widgets.Widget, controls: dict[str, widgets.Widget]) -> str | None:
    """Return the name of a control, None if it is not one of them."""
    return next((name for name, other in controls.items() if other is control), None)

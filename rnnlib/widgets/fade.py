"""Watch a gradient fade or explode: `Fade()` has sliders for the length, for Wh, and for where a truncation cuts."""

import ipywidgets as widgets

from ..arrays import instance, whole
from ..explain import fading_picture, fading_sentence, fading_table, plain_fading
from ..fading import fading, spectral_radius
from ..functions import HIDDEN
from ..tasks import Task, hundred_steps
from .panel import Panel, complaint, one_at_a_time
from .picture import Picture
from .slider import Slider

SHORTEST, LARGEST = 3, 2.0  # T; spectral radius


class Fade(Panel):
    """Terms of dL/dWh by age, their shares, and the Jacobians between the steps, with sliders for what changes them.

    task   : Task   whose last T steps are run, `hundred_steps()` if None; Wh is scaled to the spectral radius
    T      : steps to start with; 30, or all if there are fewer
    k      : where a truncation cuts, to start with; 5, or T
    radius : spectral radius to start with; the task's own to two decimals, if None
    hidden : activation to start with

    `controls` holds every control by its name: T, radius, k, hidden, reset; `fading` is the record that is shown.
    """

    def __init__(
        self,
        task: Task | None = None,
        T: int | None = None,
        k: int | None = None,
        radius: float | None = None,
        hidden: str = "tanh",
    ) -> None:
        """Run the task once, and lay out controls, picture and table."""
        self.task = hundred_steps() if task is None else task
        instance(self.task, "task", Task, "rnnlib.tasks.hundred_steps()")
        if (longest := len(self.task.x)) == 1:
            raise ValueError("task has one step only, so nothing can fade; it must have 2 or more")
        T = min(30, longest) if T is None else T
        k = min(5, T) if k is None else k
        radius = round(spectral_radius(self.task.weights), 2) if radius is None else radius
        self.fading, k = fading(self.task, T, radius, hidden), whole(k, "k", 1, longest)
        self.controls = self._controls(T, k, radius, hidden)
        self.start = {name: control.value for name, control in self.controls.items() if name != "reset"}
        self.picture, self.table, self.complaint = Picture(), Picture(), widgets.HTML()
        self.is_following = False
        self._show()
        for name in self.start:
            self.controls[name].observe(self._changed, "value")
        self.controls["reset"].on_click(self._reset)
        super().__init__(self._layout())
        self.add_class("rnn-fade")

    def still(self) -> tuple[str, str]:
        """Return sentence and table as HTML and as plain text."""
        said = fading_sentence(self.fading, self.k)
        page = f'<div class="rnn"><p>{said}</p>{fading_table(self.fading)}</div>'
        return page, f"{said}\n\n{plain_fading(self.fading)}".replace("−", "-")

    @property
    def k(self) -> int:
        """Where the truncation cuts."""
        return int(self.controls["k"].value)

    def _controls(self, T: int, k: int, radius: float, hidden: str) -> dict[str, widgets.Widget]:
        longest = len(self.task.x)
        return {
            "T": Slider("steps T", T, min=SHORTEST if longest > SHORTEST else 1, max=longest, step=1),
            "radius": Slider("spectral radius", radius, min=0.1, max=LARGEST, step=0.01),
            "k": Slider("cut after k", k, min=1, max=longest, step=1),
            "hidden": widgets.Dropdown(options=tuple(HIDDEN), value=hidden, description="Activation"),
            "reset": widgets.Button(description="Reset"),
        }

    def _layout(self) -> tuple[widgets.Widget, ...]:
        top = widgets.HBox(list(self.controls.values()))
        top.add_class("rnn-top")
        return top, self.complaint, self.picture, self.table

    def _show(self) -> None:
        """Show what the controls say now; where that fails, say why and keep the last picture."""
        T, radius, hidden = (self.controls[name].value for name in ("T", "radius", "hidden"))
        try:
            self.fading = fading(self.task, int(T), radius, hidden)
        except (ValueError, TypeError) as error:
            self.complaint.value = complaint(str(error))
            return
        self.complaint.value = ""
        picture = fading_picture(self.fading, self.k)
        self.picture.show(f'<div class="rnn">{picture}</div>', fading_sentence(self.fading, self.k))
        self.table.show(f'<div class="rnn">{fading_table(self.fading)}</div>')

    @one_at_a_time
    def _changed(self, change: dict) -> None:
        if not self.is_following:
            self._show()

    @one_at_a_time
    def _reset(self, button: widgets.Button) -> None:
        self.is_following = True
        for name, value in self.start.items():
            self.controls[name].value = value
        self.is_following = False
        self._show()

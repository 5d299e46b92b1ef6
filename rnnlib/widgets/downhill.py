"""Go downhill on the loss surface: `Downhill(task)` shows the way from a start; learning rate and start are sliders."""

from collections.abc import Sequence

import ipywidgets as widgets
from numpy.typing import ArrayLike

from ..arrays import instance
from ..explain import landscape, map_style, place_sentence, plain_route, route_table
from ..plots.relief import relief
from ..regions import Survey, regions, survey
from ..route import Route, route
from ..surface import loss_surface
from ..tasks import Task
from .panel import Panel, complaint, one_at_a_time
from .slider import Slider
from .stepper import Stepper

RESOLUTION = 121
STEP = 0.05  # of a start
DECADE = 0.05  # of a learning rate, in powers of ten


class Downhill(Panel):
    """A stepper through a descent over two entries of the weights, with sliders for learning rate and start.

    task          : Task   its x may be one sequence (T, D) or a batch (T, B, D); all other weights are held
    learning_rate : to begin with, within `rates`
    start         : (2,) values of the two entries to begin with; those of the task if None
    updates       : how many are made at most; each has its frame
    along, span   : the two entries and the map, as for `loss_surface`
    rates         : (lowest, highest) learning rate
    clip          : a length for the gradient; a checkbox offers to clip it there, if given

    `controls` holds every control by its name: learning_rate, first, second, reset, and clip if it is offered;
    `survey` is the record that is shown, `route` the way in it.
    """

    def __init__(
        self,
        task: Task,
        learning_rate: float = 1.0,
        start: ArrayLike | None = None,
        updates: int = 30,
        along: Sequence[str] = ("Wi[0,0]", "Wh[0,0]"),
        span: ArrayLike = ((-3, 3), (-3, 3)),
        rates: tuple[float, float] = (0.001, 100.0),
        clip: float | None = None,
    ) -> None:
        """Compute surface and first descent, and lay out controls and stepper."""
        instance(task, "task", Task, "rnnlib.tasks.three_steps()")
        options = {"loss": task.loss, "hidden": task.hidden, "output": task.output, "O0": task.O0}
        self.surface = loss_surface(task.weights, task.x, task.y, along, span, RESOLUTION, **options)
        self.ground, self.relief = regions(self.surface), relief(self.surface)
        self.task, self.updates, self.clip = task, updates, clip
        self.survey = self._walk(learning_rate, start, clip=None)
        first, second = self.route.places[0]
        check_range("learning_rate", learning_rate, *rates)
        for value, ends, name in zip((first, second), self.surface.values, self.surface.names, strict=True):
            check_range(f"start at {name}", value, ends[0], ends[-1])
        self.start = {"learning_rate": learning_rate, "first": first, "second": second}
        self.controls = self._controls(rates)
        self.complaint = widgets.HTML()
        self.is_setting = False
        page = landscape(self.survey, self.relief)
        label = f"Step downhill on the loss of {task.story}"
        self.stepper = Stepper(page.html, page.sentences, page.titles, still=self._still_at, label=label, interval=600)
        for name, control in self.controls.items():
            if name != "reset":
                control.observe(self._changed, "value")
        self.controls["reset"].on_click(self._reset)
        self.stepper.observe(self._picked, "picked")
        layout = {"flex_flow": "row wrap", "align_items": "center"}
        top = widgets.HBox(list(self.controls.values()), layout=layout)
        super().__init__((top, self.complaint, self.stepper), map_style(self.surface, self.relief))
        self.add_class("rnn-downhill")

    def still(self) -> tuple[str, str]:
        """Return the current frame as HTML and as plain text."""
        return self._still_at(self.stepper.index)

    def _still_at(self, index: int) -> tuple[str, str]:
        said = place_sentence(self.survey, index)
        page = f'<div class="rnn"><p>{said}</p>{route_table(self.survey)}</div>'
        rate = f"learning rate {self.route.learning_rate:g}"
        return page, f"{said}\n\n{rate}\n{plain_route(self.survey)}".replace("−", "-")

    def _controls(self, rates: tuple[float, float]) -> dict[str, widgets.Widget]:
        low, high = rates
        first, second = self.surface.names
        ends = [{"min": float(v[0]), "max": float(v[-1]), "step": STEP} for v in self.surface.values]
        rate = {"min": low, "max": high, "step": DECADE, "logarithmic": True}
        controls = {
            "learning_rate": Slider("learning rate", self.start["learning_rate"], **rate),
            "first": Slider(f"start {first}", self.start["first"], **ends[0]),
            "second": Slider(f"start {second}", self.start["second"], **ends[1]),
            "reset": widgets.Button(description="Reset", layout={"width": "auto"}),
        }
        if self.clip is not None:
            text = f"Clip the gradient at {self.clip:g}"
            controls["clip"] = widgets.Checkbox(value=False, description=text, indent=False, layout={"width": "auto"})
        return controls

    @property
    def route(self) -> Route:
        """The way that is shown."""
        return self.survey.route

    def _walk(self, learning_rate: float, start: ArrayLike | None, clip: float | None) -> Survey:
        return survey(route(self.surface, start, learning_rate, self.updates, clip), self.ground)

    @one_at_a_time
    def _changed(self, change: dict | None = None) -> None:
        """Show the descent that the controls ask for; where that fails, say why and keep the last one."""
        if self.is_setting:
            return
        rate, first, second = (self.controls[name].value for name in ("learning_rate", "first", "second"))
        clip = self.clip if "clip" in self.controls and self.controls["clip"].value else None
        try:
            self.survey = self._walk(rate, (first, second), clip)
        except (ValueError, TypeError) as error:
            self.complaint.value = complaint(str(error))
            return
        self.complaint.value = ""
        page = landscape(self.survey, self.relief)
        self.stepper.show(page.html, page.sentences, page.titles)

    @one_at_a_time
    def _picked(self, change: dict) -> None:
        """Start where the reader has pressed on the map, as exactly as the sliders stand."""
        right, down = (min(max(share, 0.0), 1.0) for share in change["new"])
        self.is_setting = True
        for name, share in (("first", right), ("second", 1.0 - down)):
            slider = self.controls[name]
            steps = round(share * (slider.max - slider.min) / STEP)
            slider.value = round(slider.min + steps * STEP, 9)
        self.is_setting = False
        self._changed()

    @one_at_a_time
    def _reset(self, button: widgets.Button) -> None:
        """Go back to the first descent and to its start."""
        self.is_setting = True
        for name, value in self.start.items():
            self.controls[name].value = value
        if "clip" in self.controls:
            self.controls["clip"].value = False
        self.is_setting = False
        self._changed()
        self.stepper.index = 0


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Raise a ValueError for a value that its slider could not show."""
    if not low <= value <= high:
        raise ValueError(f"{name} is {value:g}, must be between {low:g} and {high:g}, where its slider goes")

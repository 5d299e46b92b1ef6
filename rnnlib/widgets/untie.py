"""Give each step its own copy of a weight: `Untie(task)` moves one copy, or all, and compares terms with the truth."""

import ipywidgets as widgets
import numpy as np

from ..arrays import instance
from ..explain import copies, plain_untied, untied_sentence, untied_table
from ..tasks import Task
from ..trace import forward
from ..untied import COPIED, Untied, untie
from ..weights import Weights
from .panel import Panel, complaint, one_at_a_time
from .picture import Picture
from .slider import Slider

START, FARTHEST, STEP = 0.1, 0.5, 0.01  # how far the one copy is moved in the beginning, and any copy can be


class Untie(Panel):
    """A slider for each step's copy of Wh or Wi, and what the terms predict beside what truly happens to the loss.

    task   : Task   whose weight is untied
    weight : "Wh" or "Wi", to start with

    In the beginning one copy is moved, the one with the largest term. While the copies are tied, moving one moves all.
    `controls` holds every control by its name: weight, entry, tie, reset, and "copy 1" .. "copy T"; `untied` is the
    record that is shown.
    """

    def __init__(self, task: Task, weight: str = "Wh") -> None:
        """Move one copy, and lay out controls, picture and table."""
        instance(task, "task", Task, "rnnlib.tasks.three_steps()")
        self.task, self.start = task, weight
        self.trace = forward(task.weights, task.x, task.O0, task.hidden, task.output)
        self.steps = range(1, self.trace.T + 1)
        terms = self._moved_by(dict.fromkeys(self.steps, 0.0), weight, (0, 0)).terms[1:, 0, 0]
        self.first = self.last = int(np.abs(terms).argmax()) + 1
        self.controls = self._controls(weight)
        self.picture, self.table, self.complaint = Picture(), Picture(), widgets.HTML()
        self.is_following = False
        self._show(self._start_moves())
        for name, control in self.controls.items():
            if name != "reset":
                control.observe(self._changed, "value")
        self.controls["reset"].on_click(self._reset)
        super().__init__(self._layout())
        self.add_class("rnn-untie")

    def copy(self, t: int) -> Slider:
        """Return the slider of the copy of step t."""
        return self.controls[f"copy {t}"]

    def still(self) -> tuple[str, str]:
        """Return sentence and table as HTML and as plain text."""
        entry = self.controls["entry"].value
        said = untied_sentence(self.untied, entry)
        page = f'<div class="rnn"><p>{said}</p>{untied_table(self.untied, entry, has_bars=False)}</div>'
        return page, f"{said}\n\n{plain_untied(self.untied, entry)}".replace("−", "-")

    def _controls(self, weight: str) -> dict[str, widgets.Widget]:
        moves = self._start_moves()
        sliders = {
            f"copy {t}": Slider(f"copy at step {t}", moves[t], min=-FARTHEST, max=FARTHEST, step=STEP)
            for t in self.steps
        }
        return {
            "weight": widgets.Dropdown(options=COPIED, value=weight, description="Copies of"),
            "entry": widgets.Dropdown(options=entries(self.trace.weights, weight), description="Entry"),
            "tie": widgets.Checkbox(value=False, description="Tie the copies", indent=False),
            "reset": widgets.Button(description="Reset"),
            **sliders,
        }

    def _layout(self) -> tuple[widgets.Widget, ...]:
        top = widgets.HBox([self.controls[name] for name in ("weight", "entry", "tie", "reset")])
        sliders = widgets.Box([self.copy(t) for t in self.steps])
        below = widgets.Box([sliders, self.table])
        for box, name in ((top, "rnn-top"), (sliders, "rnn-copies"), (below, "rnn-below")):
            box.add_class(name)
        return top, self.complaint, self.picture, below

    def _start_moves(self) -> dict[int, float]:
        return {t: START if t == self.first else 0.0 for t in self.steps}

    def _moved_by(self, moves: dict[int, float], weight: str, entry: tuple[int, int]) -> Untied:
        """Return the record of moving one entry of each step's copy."""
        changes = np.zeros((self.trace.T + 1, *getattr(self.trace.weights, weight).shape))
        for t, move in moves.items():
            changes[(t, *entry)] = move
        return untie(self.trace, self.task.y, changes, weight, self.task.loss)

    def _show(self, moves: dict[int, float]) -> None:
        """Show what the moves do; where that fails, say why and keep the last picture."""
        weight, entry, tied = (self.controls[name].value for name in ("weight", "entry", "tie"))
        try:
            self.untied = self._moved_by(moves, weight, entry)
        except (ValueError, TypeError) as error:
            self.complaint.value = complaint(str(error))
            return
        self.complaint.value = ""
        picture, table = copies(self.untied, tied, entry), untied_table(self.untied, entry)
        self.picture.show(f'<div class="rnn">{picture}</div>', untied_sentence(self.untied, entry))
        self.table.show(f'<div class="rnn">{table}</div>')
        self.controls["entry"].layout.display = "" if self.untied.changes[0].size > 1 else "none"

    @one_at_a_time
    def _changed(self, change: dict) -> None:
        """Show what the controls say now; while the copies are tied, all go where the last one moved has gone."""
        if self.is_following:
            return
        if change["owner"] is self.controls["weight"]:
            self._offer_entries(change["new"])
        self.last = next((t for t in self.steps if self.copy(t) is change["owner"]), self.last)
        tied = self.controls["tie"].value
        moves = {t: self.copy(self.last if tied else t).value for t in self.steps}
        self._show(moves)
        self._follow({f"copy {t}": move for t, move in moves.items()})

    def _follow(self, values: dict[str, object]) -> None:
        """Set controls without acting on each of them."""
        self.is_following = True
        for name, value in values.items():
            self.controls[name].value = value
        self.is_following = False

    def _offer_entries(self, weight: str) -> None:
        """Let the entries of this weight be chosen, beginning with the first."""
        self.is_following = True
        self.controls["entry"].options = entries(self.trace.weights, weight)
        self.is_following = False

    @one_at_a_time
    def _reset(self, button: widgets.Button) -> None:
        self.last, moves = self.first, self._start_moves()
        self._offer_entries(self.start)
        self._follow({"weight": self.start, "entry": (0, 0), "tie": False})
        self._show(moves)
        self._follow({f"copy {t}": move for t, move in moves.items()})


def entries(weights: Weights, weight: str) -> list[tuple[str, tuple[int, int]]]:
    """Return the names and places of a weight's entries."""
    return [(f"{weight}[{i}, {j}]", (i, j)) for i, j in np.ndindex(getattr(weights, weight).shape)]

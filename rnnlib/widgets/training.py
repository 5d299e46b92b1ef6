"""Train on a measured series and look on: `Training(data)` starts, pauses, resumes and stops, and never blocks."""

import asyncio
import weakref
from collections.abc import Iterator
from time import perf_counter
from typing import ClassVar

import ipywidgets as widgets

from ..arrays import instance, whole
from ..descent import Step, descending
from ..explain import plain_training, style, training_bar, training_picture, training_sentence
from ..forecast import Fit, Split, follow, starting_weights
from ..weights import Weights
from .panel import Panel, complaint
from .picture import Picture

CHOICES = {
    "H": ("Hidden units", (2, 4, 8, 16, 32)),
    "learning_rate": ("Learning rate", (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)),
    "steps": ("Updates", (200, 1000, 5000, 20000)),
    "seed": ("Seed", tuple(range(10))),
}
SLICE, REST, FRAME = 0.015, 0.002, 0.15  # seconds of work at a time, of rest after it, and from picture to picture


class Training(Panel):
    """A dashboard for training an RNN on the training part of a series; the held-out part looks on.

    data : Split; the rest is what the controls begin with

    The training is a task of the kernel's own event loop that works for some milliseconds at a time, so that buttons
    answer and other cells run meanwhile. Nothing starts by itself. One training goes on at a time: a panel that is
    made or started, such as the same cell run again, stops any other, and so does closing the panel.

    `fit` is the record that is shown, `weights` the weights now, `state` one of ready, training, paused, stopped, done
    and failed; `controls` holds every control by its name: H, learning_rate, steps, seed, run and stop.
    """

    _at_work: ClassVar[weakref.ref] = weakref.ref(set())  # the one panel that trains or is paused, if any

    def __init__(self, data: Split, H: int = 8, learning_rate: float = 0.1, steps: int = 5000, seed: int = 0) -> None:
        """Lay out the controls, and show what the starting weights forecast."""
        instance(data, "data", Split, "rnnlib.forecast.split(series, held_out_from)")
        self.data = data
        given = {"H": whole(H, "H", 1), "learning_rate": learning_rate, "steps": steps, "seed": seed}
        self.controls = {
            name: widgets.Dropdown(
                options=sorted({*options, given[name]}), value=given[name], description=label, layout={"width": "auto"}
            )
            for name, (label, options) in CHOICES.items()
        }
        self.controls["run"] = widgets.Button(description="Start", button_style="primary")
        self.controls["stop"] = widgets.Button(description="Stop")
        self.bar, self.picture, self.complaint = Picture(), Picture(), widgets.HTML()
        self._task: asyncio.Task | None = None
        self._release_others()
        self._set_out()
        for name in CHOICES:
            self.controls[name].observe(self._changed, "value")
        self.controls["run"].on_click(self._run)
        self.controls["stop"].on_click(lambda button: self.stop())
        settings, buttons = ([self.controls[name] for name in names] for names in (CHOICES, ("run", "stop")))
        top, below = widgets.HBox(settings), widgets.HBox([*buttons, self.bar])
        for box in (top, below):
            box.add_class("rnn-top")
        hidden = widgets.HTML(style(), layout={"display": "none"})
        super().__init__((hidden, top, below, self.complaint, self.picture))
        self.add_class("rnn-training")
        if self.comm is not None and hasattr(self.comm, "on_close"):
            self.comm.on_close(lambda message: self.stop())

    def start(self) -> None:
        """Train from the starting weights on, or from where it was paused."""
        if self.state == "training":
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self._fail("a training needs a running event loop, as a notebook has one")
        self._release_others()
        if self.state != "paused" and not self._set_out():
            return None
        type(self)._at_work = weakref.ref(self)
        self._enter("training")
        self._task = loop.create_task(self._train())
        return None

    def pause(self) -> None:
        """Hold the training where it is; `start` goes on from there."""
        if self.state == "training":
            self._leave("paused")

    def stop(self) -> None:
        """End the training for good; what it has reached stays, and `start` begins anew."""
        if self.state in ("training", "paused"):
            self._leave("stopped")

    def close(self) -> None:
        """Stop, and leave the page."""
        self.stop()
        super().close()

    def still(self) -> tuple[str, str]:
        """Return sentence and errors as HTML and as plain text."""
        said = training_sentence(self.fit)
        page = f'<div class="rnn"><p>{said}</p><pre>{plain_training(self.fit)}</pre></div>'
        return page, f"{said}\n\n{plain_training(self.fit)}".replace("−", "-")

    def _set_out(self) -> bool:
        """Go back to the starting weights; return whether the controls can be used."""
        H, learning_rate, steps, seed = (self.controls[name].value for name in CHOICES)
        train = self.data.train
        try:
            start = starting_weights(H, seed)
            self._steps: Iterator[Step] = descending(start, train.x, train.y, learning_rate, steps)
            first = next(self._steps)
        except (ValueError, TypeError) as error:
            self._fail(str(error))
            return False
        self._move_to(first, follow(self.data, steps, first))
        self._spent = 0.0
        self.complaint.value = ""
        self._enter("ready")
        return True

    async def _train(self) -> None:
        """Take the steps in slices, until they end or another task, or none, is the one at work."""
        me, began, drawn = asyncio.current_task(), perf_counter(), perf_counter()
        try:
            while self._task is me:
                until = perf_counter() + SLICE
                while perf_counter() < until and not self.step.reason:
                    self._advance()
                now = perf_counter()
                self._spent, began = self._spent + now - began, now
                if self.step.reason:
                    return self._leave("done")
                if now - drawn > FRAME:
                    self._draw()
                    drawn = now
                await asyncio.sleep(REST)
        except KeyboardInterrupt:
            self.pause()
        except Exception as error:  # a learner reads it here; in a task it would be lost
            self._fail(f"{type(error).__name__}: {error}")
        return None

    def _advance(self) -> None:
        """Take one step, and record it."""
        step = next(self._steps)
        self._move_to(step, follow(self.data, self.fit.steps, step, self.fit))

    def _move_to(self, step: Step, fit: Fit) -> None:
        self.step, self.fit = step, fit

    @property
    def weights(self) -> Weights:
        """The weights now."""
        return self.step.weights

    def _enter(self, state: str) -> None:
        """Show a new state, and say it."""
        self.state = state
        names = {"training": "Pause", "paused": "Resume", "ready": "Start"}
        self.controls["run"].description = names.get(state, "Start again")
        for name in CHOICES:
            self.controls[name].disabled = state in ("training", "paused")
        self._draw(is_spoken=True)

    def _leave(self, state: str) -> None:
        """Let the task end, and show where it stands."""
        self._task = None
        if state != "paused":
            self.fit = follow(self.data, self.fit.steps, self.step, self.fit) if self.step.reason else self.fit
        self._enter(state)

    def _draw(self, is_spoken: bool = False) -> None:
        """Draw progress and picture; the sentence, which is read out, only where that is wanted."""
        seconds = self._spent if self.state == "training" else None
        self.bar.show(training_bar(self.step.updates, self.fit.steps, self.state, seconds))
        said = training_sentence(self.fit) + (f" It ended: {self.step.reason}." if self.state == "done" else "")
        going = self.state == "training" and not is_spoken
        self.picture.show(training_picture(self.fit), self.picture.sentence if going else said)

    def _fail(self, why: str) -> None:
        """Say what is wrong, and be ready to start anew."""
        self._task = None
        self.complaint.value = complaint(why)
        if hasattr(self, "fit"):
            self._enter("failed")

    def _release_others(self) -> None:
        """Stop the training of any other panel."""
        other = type(self)._at_work()
        if isinstance(other, Training) and other is not self:
            other.stop()

    def _run(self, button: widgets.Button) -> None:
        """Start, pause or resume, whichever the button says."""
        self.pause() if self.state == "training" else self.start()

    def _changed(self, change: dict) -> None:
        """Show the starting weights of the new choice."""
        if self.state not in ("training", "paused"):
            self._set_out()

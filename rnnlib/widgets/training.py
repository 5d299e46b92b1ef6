"""Train on a measured series and look on: `Training(data)` starts, pauses, resumes and stops, and never blocks."""

import asyncio
import weakref
from collections.abc import Iterator
from html import escape
from time import perf_counter
from typing import ClassVar

import ipywidgets as widgets

from ..arrays import instance, whole
from ..descent import Step, descending
from ..explain import plain_training, training_bar, training_picture, training_sentence
from ..fit import follow
from ..forecast import Split, starting_weights
from ..weights import Weights
from .panel import LOCK, Panel, complaint, one_at_a_time
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

    The training is a task of the kernel's event loop that works for some milliseconds at a time, so that buttons answer
    and other cells run meanwhile. Nothing starts by itself. One training goes on at a time: a panel that is made or
    started, such as the same cell run again, stops any other; closing a panel stops its own.

    `fit` is the record that is shown, `weights` the weights now, `state` one of ready, training, paused, stopped, done
    and failed; `controls` holds every control by its name: H, learning_rate, steps, seed, run and stop.
    """

    _at_work: ClassVar[weakref.ref | None] = None  # the one panel that trains or is paused
    state = "ready"

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
        super().__init__((top, below, self.complaint, self.picture))
        self.add_class("rnn-training")
        if self.comm is not None and hasattr(self.comm, "on_close"):
            self.comm.on_close(lambda message: self.stop())

    @one_at_a_time
    def start(self) -> None:
        """Train from the starting weights on, or from where it was paused."""
        self._release_others()
        if self.state == "training":
            return
        if self.state != "paused":
            self._set_out()
        Training._at_work = weakref.ref(self)
        work = self._train()
        try:
            self._task = asyncio.get_running_loop().create_task(work)
        except RuntimeError:
            work.close()
            self._fail("a training needs a running event loop, as a notebook has one")
        else:
            self._enter("training")

    @one_at_a_time
    def pause(self) -> None:
        """Hold the training where it is; `start` goes on from there."""
        if self.state == "training":
            self._leave("paused")

    @one_at_a_time
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
        said, table = training_sentence(self.fit), plain_training(self.fit)
        page = f'<div class="rnn"><p>{escape(said)}</p><pre>{escape(table)}</pre></div>'
        return page, f"{said}\n\n{table}".replace("−", "-")

    def _set_out(self) -> None:
        """Go back to the starting weights of what the controls say."""
        H, learning_rate, steps, seed = (self.controls[name].value for name in CHOICES)
        x, y = self.data.train.x, self.data.train.y
        self._steps: Iterator[Step] = descending(starting_weights(H, seed), x, y, learning_rate, steps)
        self.step = next(self._steps)
        self.fit, self._spent = follow(self.data, steps, self.step), 0.0
        self.complaint.value = ""
        self._enter("ready")

    async def _train(self) -> None:
        """Take the steps in slices, until they end or another task, or none, is the one at work."""
        me, self._drawn = asyncio.current_task(), perf_counter()
        while True:
            with LOCK:
                if self._task is not me:
                    return
                try:
                    self._work_for(SLICE)
                except KeyboardInterrupt:
                    return self.pause()
                except Exception as error:  # a learner reads it here; in a task it would be lost
                    return self._fail(f"{type(error).__name__}: {error}")
            await asyncio.sleep(REST)

    def _work_for(self, seconds: float) -> None:
        """Take steps for so long, or to the end, and show them if the last picture is old enough."""
        began = now = perf_counter()
        while now < began + seconds and not self.step.reason:
            self.step = next(self._steps)
            self.fit = follow(self.data, self.fit.steps, self.step, self.fit)
            now = perf_counter()
        self._spent += now - began
        if self.step.reason:
            self._leave("done")
        elif now > self._drawn + FRAME:
            self._draw()
            self._drawn = perf_counter()

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
        self.fit = follow(self.data, self.fit.steps, self.step, self.fit, is_mark=True)
        self._enter(state)

    def _draw(self, is_spoken: bool = False) -> None:
        """Draw progress and picture; the sentence, which is read out, only where that is wanted."""
        seconds = self._spent if self.state == "training" else None
        ended_early = self.state == "done" and self.step.updates < self.fit.steps
        state = "ended early" if ended_early else self.state
        self.bar.show(training_bar(self.step.updates, self.fit.steps, state, seconds))
        said = training_sentence(self.fit) + (f" It ended: {self.step.reason}." if self.state == "done" else "")
        going = self.state == "training" and not is_spoken
        self.picture.show(training_picture(self.fit), self.picture.sentence if going else said)

    def _fail(self, why: str) -> None:
        """Say what is wrong, and be ready to start anew."""
        self._task = None
        self.complaint.value = complaint(why)
        self._enter("failed")

    def _release_others(self) -> None:
        """Stop the training of any other panel."""
        other = Training._at_work and Training._at_work()
        if other and other is not self:
            other.stop()

    @one_at_a_time
    def _run(self, button: widgets.Button) -> None:
        """Start, pause or resume, whichever the button says."""
        self.pause() if self.state == "training" else self.start()

    @one_at_a_time
    def _changed(self, change: dict) -> None:
        """Show the starting weights of the new choice."""
        if self.state not in ("training", "paused"):
            self._set_out()

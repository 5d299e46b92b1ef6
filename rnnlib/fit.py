"""A training on a split series while it goes on: `follow` records its course, and what it forecasts by now."""

from dataclasses import dataclass

import numpy as np

from .arrays import frozen
from .descent import Step
from .forecast import Split
from .losses import loss_value
from .trace import forward

MARKS = 100  # places along a training at which its course is recorded


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """How far a training has come: its course at marks, every so many updates, and what it forecasts at the last one.

    data            : Split
    steps           : int            updates to make
    updates         : tuple of int   the marks, 0 first
    losses          : tuple of float the loss on the training part at each mark
    held_out_losses : tuple of float the same of the held-out part, from which nothing is learned
    step            : Step           where it stands at the last mark
    forecast        : (B,)           the forecasts of the held-out values with its weights; None if they are not finite
    """

    data: Split
    steps: int
    updates: tuple[int, ...]
    losses: tuple[float, ...]
    held_out_losses: tuple[float, ...]
    step: Step
    forecast: np.ndarray | None

    @property
    def errors(self) -> dict[str, tuple[float, float]]:
        """By how much baselines and RNN miss, on the training part and on the held-out part (RMSE)."""
        losses = (self.losses[-1], self.held_out_losses[-1])  # half the mean squared error of what is scaled
        return self.data.baselines | {"RNN": tuple(float(np.sqrt(2.0 * L)) * self.data.scaling.unit for L in losses)}

    def __repr__(self) -> str:
        """Return how far it has come in a line."""
        loss, held_out = self.losses[-1], self.held_out_losses[-1]
        return f"Fit({self.updates[-1]} of {self.steps} updates: loss {loss:.4g}, held out {held_out:.4g})"


def follow(data: Split, steps: int, step: Step, before: Fit | None = None, is_mark: bool = False) -> Fit:
    """Return the `Fit` after `step`, one of those that `descending` hands out; between two marks that is `before`.

    steps   : how many updates there will be at most; a hundred marks are spread over them
    before  : the fit after the step before, None at the first
    is_mark : make this step a mark, too
    """
    if before is not None:
        is_mark = is_mark or bool(step.reason) or step.updates % max(1, steps // MARKS) == 0
        if not is_mark or step is before.step:
            return before
    part, so_far = data.held_out, before or Fit(data, steps, (), (), (), step, None)
    trace = forward(step.weights, part.x)
    held_out = loss_value(trace, part.y)
    return Fit(
        data,
        steps,
        (*so_far.updates, step.updates),
        (*so_far.losses, step.loss),
        (*so_far.held_out_losses, held_out if np.isfinite(held_out) else np.inf),
        step,
        frozen(part.scaling.invert(trace.y_hat[:, 0])) if np.isfinite(held_out) else None,
    )

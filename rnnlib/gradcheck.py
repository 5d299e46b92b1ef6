"""An independent opinion: `finite_difference` nudges a weight, or one step's copy of it, and runs forward again;
`check(mine, reference)` compares two gradients and says what is wrong in words a learner can use.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, instance, numbers, option, positive, whole
from .losses import loss_value
from .notation import WEIGHTS
from .trace import Trace, forward
from .untied import untied_loss


def finite_difference(
    trace: Trace,
    y: ArrayLike,
    weight: str = "Wh",
    t: int | None = None,
    loss: str = "squared_error",
    nudge: float = 1e-5,
) -> np.ndarray:
    """Return dL/dW without a derivative, entry by entry: (L(W + nudge) - L(W - nudge)) / (2 nudge), shape of W.

    t None    : the weight as a whole is nudged, at every step where it is used
    t = 1..T  : only the copy used at step t is nudged; the result is the term of step t

    The error shrinks with nudge^2 until rounding takes over; near a corner of relu it is not small.
    """
    instance(trace, "trace", Trace, "forward(w, x)")
    option(weight, "weight", WEIGHTS)
    nudge = positive(nudge, "nudge")
    tied = getattr(trace.weights, weight)
    nudges = nudge * np.eye(tied.size).reshape(-1, *tied.shape)
    nudged = np.stack((tied + nudges, tied - nudges))
    if t is None:
        above, below = np.array([[loss_with(trace, y, weight, W, loss) for W in one_way] for one_way in nudged])
    elif weight == "Wo":
        raise ValueError(f"t is {t!r}, must be None for Wo: Wo has one path and no copies")
    else:
        t = whole(t, "t", 1, trace.T)
        above, below = untied_loss(trace, y, **{weight: {t: nudged}}, loss=loss)
    with np.errstate(all="ignore"):
        return frozen(((above - below) / (2.0 * nudge)).reshape(tied.shape))


def loss_with(trace: Trace, y: ArrayLike, weight: str, W: np.ndarray, loss: str) -> float:
    """Return the loss when `weight` is W everywhere, by a forward pass from the start."""
    w = replace(trace.weights, **{weight: W})
    return loss_value(forward(w, trace.x, trace.O[0], trace.hidden, trace.output, trace.predict), y, loss)


@dataclass(frozen=True, eq=False, repr=False)
class Check:
    """The verdict of `check`: true in an `if` when the two agree; shown as its `report`.

    difference : float   largest |mine - reference|, infinite when the two can't be compared
    relative   : float   the same over the largest |reference| (over 1 if the reference is zero everywhere)
    """

    passed: bool
    report: str
    difference: float
    relative: float

    def __bool__(self) -> bool:
        """Return whether the two agree."""
        return self.passed

    def __repr__(self) -> str:
        """Return the report."""
        return self.report


def check(
    mine: ArrayLike, reference: ArrayLike, mistakes: Mapping[str, np.ndarray] | None = None, tolerance: float = 1e-6
) -> Check:
    """Compare a gradient with a reference and return a `Check` whose report says what is wrong, and if it can, why.

    mistakes  : {what was done: the result it gives}, as made by `mistakes(trace, y, weight)`; a match is named
    tolerance : how far apart the two may be, relative to the largest entry of the reference

    Never raises for a wrong gradient: a wrong shape or NaN is part of the report.

    >>> check([[2.0, -1.0]], [[-2.0, 1.0]])
    Not yet: the sign is turned round. Entry [0, 0] is 2, the reference says -2.
    """
    reference = numbers(reference, "reference", "(...)")
    mistakes = {} if mistakes is None else mistakes
    instance(mistakes, "mistakes", Mapping, "mistakes(trace, y, weight)")
    mistakes = {name: numbers(result, f"mistakes[{name!r}]", "(...)") for name, result in mistakes.items()}
    tolerance = positive(tolerance, "tolerance")
    if mine is None:
        wanted = f"numbers in shape {reference.shape}" if reference.shape else "one number"
        return Check(False, f"Not yet: your result is still None, it must be {wanted}.", np.inf, np.inf)
    try:
        mine = numbers(mine, "your result", f"{reference.shape}, the shape of the reference")
    except (TypeError, ValueError) as error:
        return Check(False, f"Not yet: {error}.", np.inf, np.inf)
    if mine.shape != reference.shape:
        hint = " It may need a transpose." if mine.shape == reference.T.shape else ""
        report = f"Not yet: the shape is {mine.shape}, it must be {reference.shape}, the shape of the reference.{hint}"
        return Check(False, report, np.inf, np.inf)

    with np.errstate(all="ignore"):
        scale = np.abs(reference).max() or 1.0
        apart = np.abs(mine - reference)
        difference, relative = float(apart.max()), float(apart.max() / scale)
        if relative <= tolerance:
            report = f"Right: largest difference is within {tolerance:g} of the largest entry."
            return Check(True, report, difference, relative)
        reason = diagnosis(mine, reference, mistakes, scale * tolerance)
    where = np.unravel_index(apart.argmax(), apart.shape)
    entry = f"Entry {[int(i) for i in where]}" if where else "It"
    worst = f"{entry} is {mine[where]:.6g}, the reference says {reference[where]:.6g}."
    return Check(False, f"Not yet: {reason}. {worst}" if reason else f"Not yet. {worst}", difference, relative)


def diagnosis(mine: np.ndarray, reference: np.ndarray, mistakes: Mapping[str, np.ndarray], slack: float) -> str:
    """Return in words which known mistake gives `mine`, or an empty string."""

    def is_near(other: np.ndarray) -> bool:
        return other.shape == mine.shape and np.abs(mine - other).max() <= slack

    if is_near(np.zeros_like(reference)):
        return "it is zero everywhere"
    if is_near(-reference):
        return "the sign is turned round"
    for name, result in mistakes.items():
        if is_near(result):
            return f"this is the result {name}"
        if is_near(-result):
            return f"this is the result {name}, and with the sign turned round"
    if is_near(reference.T):
        return "it is the transpose"
    largest = np.unravel_index(np.abs(reference).argmax(), reference.shape)
    factor = mine[largest] / reference[largest]
    if is_near(factor * reference):
        return f"{'every entry' if mine.size > 1 else 'it'} is {factor:.4g} times the reference"
    return ""

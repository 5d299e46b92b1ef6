"""A gradient that is too long, made shorter: `gradient_norm(grads)` measures it, and
`clipped(grads, norm)` shortens it and keeps its direction.
"""

from dataclasses import replace
from math import inf, sqrt

import numpy as np

from .arrays import frozen, instance, positive
from .gradients import Gradients
from .notation import WEIGHTS

SMALL = 1e-140  # of a length: the squares of numbers much smaller lose digits


@np.errstate(all="ignore")
def gradient_norm(grads: Gradients) -> float:
    """Return the length of the whole gradient: root of the sum of the squares of dL/dWo, dL/dWh and dL/dWi."""
    instance(grads, "grads", Gradients, "backward(trace, y)")
    entries = np.concatenate([grads.total(weight).ravel() for weight in WEIGHTS])
    length = sqrt(entries.dot(entries))
    if SMALL < length < inf:
        return length
    largest = float(np.abs(entries).max())  # the squares may be lost, below or above what a float64 can be
    if not 0.0 < largest < inf:
        return largest
    return largest * float(np.linalg.norm(entries / largest))


def clipped(grads: Gradients, norm: float) -> Gradients:
    """Return the gradients, all shortened by the same factor if together they are longer than `norm`.

        dL/dW · norm / gradient_norm        the length becomes `norm`, the direction stays

    A gradient that is not finite has no direction and is returned as it is.
    """
    norm, length = positive(norm, "norm"), gradient_norm(grads)
    if not norm < length < np.inf:
        return grads
    names = [f"dL_d{what}" for what in ("Wo", "Wh", "Wi", "Wh_terms", "Wi_terms", "O", "a")]
    with np.errstate(all="ignore"):
        return replace(grads, **{name: frozen(getattr(grads, name) / length * norm) for name in names})

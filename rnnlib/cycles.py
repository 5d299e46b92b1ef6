"""One full cycle as a record: `cycle(w, x, y)` goes forward, back term by term, adds up, checks, and takes the step."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType as ReadOnly

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen
from .gradcheck import finite_difference
from .gradients import Gradients, backward
from .losses import loss_value
from .paths import Chain, chain
from .trace import Trace, forward
from .update import update
from .weights import Weights


@dataclass(frozen=True, eq=False, repr=False)
class Cycle:
    """Everything one cycle went through, read-only, for one sequence and one chosen weight.

    trace         : Trace
    grads         : Gradients
    weight        : "Wo", "Wh" or "Wi", the one that is looked at
    steps         : the steps that have a term, in board order: T, T-1, .. 1; for Wo only T
    chains        : {step: Chain}
    running       : {step: array}  the sum of the terms from step T back to this one
    finite        : {step: array}  finite difference of nudging only this step's copy
    finite_total  : array          finite difference of nudging the weight everywhere
    learning_rate : float
    updated       : Weights        after W_new = W_old - learning_rate · dL/dW, all three
    new_loss      : float          the loss of the same data with them
    """

    trace: Trace
    grads: Gradients
    weight: str
    steps: tuple[int, ...]
    chains: Mapping[int, Chain]
    running: Mapping[int, np.ndarray]
    finite: Mapping[int, np.ndarray]
    finite_total: np.ndarray
    learning_rate: float
    updated: Weights
    new_loss: float

    @property
    def total(self) -> np.ndarray:
        """dL/dW of the chosen weight, from the backward sweep."""
        return self.grads.total(self.weight)

    def __repr__(self) -> str:
        """Return what is looked at in a line."""
        return f"Cycle(dL/d{self.weight} in {len(self.steps)} terms, loss {self.grads.loss:.6g} -> {self.new_loss:.6g})"


def cycle(
    w: Weights,
    x: ArrayLike,
    y: ArrayLike,
    O0: ArrayLike | None = None,
    weight: str = "Wh",
    hidden: str = "tanh",
    output: str = "linear",
    loss: str = "squared_error",
    learning_rate: float = 0.1,
) -> Cycle:
    """Run one cycle on one sequence x (T, D) with target y (K,) and return it as a `Cycle`.

    The arguments are those of `forward`, `backward`, `chain` and `update`, and so are the errors.
    """
    trace = forward(w, x, O0, hidden, output)
    grads = backward(trace, y, loss)
    steps = (trace.T,) if weight == "Wo" else tuple(range(trace.T, 0, -1))
    chains, running, finite, so_far = {}, {}, {}, 0.0
    for t in steps:
        chains[t] = chain(trace, y, weight, t, loss)
        with np.errstate(all="ignore"):
            so_far = so_far + chains[t].product
        running[t] = frozen(so_far)
        finite[t] = finite_difference(trace, y, weight, None if weight == "Wo" else t, loss)
    finite_total = finite_difference(trace, y, weight, None, loss)
    updated = update(w, grads, learning_rate)
    new_loss = loss_value(forward(updated, x, O0, hidden, output), y, loss)
    by_step = (ReadOnly(values) for values in (chains, running, finite))
    return Cycle(trace, grads, weight, steps, *by_step, finite_total, float(learning_rate), updated, new_loss)

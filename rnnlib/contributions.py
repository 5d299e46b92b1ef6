"""Which loss owes how much to which step: `loss_contributions(trace, y)` takes the gradient apart by both ends of the
paths, `truncated(grads, k)` keeps only the paths of at most k steps.

A path from the loss L_s back to the use of a weight at step t passes the steps s, s-1, .. t: its length is s - t + 1
steps, its age s - t.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, instance, option, whole
from .functions import HIDDEN
from .gradients import Gradients, backward, terms_of
from .losses import loss_slope
from .trace import Trace


@dataclass(frozen=True, eq=False, repr=False)
class Contributions:
    """What each step's loss owes to each step's use of a weight: row t is the use, column s the loss, zero for t > s.

    grads  : Gradients    the whole gradient; dL/dW is the sum of all terms
    weight : "Wh" or "Wi"
    sizes  : (T+1, T+1)   length of the term dL_s/dW, of the copy of W used at step t: root of the sum of its squares
    pulls  : (T+1, T+1)   how far the term reaches in the direction of dL/dW: never further than its size; below 0 it
                          works against the sum. They add up to the length of dL/dW, and are zero where that has none
    terms  : (T+1, T+1, H, H) or (T+1, T+1, H, D), the terms themselves; None unless asked for
    """

    grads: Gradients
    weight: str
    sizes: np.ndarray
    pulls: np.ndarray
    terms: np.ndarray | None

    def __repr__(self) -> str:
        """Return what was taken apart in a line."""
        return f"Contributions(dL/d{self.weight} by step of use and step of loss, T={self.grads.trace.T})"


def loss_contributions(
    trace: Trace, y: ArrayLike, weight: str = "Wh", loss: str = "squared_error", keep_terms: bool = False
) -> Contributions:
    """Return the `Contributions` of every use of `weight` to every step's loss.

        dL/dW = sum over s of dL_s/dW = sum over s, sum over t <= s of
                dL_s/dO_s · dO_s/dO_{s-1} · ... · dO_{t+1}/dO_t · dO_t/dW

    trace      : with predict="every" there is a loss L_s at every step; with "last" only column T is not zero
    weight     : "Wh" or "Wi"
    keep_terms : also keep each term as an array, (T+1)^2 of them

    A column adds up to the gradient of one step's loss, a row to the term of one step in `backward`.

    >>> from rnnlib import Weights, forward
    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    >>> trace = forward(w, [[3.0], [4.0]], hidden="linear", predict="every")
    >>> loss_contributions(trace, [[5.0], [10.0]], weight="Wi").sizes.tolist()    # (11 - 10) * 2 * 0.5 * 3 in row 1
    [[0.0, 0.0, 0.0], [0.0, 6.0, 3.0], [0.0, 0.0, 8.0]]
    """
    option(weight, "weight", ("Wh", "Wi"))
    grads = backward(trace, y, loss)
    total, T = grads.total(weight), trace.T
    used_with = trace.O[:-1] if weight == "Wh" else trace.x
    sizes, pulls = np.zeros((T + 1, T + 1)), np.zeros((T + 1, T + 1))
    terms = np.zeros((T + 1, T + 1, *total.shape)) if keep_terms else None
    with np.errstate(all="ignore"):
        slope = HIDDEN[trace.hidden].slope(trace.O)
        direction = total / (np.linalg.norm(total) or 1.0)
        for age, dL_dO in enumerate(by_age(grads)):
            t = np.arange(1, T + 1 - age)
            of_age = terms_of(dL_dO * slope, used_with)[t]
            sizes[t, t + age] = np.linalg.norm(of_age, axis=(1, 2))
            pulls[t, t + age] = (of_age * direction).sum(axis=(1, 2))
            if terms is not None:
                terms[t, t + age] = of_age
    return Contributions(grads, weight, frozen(sizes), frozen(pulls), None if terms is None else frozen(terms))


def truncated(grads: Gradients, k: int) -> Gradients:
    """Return the gradients with only those terms summed whose path from their loss is at most k steps long.

    With predict="last" these are the terms of the steps T-k+1 .. T; with "every" each step's loss goes back k steps of
    its own. k >= T keeps every path and returns `grads` as they are; dL/dWo has no path through time and stays too.

    k : 1 or more. The cost is that of k sweeps, each over all steps at once.
    """
    instance(grads, "grads", Gradients, "backward(trace, y)")
    k = whole(k, "k", 1)
    trace = grads.trace
    if k >= trace.T:
        return grads
    with np.errstate(all="ignore"):
        dL_dO = sum(islice(by_age(grads), k))
        dL_da = dL_dO * HIDDEN[trace.hidden].slope(trace.O)
        dL_da[0] = 0.0
        dL_dO[0] = dL_da[1] @ trace.weights.Wh
        dL_dWh_terms, dL_dWi_terms = terms_of(dL_da, trace.O[:-1]), terms_of(dL_da, trace.x)
    return replace(
        grads,
        dL_dWh=frozen(dL_dWh_terms.sum(axis=0)),
        dL_dWi=frozen(dL_dWi_terms.sum(axis=0)),
        dL_dWh_terms=frozen(dL_dWh_terms),
        dL_dWi_terms=frozen(dL_dWi_terms),
        dL_dO=frozen(dL_dO),
        dL_da=frozen(dL_da),
    )


def by_age(grads: Gradients) -> Iterator[np.ndarray]:
    """Yield for age 0, 1, .. T-1 what the loss that many steps later sends to each O_t: row t is dL_{t+age}/dO_t.

        dL_s/dO_t = dL_s/da_{t+1} Wh        for all t at once, each from the loss s that is `age` steps ahead

    Each has the shape of O; rows without such a loss are zero, and so is row 0. Their sum is backward's dL/dO_t.
    """
    trace, slope = grads.trace, HIDDEN[grads.trace.hidden].slope
    first, dL_dO = 1 if trace.predict == "every" else trace.T, np.zeros_like(trace.O)
    dL_dO[first:] = loss_slope(trace, grads.y, grads.loss_name) / (trace.B or 1) @ trace.weights.Wo
    for age in range(trace.T):
        yield dL_dO
        of = slice(max(first - age, 2), trace.T + 1 - age)
        later, dL_dO = dL_dO, np.zeros_like(dL_dO)
        dL_dO[of.start - 1 : of.stop - 1] = later[of] * slope(trace.O[of]) @ trace.weights.Wh

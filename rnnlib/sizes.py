"""How large is each term, without making it? `term_sizes(trace, y)` needs no more memory than the trace itself."""

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, option
from .gradients import sweep
from .losses import target
from .trace import Trace


def term_sizes(trace: Trace, y: ArrayLike, weight: str = "Wh", loss: str = "squared_error") -> np.ndarray:
    """Return the Frobenius norm of each term of dL/d`weight`, (T+1,); row t belongs to step t, row 0 is zero.

        |dL/da_t u_t^T| = |dL/da_t| |u_t|       with u_t = O_{t-1} for Wh, x_t for Wi
        |sum_b dL/da_tb u_tb^T|^2 = sum_{b,c} (dL/da_tb . dL/da_tc) (u_tb . u_tc)       of a batch

    weight : "Wh" or "Wi"

    The terms themselves would take (T+1) H H numbers; this takes T H, so 100 000 steps fit.

    >>> from rnnlib import Weights, forward
    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    >>> term_sizes(forward(w, [[3.0], [4.0]], hidden="linear"), [10.0], "Wi").tolist()    # |(11 - 10) 2 0.5 3|, ...
    [0.0, 3.0, 8.0]
    """
    option(weight, "weight", ("Wh", "Wi"))
    y = target(trace, y, loss)
    sizes = np.zeros(trace.T + 1)
    with np.errstate(all="ignore"):
        *_, dL_da = sweep(trace, y, loss)
        later, unit = scaled(dL_da[1:])
        earlier, unit_earlier = scaled(trace.O[:-1] if weight == "Wh" else trace.x)
        squares = [np.vdot(v.dot(v.T), u.dot(u.T)) for v, u in zip(later, earlier, strict=True)]
        sizes[1:] = np.sqrt(np.maximum(squares, 0.0)) * unit * unit_earlier
    return frozen(sizes)


def scaled(array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each step's rows (T, B, n) divided by the largest entry of the step, so that no square is lost, and it."""
    rows = array.reshape(len(array), -1, array.shape[-1])
    largest = np.abs(rows).max(axis=(1, 2))
    return rows / np.where(largest == 0.0, 1.0, largest)[:, None, None], largest

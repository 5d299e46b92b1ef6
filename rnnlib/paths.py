"""One term of the sum as it stands on the board: `chain(trace, y, weight, t)` returns its factors and multiplies them.

This is the explaining route. It shares nothing with the backward sweep, and a test holds the two equal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, option, whole
from .functions import HIDDEN, sigmoid
from .losses import target
from .notation import WEIGHTS
from .trace import Trace

FLOOR = 1e-290  # a probability below this is shown, and divided by, as this: 1 / FLOOR is still a number


@dataclass(frozen=True, eq=False)
class Factor:
    """One factor of a chain: its `symbol` ("dO3/dO2") and its `value`, the array of all those derivatives, read-only.

    Axes of the value: first the ones of the upper variable, then the ones of the lower.
    dL/dy_hat (K,), dy_hat/dO_T (K, H), dO_t/dO_{t-1} (H, H),
    dO_t/dWh (H, H, H), dO_t/dWi (H, H, D), dy_hat/dWo (K, K, H).
    """

    symbol: str
    value: np.ndarray


@dataclass(frozen=True, eq=False)
class Chain:
    """One term of dL/dW: its `factors` in board order, from the loss to the use of `weight` at step `t`, and `product`.

    factors  : tuple of Factor
    partial  : tuple of arrays, the product of the first 1, 2, ... factors; the last one is the product
    loss_at  : the step whose loss is followed (T for predict="last")
    """

    weight: str
    t: int
    loss_at: int
    factors: tuple[Factor, ...]
    partial: tuple[np.ndarray, ...]

    @property
    def product(self) -> np.ndarray:
        """The term itself, in the shape of the weight."""
        return self.partial[-1]


def chain(
    trace: Trace,
    y: ArrayLike,
    weight: str = "Wh",
    t: int | None = None,
    loss: str = "squared_error",
    loss_at: int | None = None,
) -> Chain:
    """Return the term of step t of dL/dWh or dL/dWi (or the one term of dL/dWo) as its factors.

        dL/dy_hat · dy_hat/dO_T · dO_T/dO_{T-1} · ... · dO_{t+1}/dO_t · dO_t/dW

    The last factor is the immediate derivative: only the copy of W used at step t moves, O_{t-1} is held.

    weight  : "Wh", "Wi" or "Wo"
    t       : 1 .. T, the step at which the weight is used; not needed for "Wo"
    loss_at : with predict="every", the step s >= t whose loss L_s is followed

    For one sequence; a ValueError says so for a batch. Each array is shown as it is on the board; only a y_hat closer
    than 1e-290 to 0 or 1 counts as 1e-290 away, so that the product stays right when cross-entropy saturates.

    >>> from rnnlib import Weights, forward
    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    >>> term = chain(forward(w, [[3.0], [4.0]], hidden="linear"), [10.0], weight="Wi", t=1)
    >>> [factor.symbol for factor in term.factors]
    ['dL/dy_hat', 'dy_hat/dO2', 'dO2/dO1', 'dO1/dWi']
    >>> term.product.tolist()    # (11 - 10) * 2 * 0.5 * 3
    [[3.0]]
    """
    y = target(trace, y, loss)
    option(weight, "weight", WEIGHTS)
    if trace.B is not None:
        raise ValueError(f"trace holds a batch of B = {trace.B}, chain follows one sequence: give forward an x (T, D)")
    last = end_of_path(trace, loss_at)
    first = last if weight == "Wo" else 1
    t = last if weight == "Wo" and t is None else whole(t, "t", first, last)
    with np.errstate(all="ignore"):
        factors = tuple(Factor(symbol, frozen(value)) for symbol, value in path(trace, y, weight, t, last, loss))
        partial = tuple(accumulate((factor.value for factor in factors), times))
    return Chain(weight, t, last, factors, partial)


def times(row: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Return the product of a row (n,) and a factor (n, ...): the sum over their common axis."""
    return frozen(np.tensordot(row, value, axes=1))


def end_of_path(trace: Trace, loss_at: int | None) -> int:
    """Return the step whose prediction the path starts from."""
    if trace.predict == "last":
        return trace.T if loss_at is None else whole(loss_at, "loss_at", trace.T, trace.T)
    if loss_at is None:
        raise ValueError(f"loss_at is None, with predict='every' it must be a step from 1 to {trace.T}: whose loss?")
    return whole(loss_at, "loss_at", 1, trace.T)


def path(trace: Trace, y: np.ndarray, weight: str, t: int, last: int, loss: str) -> Iterator[tuple[str, np.ndarray]]:
    """Yield symbol and value of each factor, from the loss of step `last` back to the use of `weight` at step t."""
    w, O, a, x = trace.weights, trace.O, trace.a, trace.x
    every = trace.predict == "every"
    z, y_hat, y = (v[last - 1] if every else v for v in (trace.z, trace.y_hat, y))
    mark = last if every else ""
    yield f"dL{mark}/dy_hat{mark}", loss_derivative(z, y_hat, y, trace.output, loss)
    dy_hat_dz, dO_da = output_jacobian(z, y_hat, trace.output), HIDDEN[trace.hidden].derivative
    if weight == "Wo":
        yield f"dy_hat{mark}/dWo", dy_hat_dz[:, :, None] * O[last]
        return
    yield f"dy_hat{mark}/dO{last}", dy_hat_dz @ w.Wo
    for s in range(last, t, -1):
        yield f"dO{s}/dO{s - 1}", np.diag(dO_da(a[s])) @ w.Wh
    used_with = O[t - 1] if weight == "Wh" else x[t - 1]
    yield f"dO{t}/d{weight}", np.diag(dO_da(a[t]))[:, :, None] * used_with


def loss_derivative(z: np.ndarray, y_hat: np.ndarray, y: np.ndarray, output: str, loss: str) -> np.ndarray:
    """Return dL/dy_hat (K,)."""
    if loss == "squared_error":
        return y_hat - y
    of_ones = -y / np.maximum(y_hat, FLOOR)
    return of_ones if output == "softmax" else of_ones + (1.0 - y) / np.maximum(sigmoid(-z), FLOOR)


def output_jacobian(z: np.ndarray, y_hat: np.ndarray, output: str) -> np.ndarray:
    """Return dy_hat/dz (K, K), the derivative of g."""
    if output == "linear":
        return np.eye(len(z))
    p = np.maximum(y_hat, FLOOR)
    if output == "sigmoid":
        return np.diag(p * np.maximum(sigmoid(-z), FLOOR))
    return np.diag(p) - np.outer(p, p)

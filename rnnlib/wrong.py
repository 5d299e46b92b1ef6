"""Wrong on purpose: what the usual slips give, so that a check can name them.

`mistakes(trace, y, weight)` has those of a gradient, `forward_mistakes(trace)` those of the forward pass.
"""

from collections.abc import Callable
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike

from .arrays import instance, option
from .functions import HIDDEN
from .gradients import Gradients, backward
from .losses import loss_slope
from .notation import WEIGHTS
from .trace import Trace


def mistakes(trace: Trace, y: ArrayLike, weight: str = "Wh", loss: str = "squared_error") -> dict[str, np.ndarray]:
    """Return {what was done: the gradient it gives} for dL/dWh, dL/dWi or dL/dWo; one sequence, predict="last".

    Only those that are finite and differ from the right gradient are listed.

    >>> from rnnlib import Weights, forward
    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    >>> for name, result in mistakes(forward(w, [[3.0], [4.0]], [1.0], hidden="linear"), [10.0], "Wo").items():
    ...     print(f"{name}: {result.item():g}")    # right is (11.5 - 10) * 5.75 = 8.625
    with O_0 instead of O_T: 1.5
    with y_hat instead of y_hat - y: 66.125
    """
    option(weight, "weight", WEIGHTS)
    grads = backward(trace, y, loss)
    if trace.B is not None or trace.predict != "last":
        raise ValueError(f"trace is {trace!r}, must hold one sequence with predict='last'")
    with np.errstate(all="ignore"):
        wrong = slips_of_Wo(grads) if weight == "Wo" else slips_of_a_shared_weight(grads, weight)
        return telling(wrong, grads.total(weight))


def forward_mistakes(trace: Trace) -> dict[str, np.ndarray]:
    """Return {what was done: the O (T+1, H) it gives} for the forward pass of one sequence.

    Only those that are finite and differ from the right O are listed.

    >>> from rnnlib import Weights, forward
    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    >>> for name, result in forward_mistakes(forward(w, [[3.0], [4.0]], [1.0], hidden="linear")).items():
    ...     print(f"{name}: {result[-1].item():g}")    # right is 4 + 0.5 (3 + 0.5 * 1) = 5.75
    with x_t left out: 0.25
    with Wh O_{t-1} left out: 4
    with O_0 where O_{t-1} belongs: 4.5
    with Wh left out: 8
    with x_1 at every step: 4.75
    with Wi and Wh swapped: 4.5
    with the inputs in the opposite order: 5.25
    """
    instance(trace, "trace", Trace, "forward(w, x)")
    if trace.B is not None:
        raise ValueError(f"trace is {trace!r}, must hold one sequence")
    w, x, f = trace.weights, trace.x, HIDDEN[trace.hidden].f
    Wi, Wh, O_0 = w.Wi, w.Wh, trace.O[0]
    rules: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
        "with x_t left out": lambda x_t, O: f(Wh @ O),
        "with Wh O_{t-1} left out": lambda x_t, O: f(Wi @ x_t),
        "with O_0 where O_{t-1} belongs": lambda x_t, O: f(Wi @ x_t + Wh @ O_0),
        "with Wh left out": lambda x_t, O: f(Wi @ x_t + O),
        "with x_1 at every step": lambda x_t, O: f(Wi @ x[0] + Wh @ O),
        f"without {trace.hidden}": lambda x_t, O: Wi @ x_t + Wh @ O,
        f"with {trace.hidden} of each part instead of their sum": lambda x_t, O: f(Wi @ x_t) + f(Wh @ O),
        "with Wh transposed": lambda x_t, O: f(Wi @ x_t + Wh.T @ O),
    }
    if w.D == w.H:
        rules["with Wi transposed"] = lambda x_t, O: f(Wi.T @ x_t + Wh @ O)
        rules["with Wi and Wh swapped"] = lambda x_t, O: f(Wh @ x_t + Wi @ O)
    with np.errstate(all="ignore"):
        wrong = {slip: states(rule, x, O_0) for slip, rule in rules.items()}
        wrong["with the inputs in the opposite order"] = states(lambda x_t, O: f(Wi @ x_t + Wh @ O), x[::-1], O_0)
        return telling(wrong, trace.O)


def states(rule: Callable[[np.ndarray, np.ndarray], np.ndarray], x: np.ndarray, O_0: np.ndarray) -> np.ndarray:
    """Return O_0 .. O_T (T+1, H) when each O_t is rule(x_t, O_{t-1})."""
    return np.array(list(accumulate(x, lambda O, x_t: rule(x_t, O), initial=O_0)))


def telling(wrong: dict[str, np.ndarray], right: np.ndarray) -> dict[str, np.ndarray]:
    """Return those results that are finite and differ from the right one."""
    near = 1e-6 * np.abs(right).max()
    return {
        slip: result
        for slip, result in wrong.items()
        if np.isfinite(result).all() and (result.shape != right.shape or np.abs(result - right).max() > near)
    }


def slips_of_Wo(grads: Gradients) -> dict[str, np.ndarray]:
    """Return what the usual slips give for dL/dWo."""
    trace, y, loss = grads.trace, grads.y, grads.loss_name
    dL_dz = loss_slope(trace, y, loss)
    without_y = trace.y_hat if loss == "cross_entropy" else loss_slope(trace, np.zeros_like(y), loss)
    return {
        "with O_0 instead of O_T": np.outer(dL_dz, trace.O[0]),
        "with a_T instead of O_T": np.outer(dL_dz, trace.a[-1]),
        "with y_hat instead of y_hat - y": np.outer(without_y, trace.O[-1]),
    }


def slips_of_a_shared_weight(grads: Gradients, weight: str) -> dict[str, np.ndarray]:
    """Return what the usual slips give for dL/dWh or dL/dWi."""
    trace = grads.trace
    Wh, T, O, f = trace.weights.Wh, trace.T, trace.O, HIDDEN[trace.hidden]
    terms = getattr(grads, f"dL_d{weight}_terms")
    slope, slope_of_a, derivative_of_O = f.slope(O), f.slope(trace.a), f.derivative(O)
    written = {"tanh": "1 - a^2", "sigmoid": "a (1 - a)"}.get(trace.hidden, "")
    dL_dO = grads.dL_dO[-1]
    before = O[:-1] if weight == "Wh" else trace.x
    slips = {
        f"with only the last step's term (t = {T})": terms[T],
        "with only the longest path (t = 1)": terms[1],
        f"without {trace.hidden}'": swept(dL_dO, np.ones_like(O), Wh, before),
        f"with the derivative taken at the pre-activation, {written}": swept(dL_dO, slope_of_a, Wh, before),
        "with the derivative taken of O_t instead of a_t": swept(dL_dO, derivative_of_O, Wh, before),
        "with Wh transposed on the way back": swept(dL_dO, slope, Wh.T, before),
        "with Wh left out on the way back": swept(dL_dO, slope, np.eye(len(Wh)), before),
        "with the mean over the steps instead of the sum": terms.sum(axis=0) / T,
        "with the terms multiplied instead of added": np.prod(terms[1:], axis=0),
    }
    if weight == "Wh":
        slips["with O_t where O_{t-1} belongs"] = swept(dL_dO, slope, Wh, O[1:])
    else:
        slips["with O_{t-1} where x_t belongs"] = swept(dL_dO, slope, Wh, O[:-1])
        slips["with only the last input, x_T, at every step"] = swept(dL_dO, slope, Wh, trace.x[[-1] * T])
    return slips


def swept(dL_dO: np.ndarray, slope: np.ndarray, Wh: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return what a sweep with these slopes, this Wh and these earlier values adds up to."""
    total = np.zeros((len(Wh), before.shape[1]))
    for t in range(len(before), 0, -1):
        dL_da = dL_dO * slope[t]
        total += np.outer(dL_da, before[t - 1])
        dL_dO = dL_da @ Wh
    return total

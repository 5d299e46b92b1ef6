"""Wrong on purpose: `mistakes(trace, y, weight)` computes what the usual slips give, so that a check can name them."""

import numpy as np
from numpy.typing import ArrayLike

from .arrays import option
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
        right = grads.total(weight)
        near = 1e-6 * np.abs(right).max()
        return {
            slip: W
            for slip, W in wrong.items()
            if np.isfinite(W).all() and (W.shape != right.shape or np.abs(W - right).max() > near)
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
        "with Wh passed back untransposed": swept(dL_dO, slope, Wh.T, before),
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

"""Wrong on purpose: `mistakes(trace, y, weight)` computes what the usual slips give, so that a check can name them."""

import numpy as np
from numpy.typing import ArrayLike

from .arrays import option
from .functions import HIDDEN
from .gradients import backward
from .losses import loss_slope
from .trace import Trace


def mistakes(trace: Trace, y: ArrayLike, weight: str = "Wh", loss: str = "squared_error") -> dict[str, np.ndarray]:
    """Return {what was done: the gradient it gives} for dL/dWh, dL/dWi or dL/dWo; one sequence, predict="last".

    Only those that differ from the right gradient are listed.
    """
    option(weight, "weight", ("Wo", "Wh", "Wi"))
    if trace.B is not None or trace.predict != "last":
        raise ValueError(f"trace is {trace!r}, must hold one sequence with predict='last'")
    grads = backward(trace, y, loss)
    w, T, f = trace.weights, trace.T, HIDDEN[trace.hidden]
    right = grads.total(weight)
    error = loss_slope(trace, grads.y, loss)
    if weight == "Wo":
        wrong = {
            "with O_0 instead of O_T": np.outer(error, trace.O[0]),
            "with a_T instead of O_T": np.outer(error, trace.a[T]),
            "with y_hat instead of y_hat - y": np.outer(trace.y_hat, trace.O[T]),
        }
    else:
        terms = getattr(grads, f"dL_d{weight}_terms")
        slope, at_output = f.slope(trace.O), f.derivative(trace.O)
        before = trace.O[:-1] if weight == "Wh" else trace.x
        at_a = 1.0 - trace.a**2
        wrong = {
            f"with only the last step's term (t = {T})": terms[T],
            "with only the longest path (t = 1)": terms[1],
            f"without {trace.hidden}'": swept(error @ w.Wo, np.ones_like(slope), w.Wh, before),
            "with the derivative taken at the pre-activation, 1 - a^2": swept(error @ w.Wo, at_a, w.Wh, before),
            "with the derivative taken of O_t instead of a_t": swept(error @ w.Wo, at_output, w.Wh, before),
            "with Wh passed back untransposed": swept(error @ w.Wo, slope, w.Wh.T, before),
            "with Wh left out on the way back": swept(error @ w.Wo, slope, np.eye(w.H), before),
            "with the mean over the steps instead of the sum": right / T,
            "with the terms multiplied instead of added": np.prod(terms[1:], axis=0),
        }
        if weight == "Wh":
            wrong["with O_t where O_{t-1} belongs"] = swept(error @ w.Wo, slope, w.Wh, trace.O[1:])
        else:
            wrong["with O_{t-1} where x_t belongs"] = swept(error @ w.Wo, slope, w.Wh, trace.O[:-1])
            wrong["with only the last input, x_T, at every step"] = swept(error @ w.Wo, slope, w.Wh, trace.x[[-1] * T])
    scale = np.abs(right).max()
    return {name: W for name, W in wrong.items() if W.shape != right.shape or np.abs(W - right).max() > 1e-6 * scale}


def swept(dL_dO: np.ndarray, slope: np.ndarray, Wh: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return what a sweep with these slopes, this Wh and these earlier values adds up to."""
    total = 0.0
    for t in range(len(before), 0, -1):
        dL_da = dL_dO * slope[t]
        total = total + np.outer(dL_da, before[t - 1])
        dL_dO = dL_da @ Wh
    return np.asarray(total)

"""How wrong a prediction is: `loss_value(trace, y)`, and its derivative dL/dz at z = Wo O_T.

    squared_error   L = 1/2 sum_k (y_hat_k - y_k)^2
    cross_entropy   L = -sum_k y_k log y_hat_k - (1 - y_k) log(1 - y_hat_k)   after sigmoid
                    L = -sum_k y_k log y_hat_k                                after softmax

A batch's loss is the mean over its sequences; predict="every" sums the losses of the steps.
Cross-entropy is computed from z, not from y_hat: no log of zero however saturated the output.
"""

import numpy as np
from numpy.typing import ArrayLike

from .arrays import instance, numbers, option, same_shape
from .functions import log_softmax
from .trace import Trace

LOSSES = ("squared_error", "cross_entropy")
LETTERS = {("last", 1): "(K,)", ("last", 2): "(B, K)", ("every", 2): "(T, K)", ("every", 3): "(T, B, K)"}


def target(trace: Trace, y: ArrayLike, loss: str) -> np.ndarray:
    """Return `y`, checked against the trace's y_hat and against what the loss can compare."""
    instance(trace, "trace", Trace, "forward(w, x)")
    letters = LETTERS[trace.predict, trace.y_hat.ndim]
    option(loss, "loss", LOSSES)
    y = numbers(y, "y", f"{letters} = {trace.y_hat.shape}")
    same_shape(y, "y", letters, trace.y_hat.shape, "as y_hat has that shape")
    if loss == "cross_entropy":
        if trace.output == "linear":
            raise ValueError("loss is 'cross_entropy', which needs output='sigmoid' or 'softmax', not 'linear'")
        if y.min() < 0.0 or y.max() > 1.0:
            raise ValueError(f"y reaches from {y.min():g} to {y.max():g}, must lie in 0 .. 1 for cross_entropy")
        if trace.output == "softmax" and not np.allclose(y.sum(axis=-1), 1.0, rtol=0.0, atol=1e-6):
            raise ValueError("y must sum to 1 over its last axis (K) for cross_entropy after softmax")
    return y


def loss_value(trace: Trace, y: ArrayLike, loss: str = "squared_error") -> float:
    """Return L, the loss of the trace's prediction against y (shape of y_hat): one number.

    >>> from rnnlib import Weights, forward, loss_value
    >>> w = Weights(Wi=[[1.0]], Wh=[[0.0]], Wo=[[1.0]])
    >>> loss_value(forward(w, [[3.0]], hidden="linear"), [1.0])    # 1/2 (3 - 1)^2
    2.0
    """
    y = target(trace, y, loss)
    with np.errstate(all="ignore"):
        return mean_loss(trace, y, loss)


def mean_loss(trace: Trace, y: np.ndarray, loss: str) -> float:
    """Return L for a y that is checked."""
    return float(pointwise(trace.z, trace.y_hat, y, trace.output, loss).sum()) / (trace.B or 1)


def pointwise(z: np.ndarray, y_hat: np.ndarray, y: np.ndarray, output: str, loss: str) -> np.ndarray:
    """Return each output's own share of the loss, shape of y_hat."""
    if loss == "squared_error":
        wrong_by = y_hat - y
        return 0.5 * (wrong_by * wrong_by)
    if output == "sigmoid":
        return y * np.logaddexp(0.0, -z) + (1.0 - y) * np.logaddexp(0.0, z)
    return -y * log_softmax(z)


def loss_slope(trace: Trace, y: np.ndarray, loss: str) -> np.ndarray:
    """Return dL/dz of one sequence, shape of y_hat: dL/dy_hat carried through g in closed form."""
    y_hat = trace.y_hat
    if loss == "cross_entropy":
        return y_hat * (y.sum(axis=-1, keepdims=True) if trace.output == "softmax" else 1.0) - y
    dL_dy_hat = y_hat - y
    if trace.output == "sigmoid":
        return dL_dy_hat * y_hat * (1.0 - y_hat)
    if trace.output == "softmax":
        return y_hat * (dL_dy_hat - (dL_dy_hat * y_hat).sum(axis=-1, keepdims=True))
    return dL_dy_hat

"""One step downhill: `update(w, grads)` returns new weights; the old ones stay as they are."""

import numpy as np

from .arrays import instance, positive, same_shape
from .gradients import Gradients
from .weights import Weights


def update(w: Weights, grads: Gradients, learning_rate: float = 0.001) -> Weights:
    """Return W_new = W_old - learning_rate · dL/dW for Wi, Wh and Wo.

    Raises ValueError when the gradients are of weights of other shapes, or when a new weight would not be finite.

    >>> from rnnlib import Weights, backward, forward
    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    >>> grads = backward(forward(w, [[3.0], [4.0]], hidden="linear"), [10.0])
    >>> update(w, grads, learning_rate=0.1).Wo.tolist()    # 2 - 0.1 * (11 - 10) * 5.5
    [[1.45]]
    """
    instance(w, "w", Weights, "Weights(Wi, Wh, Wo)")
    instance(grads, "grads", Gradients, "backward(trace, y)")
    learning_rate = positive(learning_rate, "learning_rate")
    for name, letters in (("Wi", "(H, D)"), ("Wh", "(H, H)"), ("Wo", "(K, H)")):
        same_shape(getattr(w, name), name, letters, grads.total(name).shape, f"as dL_d{name} has that shape")
    return moved(w, grads, learning_rate)


@np.errstate(all="ignore")
def moved(w: Weights, grads: Gradients, learning_rate: float) -> Weights:
    """Return the new weights for arguments that are checked; ValueError if they would not be finite."""
    return Weights(
        Wi=w.Wi - learning_rate * grads.dL_dWi,
        Wh=w.Wh - learning_rate * grads.dL_dWh,
        Wo=w.Wo - learning_rate * grads.dL_dWo,
    )

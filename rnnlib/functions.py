"""The functions f of the hidden units and g of the output, each with its derivative.

`HIDDEN["tanh"]` holds f, and its derivative twice, on purpose: `slope` from the output O, as the backward sweep
takes it, and `derivative` from the pre-activation a, as it stands on the board. `OUTPUT["softmax"]` is g itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Function = Callable[..., np.ndarray]


@dataclass(frozen=True)
class Hidden:
    """A hidden activation: f(a), its slope f'(a) written in O = f(a), and the same f' written in a.

    f(a, out=O) writes O instead of making it.
    """

    f: Function
    slope: Function
    derivative: Function


def linear(a: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return a, number by number."""
    return np.positive(a, out=out)


def relu(a: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return max(a, 0); its derivative at 0 is taken as 0."""
    return np.maximum(a, 0.0, out=out)


def sigmoid(a: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return 1 / (1 + exp(-a)), without overflow and accurate in both tails."""
    return np.exp(-np.logaddexp(0.0, -a), out=out)


def softmax(z: np.ndarray) -> np.ndarray:
    """Return exp(z) / sum(exp(z)) over the last axis, without overflow."""
    return np.exp(log_softmax(z))


def log_softmax(z: np.ndarray) -> np.ndarray:
    """Return log(softmax(z)) over the last axis, without a log of zero."""
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


HIDDEN = {
    "tanh": Hidden(np.tanh, slope=lambda O: 1.0 - O * O, derivative=lambda a: 1.0 - np.tanh(a) ** 2),
    "sigmoid": Hidden(sigmoid, slope=lambda O: O * (1.0 - O), derivative=lambda a: sigmoid(a) * sigmoid(-a)),
    "relu": Hidden(relu, slope=lambda O: np.heaviside(O, 0.0), derivative=lambda a: np.heaviside(a, 0.0)),
    "linear": Hidden(linear, slope=np.ones_like, derivative=np.ones_like),
}
OUTPUT: dict[str, Function] = {"linear": linear, "sigmoid": sigmoid, "softmax": softmax}

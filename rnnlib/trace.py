"""The forward pass: `forward(w, x)` runs the RNN over a sequence and returns every value it went through, a `Trace`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, instance, numbers, option, same_shape
from .functions import HIDDEN, OUTPUT
from .weights import Weights

PREDICT = ("last", "every")


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """Every value of one forward pass, read-only; row t of O and a belongs to step t on the board.

    weights : Weights     the weights it was made with
    x       : (T, D) or (T, B, D)
    a       : (T+1, H) or (T+1, B, H)   pre-activations; row 0 is zero, there is no a_0
    O       : (T+1, H) or (T+1, B, H)   hidden outputs; O[0] is the state before the sequence
    z       : as y_hat                  Wo O_T, before g
    y_hat   : (K,) or (B, K); with predict="every" (T, K) or (T, B, K)
    hidden, output, predict : the options it was made with
    O_x     : (T, H+D) or (T, B, H+D)   what [Wh Wi] meets at step t, in row t-1: O_{t-1} beside x_t
    """

    weights: Weights
    x: np.ndarray
    a: np.ndarray
    O: np.ndarray
    z: np.ndarray
    y_hat: np.ndarray
    hidden: str
    output: str
    predict: str
    O_x: np.ndarray

    @property
    def T(self) -> int:
        """Number of steps."""
        return len(self.x)

    @property
    def B(self) -> int | None:
        """Number of sequences in the batch; None for one sequence."""
        return self.x.shape[1] if self.x.ndim == 3 else None

    def __repr__(self) -> str:
        """Return the sizes and options in a line."""
        w, batch = self.weights, "" if self.B is None else f"B={self.B}, "
        sizes = f"T={self.T}, {batch}D={w.D}, H={w.H}, K={w.K}"
        return f"Trace({sizes}, hidden={self.hidden!r}, output={self.output!r}, predict={self.predict!r})"


def forward(
    w: Weights,
    x: ArrayLike,
    O0: ArrayLike | None = None,
    hidden: str = "tanh",
    output: str = "linear",
    predict: str = "last",
) -> Trace:
    """Run the RNN forward and return its `Trace`.

        a_t = Wi x_t + Wh O_{t-1},   O_t = f(a_t),   y_hat = g(Wo O_T)

    x       : (T, D) one sequence, or (T, B, D) a batch
    O0      : (H,) or, with a batch, (B, H); zeros if None
    hidden  : f, one of tanh, sigmoid, relu, linear
    output  : g, one of linear, sigmoid, softmax
    predict : "last" predicts from O_T, "every" from each O_t

    Raises ValueError or TypeError naming the wrong argument. What overflows becomes inf or NaN, without a warning.

    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]])
    >>> forward(w, [[3.0], [4.0]], hidden="linear").O.ravel().tolist()
    [0.0, 3.0, 5.5]
    """
    instance(w, "w", Weights, "Weights(Wi, Wh, Wo)")
    option(hidden, "hidden", HIDDEN)
    option(output, "output", OUTPUT)
    option(predict, "predict", PREDICT)
    x = numbers(x, "x", f"(T, D) or (T, B, D) with D = {w.D}", ndim=(2, 3))
    if x.shape[-1] != w.D:
        letters = "(T, D)" if x.ndim == 2 else "(T, B, D)"
        same_shape(x, "x", letters, (*x.shape[:-1], w.D), f"as Wi has {w.D} columns")
    return run(w, x, initial_state(O0, x, w.H), hidden, output, predict)


@np.errstate(all="ignore")
def run(w: Weights, x: np.ndarray, O0: np.ndarray | float, hidden: str, output: str, predict: str) -> Trace:
    """Return the `Trace` for arguments that are checked."""
    T, H, f, g, Wh_Wi = len(x), w.H, HIDDEN[hidden].f, OUTPUT[output], w.Wh_Wi.T
    O_x = np.zeros((T + 1, *x.shape[1:-1], len(Wh_Wi)))  # row t: O_t beside x_{t+1}, as step t+1 meets them
    O = O_x[..., :H]
    O[0] = O0
    O_x[:-1, ..., H:] = x
    a = np.zeros(O.shape)
    # range(T) ends it: an array tells its end by an exception, which takes numpy as long as a step
    for _, met, a_t, O_t in zip(range(T), O_x, a[1:], O[1:], strict=False):
        f(met.dot(Wh_Wi, a_t), O_t)  # what a_t and O_t are is written into them
    z = product(O[1:] if predict == "every" else O_t, w.Wo.T)
    y_hat = g(z)
    frozen(O_x)
    return Trace(w, x, frozen(a), O_x[..., :H], frozen(z), frozen(y_hat), hidden, output, predict, O_x[:-1])


def initial_state(O0: ArrayLike | None, x: np.ndarray, H: int) -> np.ndarray | float:
    """Return the checked O_0, ready to stand in row 0 of O."""
    if O0 is None:
        return 0.0
    letters, ndim = ("(H,)", (1,)) if x.ndim == 2 else ("(H,) or (B, H)", (1, 2))
    O0 = numbers(O0, "O0", f"{letters} with H = {H}", ndim)
    if O0.ndim == 1:
        same_shape(O0, "O0", "(H,)", (H,), f"as Wh has {H} rows")
    else:
        same_shape(O0, "O0", "(B, H)", (x.shape[1], H), f"as x holds B = {x.shape[1]} and Wh has {H} rows")
    return O0


def product(rows: np.ndarray, W: np.ndarray) -> np.ndarray:
    """Return rows @ W, by the quicker of two calls: `dot` has less to decide, but no BLAS for rows (T, B, n)."""
    return rows.dot(W) if rows.ndim < 3 else np.matmul(rows, W)

"""The loss as a landscape: `loss_surface(w, x, y)` returns the true loss on a grid over two entries of the weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, instance, numbers, option, same_shape, whole
from .gradients import Gradients
from .grid import Entry, entry, grid_losses
from .losses import target
from .trace import Trace, forward
from .weights import Weights

PRECISION = {"double": np.float64, "single": np.float32}


@dataclass(frozen=True, eq=False, repr=False)
class Surface:
    """The loss on a grid over two entries of the weights, all other entries as in the trace.

    along     : ("Wi[0,0]", "Wh[0,0]")   the names of the two entries
    values    : two arrays (resolution,)   what they are set to
    loss      : (resolution, resolution)   loss[i, j] at along[0] = values[0][i], along[1] = values[1][j];
                                           inf where it is not a finite number
    trace, y, loss_name : the forward pass at the weights themselves, the target, which loss
    """

    along: tuple[str, str]
    values: tuple[np.ndarray, np.ndarray]
    loss: np.ndarray
    trace: Trace
    y: np.ndarray
    loss_name: str

    @property
    def entries(self) -> tuple[Entry, Entry]:
        """The two entries of `along`."""
        first, second = (entry(self.trace.weights, name, "along") for name in self.along)
        return first, second

    @property
    def names(self) -> tuple[str, str]:
        """The two entries as one writes them: `Wi` for the only entry of its weight, `Wh[0,1]` for one of several."""
        first, second = (
            name[:2] if getattr(self.trace.weights, name[:2]).size == 1 else name.replace(" ", "")
            for name in self.along
        )
        return first, second

    def place(self, w: Weights) -> np.ndarray:
        """Return where `w` lies over the grid, (2,): its values of the two entries."""
        instance(w, "w", Weights, "Weights(Wi, Wh, Wo)")
        return frozen(np.array([entry.of(w) for entry in self.entries]))

    def arrows(self, grads: Gradients) -> np.ndarray:
        """Return each step's term of the gradient at the two entries, (T+1, 2); they add up to the gradient there.

        dL/dWo has no terms by step; for an entry of Wo all of it is in row T.
        """
        instance(grads, "grads", Gradients, "backward(trace, y)")
        arrows = np.zeros((grads.trace.T + 1, 2))
        for axis, (weight, row, column) in enumerate(self.entries):
            if weight == "Wo":
                arrows[-1, axis] = grads.dL_dWo[row, column]
            else:
                arrows[:, axis] = getattr(grads, f"dL_d{weight}_terms")[:, row, column]
        return frozen(arrows)

    def __repr__(self) -> str:
        """Return the two entries and the sizes in a line."""
        return f"Surface(loss along {self.along[0]} and {self.along[1]}, {len(self.loss)} x {len(self.loss)})"


def loss_surface(
    w: Weights,
    x: ArrayLike,
    y: ArrayLike,
    along: Sequence[str] = ("Wi[0,0]", "Wh[0,0]"),
    span: ArrayLike = ((-3, 3), (-3, 3)),
    resolution: int = 61,
    loss: str = "squared_error",
    hidden: str = "tanh",
    output: str = "linear",
    predict: str = "last",
    O0: ArrayLike | None = None,
    precision: str = "double",
) -> Surface:
    """Return the `Surface` of the loss over two entries of the weights: at each grid point the loss of a forward pass.

    along      : two different entries, each such as "Wi[0,0]", "Wh[0,1]" or "Wo[0,0]"
    span       : ((low, high), (low, high))   both ends belong to the grid
    resolution : values along each axis, 2 or more
    precision  : "double" for every digit, "single" for about six in half the time
    The rest is as for `forward` and `backward`.

    Nothing is projected or interpolated. Overflow gives inf, without a warning.

    >>> w = Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[1.0]])
    >>> loss_surface(w, [[3.0], [4.0]], [4.0], span=((0, 1), (0, 1)), resolution=2, hidden="linear").loss.tolist()
    [[8.0, 8.0], [0.0, 4.5]]
    """
    trace = forward(w, x, O0, hidden, output, predict)
    y = target(trace, y, loss)
    if isinstance(along, str) or not isinstance(along, Sequence) or len(along) != 2:
        raise ValueError(f"along is {along!r}, must be two entries of the weights, such as ('Wi[0,0]', 'Wh[0,0]')")
    entries = [entry(w, name, f"along[{axis}]") for axis, name in enumerate(along)]
    if entries[0] == entries[1]:
        raise ValueError(f"along names {along[0]} twice, must be two different entries of the weights")
    span = numbers(span, "span", "((low, high), (low, high))", ndim=(2,))
    same_shape(span, "span", "((low, high), (low, high))", (2, 2), "one pair for each entry")
    for axis, (low, high) in enumerate(span.tolist()):
        if not 0.0 < high - low < np.inf:
            raise ValueError(f"span[{axis}] is ({low:g}, {high:g}), must be (low, high) with low below high")
    resolution = whole(resolution, "resolution", 2)
    values = [frozen(np.linspace(low, high, resolution)) for low, high in span]
    number = PRECISION[option(precision, "precision", PRECISION)]
    grid = grid_losses(trace, y, list(zip(entries, values, strict=True)), loss, number).astype(np.float64)
    grid[~np.isfinite(grid)] = np.inf
    return Surface((along[0], along[1]), (values[0], values[1]), frozen(grid), trace, y, loss)

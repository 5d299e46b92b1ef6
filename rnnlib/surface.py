"""The loss as a landscape: `loss_surface(w, x, y)` returns the true loss on a grid over any two entries of the weights."""

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, instance, numbers, option, same_shape, whole
from .functions import HIDDEN, OUTPUT
from .gradients import Gradients
from .losses import pointwise, target
from .notation import WEIGHTS
from .trace import Trace, forward
from .weights import Weights

# A piece of the grid does this many multiplications a step at most: it stays in the cache, and BLAS leaves it to one thread.
PIECE = 2**18


class Entry(NamedTuple):
    """One number in one weight: "Wh[0,1]" is Entry("Wh", 0, 1)."""

    weight: str
    row: int
    column: int

    def of(self, w: Weights) -> float:
        """Return its value in `w`."""
        return float(getattr(w, self.weight)[self.row, self.column])


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

    def place(self, w: Weights) -> np.ndarray:
        """Return where `w` lies over the grid, (2,): its values of the two entries."""
        instance(w, "w", Weights, "Weights(Wi, Wh, Wo)")
        return np.array([entry.of(w) for entry in self.entries])

    def arrows(self, grads: Gradients) -> np.ndarray:
        """Return each step's term of the gradient over the grid, (T+1, 2); laid tip to tail they make dL/d(the two entries).

        The whole of dL/dWo, whose path does not go back in time, is in row T.
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
) -> Surface:
    """Return the `Surface` of the loss over two entries of the weights: at each grid point the loss of a forward pass.

    along      : two different entries, each such as "Wi[0,0]", "Wh[0,1]" or "Wo[0,0]"
    span       : ((low, high), (low, high))   both ends belong to the grid
    resolution : values along each axis, 2 or more
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
    grid = losses(trace, y, entries, values, loss)
    return Surface((along[0], along[1]), (values[0], values[1]), frozen(grid), trace, y, loss)


def entry(w: Weights, name: str, argument: str) -> Entry:
    """Return the `Entry` that `name` stands for, checked against the shapes of `w`."""
    if not isinstance(name, str):
        raise TypeError(f"{argument} is {name!r}, must be a name such as 'Wh[0,0]'")
    match = re.fullmatch(r"(\w+)\[(\d+), ?(\d+)\]", name)
    if match and match[1] in WEIGHTS:
        found = Entry(match[1], int(match[2]), int(match[3]))
        rows, columns = getattr(w, found.weight).shape
        if found.row < rows and found.column < columns:
            return found
    shapes = {weight: getattr(w, weight).shape for weight in ("Wi", "Wh", "Wo")}
    known = ", ".join(f"{weight}[0..{rows - 1},0..{columns - 1}]" for weight, (rows, columns) in shapes.items())
    raise ValueError(f"{argument} is {name!r}, must be an entry such as 'Wh[0,0]', row before column, one of {known}")


def losses(
    trace: Trace, y: np.ndarray, entries: Sequence[Entry], values: Sequence[np.ndarray], loss: str
) -> np.ndarray:
    """Return the loss (n, n) at every combination of values of the two entries.

    The entries of Wi and Wh span the points at which the sequence is run, in pieces, at all points of a piece at once;
    those of Wo are tried on the hidden outputs of each such point.
    """
    early = [(e, v) for e, v in zip(entries, values, strict=True) if e.weight != "Wo"]
    late = [(e, v) for e, v in zip(entries, values, strict=True) if e.weight == "Wo"]
    (early, points), (late, _) = combinations(early), combinations(late)
    w = trace.weights
    size = max(1, PIECE // ((w.D + w.H) * max(w.H, 16) * (trace.B or 1)))
    pieces = [slice(first, first + size) for first in range(0, points, size)]
    run = partial(losses_of_piece, trace, y, early, late, loss)
    if len(pieces) == 1:
        total = run(pieces[0])
    else:
        with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
            total = np.concatenate(list(pool.map(run, pieces)))
    total = total.reshape([len(v) for v in values])
    total = total.T if entries[0].weight == "Wo" and entries[1].weight != "Wo" else total
    return np.where(np.isfinite(total), total, np.inf)


def combinations(varied: list[tuple[Entry, np.ndarray]]) -> tuple[list[tuple[Entry, np.ndarray]], int]:
    """Return the entries, each with its value at every combination of their values, and how many combinations there are."""
    grids = np.meshgrid(*(values for _, values in varied), indexing="ij")
    flat = [(entry, grid.ravel()) for (entry, _), grid in zip(varied, grids, strict=True)]
    return flat, flat[0][1].size if flat else 1


def losses_of_piece(
    trace: Trace,
    y: np.ndarray,
    early: list[tuple[Entry, np.ndarray]],
    late: list[tuple[Entry, np.ndarray]],
    loss: str,
    piece: slice,
) -> np.ndarray:
    """Return the loss (points, m) at a piece of the points of the `early` entries and all m points of the `late` ones.

    The arrays of a step are (D, points, B) for x_t, (H, points, B) for a_t and O_t, (K, points, m, B) for Wo O_t; at
    every point one product is made with all entries as they are but the two, which are zero, then theirs is added.
    """
    w, T, every = trace.weights, trace.T, trace.predict == "every"
    f, g = HIDDEN[trace.hidden].f, OUTPUT[trace.output]
    B, D = trace.B or 1, w.D
    x, y = trace.x.reshape(T, B, D).swapaxes(1, 2), y.reshape(-1, B, w.K)
    still = {weight: getattr(w, weight).copy() for weight in WEIGHTS}
    for (weight, row, column), _ in (*early, *late):
        still[weight][row, column] = 0.0
    W, Wo = np.hstack((still["Wi"], still["Wh"])), still["Wo"]
    varied = [(e.row, e.column + (D if e.weight == "Wh" else 0), np.repeat(v[piece], B).reshape(-1, B)) for e, v in early]
    points = len(varied[0][2]) if varied else 1
    m = len(late[0][1]) if late else 1

    used_with, total = np.empty((D + w.H, points, B)), 0.0
    x_t, O_t = used_with[:D], used_with[D:]
    O_t[:] = trace.O[0].reshape(B, w.H).T[:, None]
    with np.errstate(all="ignore"):
        for t in range(1, T + 1):
            x_t[:] = x[t - 1][:, None]
            a_t = (W @ used_with.reshape(D + w.H, -1)).reshape(O_t.shape)
            for row, column, value in varied:
                a_t[row] += value * used_with[column]
            O_t[:] = f(a_t)
            if every or t == T:
                z_t = np.repeat((Wo @ O_t.reshape(w.H, -1)).reshape(w.K, points, 1, B), m, axis=2)
                for (_, row, column), value in late:
                    z_t[row] += value[:, None] * O_t[column][:, None]
                z_t = np.moveaxis(z_t, 0, -1)
                total = total + pointwise(z_t, g(z_t), y[t - 1 if every else 0], trace.output, loss).sum(axis=(-1, -2))
        return total / B

"""Many RNNs at once, alike but for two entries of their weights: `entry(w, "Wh[0,1]")` finds an entry by its name,
`grid_losses` runs a sequence at all points of a grid over two of them.
"""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np

from .functions import HIDDEN, OUTPUT
from .losses import pointwise
from .trace import Trace
from .weights import Weights

# A block of points takes at most this many multiplications a step: its arrays stay in the cache, and OpenBLAS, whose
# own threads would get into the way of ours, leaves a product of this size to one thread.
BLOCK = 2**18
BLOCKS = 4  # in a piece of the grid, so that one call of numpy has enough to do


class Entry(NamedTuple):
    """One number in one weight: "Wh[0,1]" is Entry("Wh", 0, 1)."""

    weight: str
    row: int
    column: int

    def of(self, w: Weights) -> float:
        """Return its value in `w`."""
        return float(getattr(w, self.weight)[self.row, self.column])


Varied = list[tuple[Entry, np.ndarray]]


def entry(w: Weights, name: str, argument: str = "name") -> Entry:
    """Return the `Entry` that `name` stands for; if `w` has none of that name, the error lists those it has.

    >>> entry(Weights(Wi=[[1.0]], Wh=[[0.5]], Wo=[[2.0]]), "Wo[0,0]")
    Entry(weight='Wo', row=0, column=0)
    """
    if not isinstance(name, str):
        raise TypeError(f"{argument} is {name!r}, must be the name of an entry, such as 'Wh[0,0]'")
    shapes = {weight: getattr(w, weight).shape for weight in ("Wi", "Wh", "Wo")}
    match = re.fullmatch(r"(Wi|Wh|Wo)\[(\d+), ?(\d+)\]", name, re.ASCII)
    if match:
        weight, row, column = match[1], int(match[2]), int(match[3])
        if row < shapes[weight][0] and column < shapes[weight][1]:
            return Entry(weight, row, column)
    known = ", ".join(f"{weight}[0..{rows - 1},0..{columns - 1}]" for weight, (rows, columns) in shapes.items())
    raise ValueError(f"{argument} is {name!r}, must be an entry such as 'Wh[0,0]', row before column, of {known}")


@np.errstate(all="ignore")
def grid_losses(trace: Trace, y: np.ndarray, varied: Varied, loss: str, number: type = np.float64) -> np.ndarray:
    """Return the loss (m, n) of the trace's data when two entries of its weights take m and n values.

    The entries of Wi and Wh make the points at which the sequence is run, many at a time; those of Wo are tried on the
    hidden outputs of each point. `number` is the type that is calculated with.
    """
    early = combinations([(entry, values) for entry, values in varied if entry.weight != "Wo"], number)
    late = combinations([(entry, values) for entry, values in varied if entry.weight == "Wo"], number)
    w, points = trace.weights, len(early[0][1]) if early else 1
    size = min(points, max(1, BLOCK // ((w.D + w.H) * max(w.H, 16) * (trace.B or 1))))
    early = [(entry, np.pad(values, (0, -points % size), "edge").reshape(-1, size)) for entry, values in early]
    starts = range(0, -(-points // size), BLOCKS)
    pieces = [[(entry, values[start : start + BLOCKS]) for entry, values in early] for start in starts]
    run, threads = partial(piece_losses, trace, y, late, loss, number), min(4, os.cpu_count() or 1, len(pieces))
    if threads == 1:
        total = np.concatenate([run(piece) for piece in pieces])
    else:
        with ThreadPoolExecutor(threads) as pool:
            total = np.concatenate(list(pool.map(run, pieces)))
    (first, values), (second, _) = varied
    turned = first.weight == "Wo" != second.weight
    return total[:points].reshape(-1, len(values)).T if turned else total[:points].reshape(len(values), -1)


def combinations(varied: Varied, number: type) -> Varied:
    """Return the entries, each with its value at every combination of their values."""
    grids = np.meshgrid(*(values for _, values in varied), indexing="ij")
    return [(entry, grid.ravel().astype(number)) for (entry, _), grid in zip(varied, grids, strict=True)]


@np.errstate(all="ignore")
def piece_losses(trace: Trace, y: np.ndarray, late: Varied, loss: str, number: type, early: Varied) -> np.ndarray:
    """Return the loss (points, m) at all points of a piece, and at each of them at all m combinations of `late`.

    early : entries of Wi and Wh with their values (blocks, size);  late : entries of Wo with theirs (m,)
    """
    K, B, every = trace.weights.K, trace.B or 1, trace.predict == "every"
    Wo = common(trace.weights, "Wo", late, number)
    y = y.reshape(-1, B, K).astype(number)
    m = len(late[0][1]) if late else 1
    total = 0.0
    for t, O_t in enumerate(hidden_outputs(trace, early, number), start=1):
        if every or t == trace.T:
            blocks, H, size, _ = O_t.shape
            z = np.repeat((Wo @ O_t.reshape(blocks, H, -1)).reshape(blocks, K, size, 1, B), m, axis=3)
            for (_, row, column), values in late:
                z[:, row] += values[:, None] * O_t[:, column, :, None]
            z = np.moveaxis(z, 1, -1)
            shares = pointwise(z, OUTPUT[trace.output](z), y[t - 1 if every else 0], trace.output, loss)
            total = total + shares.sum(axis=(-1, -2)).reshape(-1, m) / B
    return total


def hidden_outputs(trace: Trace, early: Varied, number: type) -> Iterator[np.ndarray]:
    """Yield O_1, O_2, .. O_T at all points of a piece, each (blocks, H, size, B) and overwritten by the next.

        a_t = [Wi Wh] [x_t, O_{t-1}]

    is one product for all points, of weights in which the varied entries are zero; their share is added row by row.
    """
    w, B, f = trace.weights, trace.B or 1, HIDDEN[trace.hidden].f
    W = np.hstack([common(w, weight, early, number) for weight in ("Wi", "Wh")])
    blocks, size = early[0][1].shape if early else (1, 1)
    shares = [(e.row, e.column + w.D * (e.weight == "Wh"), np.repeat(v[:, :, None], B, axis=2)) for e, v in early]
    before = np.empty((blocks, w.D + w.H, size, B), number)
    x_t, O_t = before[:, : w.D], before[:, w.D :]
    a_t = np.empty(O_t.shape, number)
    O_t[:] = trace.O[0].reshape(B, w.H).T[:, None]
    for x in trace.x.reshape(trace.T, B, w.D).mT:
        x_t[:] = x[:, None]
        np.matmul(W, before.reshape(blocks, w.D + w.H, -1), out=a_t.reshape(blocks, w.H, -1))
        for row, column, value in shares:
            a_t[:, row] += value * before[:, column]
        f(a_t, out=O_t)
        yield O_t


def common(w: Weights, weight: str, varied: Varied, number: type) -> np.ndarray:
    """Return a copy of the weight in which the varied entries are zero."""
    W = getattr(w, weight).astype(number)
    for entry, _ in varied:
        if entry.weight == weight:
            W[entry.row, entry.column] = 0.0
    return W

"""The terms of a gradient as plots need them: `stepwise` without what is only rounding, `norms` as sizes."""

import numpy as np

from ..arrays import instance, option, whole
from ..gradients import Gradients
from ..untied import COPIED

NOISE = 1e-12  # next to the numbers it was added up from, less than this is rounding


def stepwise(grads: Gradients, weight: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the terms (T, m, n), row 0 for step 1, and their sum (m, n).

    An entry is 0 here where it is rounding: next to the rest of its term, or, in the sum, next to what was added up.
    Terms that are small as a whole stay as they are, unless all of them are as small as the rounding of 1.
    """
    instance(grads, "grads", Gradients, "backward(trace, y)")
    option(weight, "weight", COPIED)
    terms, total = getattr(grads, f"dL_d{weight}_terms")[1:], grads.total(weight)
    if not magnitude(terms, axis=None) > NOISE and np.isfinite(terms).all():
        return np.zeros_like(terms), np.zeros_like(total)
    return settled(terms, magnitude(terms, axis=(1, 2))), settled(total, magnitude(terms, axis=0))


def magnitude(array: np.ndarray, axis: int | tuple[int, ...] | None) -> np.ndarray:
    """Return the largest finite absolute value along the axes, which stay; 0 where there is none."""
    return np.where(np.isfinite(array), np.abs(array), 0.0).max(axis=axis, keepdims=axis != 0)


def settled(array: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the array with 0 where an entry is only the rounding of numbers as large as `scale`."""
    return np.where(np.abs(array) < NOISE * scale, 0.0, array)


def norms(terms: np.ndarray) -> np.ndarray:
    """Return the size of each matrix, its Frobenius norm: (T, m, n) -> (T,)."""
    with np.errstate(all="ignore"):
        most = np.abs(terms).max(axis=(1, 2))
        unit = np.where(most == 0.0, 1.0, most)  # so that no square overflows
        sizes = unit * np.sqrt(((terms / unit[:, None, None]) ** 2).sum(axis=(1, 2)))
        return np.where(np.isfinite(most), sizes, most)


def entry_of(entry: tuple[int, int], matrix: np.ndarray) -> tuple[int, int]:
    """Return (i, j), checked to be in the matrix; both count from 0."""
    if not isinstance(entry, tuple | list) or len(entry) != 2:
        raise TypeError(f"entry is {entry!r}, must be (i, j), row and column of the weight")
    i, j = entry
    return whole(i, "entry[0]", 0, len(matrix) - 1), whole(j, "entry[1]", 0, matrix.shape[1] - 1)

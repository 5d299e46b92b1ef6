"""Checks in one place: what a caller hands over becomes a finite, read-only float64 array, or a plain error.

`numbers(value, name, shapes)` for any array, `option(value, name, known)` for a word, `whole` and `positive` for single
numbers, `instance` for a record.
"""

from collections.abc import Collection

import numpy as np
from numpy.typing import ArrayLike


def numbers(value: ArrayLike, name: str, shapes: str, ndim: Collection[int] | None = None) -> np.ndarray:
    """Return `value` as a read-only float64 copy with one of the allowed numbers of axes (any, if `ndim` is None).

    `shapes` is how the allowed shapes read in an error message, such as "(T, D) or (T, B, D)".
    Raises TypeError when it does not hold real numbers, ValueError for a wrong shape, NaN or infinity.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is a masked array; fill the masked entries first, {name} must be plain numbers")
    try:
        given = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} has rows of different lengths, must have shape {shapes}") from None
    if given.dtype.kind not in "fiub":
        raise TypeError(f"{name} holds {given.dtype} values, must hold real numbers in shape {shapes}")
    array = np.array(given, dtype=np.float64, order="C")
    if ndim is not None and array.ndim not in ndim:
        raise ValueError(f"{name} has shape {array.shape}, must be {shapes}")
    if array.size == 0:
        raise ValueError(f"{name} is empty, with shape {array.shape}, must be {shapes}")
    finite = np.isfinite(array)
    if False in finite.tobytes():  # quicker than finite.all() for a few numbers
        where = np.argwhere(~finite)[0].tolist()
        entry = f"{name}{where}" if where else name
        raise ValueError(f"{entry} is {array[tuple(where)]}, {name} must be finite")
    return frozen(array)


def frozen(array: np.ndarray) -> np.ndarray:
    """Return the same array, made read-only."""
    array.setflags(False)
    return array


def same_shape(array: np.ndarray, name: str, letters: str, shape: tuple[int, ...], because: str) -> None:
    """Raise ValueError unless `array` has `shape`; `letters` and `because` explain the expectation."""
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}, must be {letters} = {shape}, {because}")


def option(value: str, name: str, known: Collection[str]) -> str:
    """Return `value` if it is one of `known`; the error lists them."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {value!r}, must be one of {', '.join(known)}")
    if value not in known:
        raise ValueError(f"{name} is {value!r}, must be one of {', '.join(known)}")
    return value


def whole(value: int, name: str, low: int, high: int | None = None) -> int:
    """Return `value` as an int between `low` and `high`, both included."""
    span = f"a whole number from {low} to {high}" if high is not None else f"a whole number, {low} or more"
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} is {value!r}, must be {span}")
    if value < low or (high is not None and value > high):
        raise ValueError(f"{name} is {value}, must be {span}")
    return int(value)


def positive(value: float, name: str) -> float:
    """Return `value` as a finite float above zero."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name} is {value!r}, must be a number above 0")
    if not 0 < value < np.inf:
        raise ValueError(f"{name} is {value}, must be a finite number above 0")
    return float(value)


def instance(value: object, name: str, kind: type, how: str) -> None:
    """Raise TypeError unless `value` is a `kind`; `how` says where one comes from."""
    if not isinstance(value, kind):
        raise TypeError(f"{name} is a {type(value).__name__}, must be a {kind.__name__}, as made by {how}")

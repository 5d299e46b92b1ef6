"""Measured data: `sunspots()` is a real yearly series; `rnnlib.reading` makes a series of yours.

`windows(values, T)` cuts a series into T steps -> next value, `Scaling` leads to network inputs and back.
"""

import csv
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike

from .arrays import frozen, numbers, positive, whole


@dataclass(frozen=True, eq=False, repr=False)
class Series:
    """A measured series: `times` (N,) and `values` (N,) in `unit`, with where it comes from and under which terms."""

    name: str
    times: np.ndarray
    values: np.ndarray
    unit: str
    source: str
    licence: str

    def __repr__(self) -> str:
        """Return name, span and origin in a line."""
        span = f"{self.times[0]:g} to {self.times[-1]:g}, {len(self.values)} values"
        return f"{self.name}, {span}, in {self.unit} ({self.source}; {self.licence})"


@dataclass(frozen=True)
class Scaling:
    """The way from measured values to network inputs and back: scaled = (value - offset) / unit.

    >>> Scaling(offset=0.0, unit=100.0).apply([25.0]).tolist()
    [0.25]
    """

    offset: float
    unit: float

    def __post_init__(self) -> None:
        """Check that the way back exists."""
        positive(self.unit, "unit")
        numbers(self.offset, "offset", "one number", ndim=(0,))

    @classmethod
    def standard(cls, values: ArrayLike) -> "Scaling":
        """Return the scaling under which these values have mean 0 and standard deviation 1.

        >>> Scaling.standard([10.0, 30.0])
        Scaling(offset=20.0, unit=10.0)
        """
        values = numbers(values, "values", "(N,)", ndim=(1,))
        if np.ptp(values) == 0.0:
            raise ValueError(f"values are all {values[0]:g}: without any spread they can't be scaled")
        return cls(offset=float(values.mean()), unit=float(values.std()))

    def apply(self, values: ArrayLike) -> np.ndarray:
        """Return (values - offset) / unit."""
        return (numbers(values, "values", "(...)") - self.offset) / self.unit

    def invert(self, scaled: ArrayLike) -> np.ndarray:
        """Return scaled * unit + offset, in the unit of measurement."""
        return numbers(scaled, "scaled", "(...)") * self.unit + self.offset


def sunspots() -> Series:
    """Return the yearly mean sunspot numbers, 1700 to 2008, shipped with the package.

    309 values of the National Geophysical Data Center (NGDC), in the public domain, as carried by statsmodels.
    """
    with files(__package__).joinpath("data/sunspots.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    times, values = (np.array([float(row[column]) for row in rows]) for column in ("year", "sunspots"))
    return Series(
        name="Yearly sunspot numbers",
        times=frozen(times),
        values=frozen(values),
        unit="sunspots",
        source="National Geophysical Data Center",
        licence="public domain",
    )


def windows(values: ArrayLike, T: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut a series (N,) into all its windows of T steps, each with the value that follows.

    Returns x (T, B, 1) and y (B, 1) with B = N - T: column b of x is values[b .. b+T-1], y[b] is values[b+T].

    >>> x, y = windows([1.0, 2.0, 3.0, 4.0], T=2)
    >>> x[:, 0, 0].tolist(), y[0].tolist(), x.shape
    ([1.0, 2.0], [3.0], (2, 2, 1))
    """
    values = numbers(values, "values", "(N,)", ndim=(1,))
    if len(values) < 2:
        raise ValueError(f"values has shape {values.shape}, must hold at least 2: one step and the value after it")
    T = whole(T, "T", 1, len(values) - 1)
    x = np.lib.stride_tricks.sliding_window_view(values, T)[:-1].T[:, :, None]
    return x.copy(), values[T:, None].copy()

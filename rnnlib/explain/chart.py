"""A chart over the age of terms as SVG: the last step stands at the right, as on the board; sizes on a log scale.

What you can do here: place things (Chart, log_chart), and draw marks (dots, joined, crosses), the frame and its ticks.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .drawing import text
from .spelling import number

TICKS = 6  # on an axis, at most
ROUND = (1, 2, 5, 10, 20, 25, 50, 100)


@dataclass(frozen=True)
class Chart:
    """A box on the page for T ages; exponents of ten from `low` to `high` go from its bottom to its top."""

    left: float
    right: float
    top: float
    bottom: float
    T: int
    low: int = 0
    high: int = 1

    @property
    def step(self) -> float:
        """The width of one age."""
        return (self.right - self.left) / self.T

    def x(self, age: float) -> float:
        """Return the middle of an age; age - 0.5 is its edge towards the last step."""
        return self.right - (age + 0.5) * self.step

    def y(self, size: float) -> float:
        """Return the height of a positive size."""
        part = (math.log10(size) - self.low) / (self.high - self.low)
        return self.bottom - part * (self.bottom - self.top)


def log_chart(left: float, right: float, top: float, bottom: float, T: int, sizes: Iterable[float]) -> Chart:
    """Return a chart in which all sizes that are finite and not zero have room."""
    found = np.array([size for size in sizes if 0.0 < size < np.inf])
    ends = np.log10([found.min(), found.max()]) if len(found) else np.zeros(2)
    low, high = math.floor(ends[0]), math.ceil(ends[1])
    return Chart(left, right, top, bottom, T, min(low, high - 2), high)


def is_drawn(size: float) -> bool:
    """Return whether a size has a place on a log scale."""
    return 0.0 < size < np.inf


def dots(chart: Chart, ages: Iterable[int], sizes: np.ndarray, kind: str) -> str:
    """Return a dot for each age, all in one path: lines of no length with round ends."""
    at = "".join(f"M{chart.x(a):.1f},{chart.y(sizes[a]):.1f}h0" for a in ages if is_drawn(sizes[a]))
    return f'<path class="{kind}" d="{at}"/>' if at else ""


def joined(chart: Chart, sizes: np.ndarray, kind: str) -> str:
    """Return a line through all ages, interrupted where there is nothing to draw."""
    pen, at = "M", ""
    for age, size in enumerate(sizes):
        if is_drawn(size):
            at, pen = f"{at}{pen}{chart.x(age):.1f},{chart.y(size):.1f}", "L"
        else:
            pen = "M"
    return f'<path class="{kind}" d="{at}"/>' if at else ""


def crosses(chart: Chart, sizes: np.ndarray) -> str:
    """Return a small cross on the bottom for each age whose size is exactly zero."""
    y = chart.bottom - 5
    at = "".join(f"M{chart.x(a) - 3:.1f},{y - 3}l6,6m0,-6l-6,6" for a in np.flatnonzero(np.asarray(sizes) == 0.0))
    return f'<path class="zero" d="{at}"/>' if at else ""


def level(chart: Chart, size: float, kind: str) -> str:
    """Return a horizontal line at this size."""
    return f'<path class="{kind}" d="M{chart.left},{chart.y(size):.1f}H{chart.right}"/>'


def frame(chart: Chart, at_right: bool = False) -> str:
    """Return the box with powers of ten at one side."""
    every = next(n for n in (*ROUND, 10**6) if (chart.high - chart.low) / n <= TICKS)
    marks = [
        f'<rect class="frame" x="{chart.left}" y="{chart.top}" width="{chart.right - chart.left:.1f}" '
        f'height="{chart.bottom - chart.top:.1f}"/>'
    ]
    for exponent in range(math.ceil(chart.low / every) * every, chart.high + 1, every):
        y = chart.y(float(f"1e{exponent}"))
        marks.append(f'<path class="tick" d="M{chart.left},{y:.1f}H{chart.right}"/>')
        power = f'10<tspan class="sub" dy="-6">{number(exponent)}</tspan>'
        said = str(10**exponent) if exponent in (0, 1) else power
        x, kind = (chart.right + 6, "small start") if at_right else (chart.left - 6, "small end")
        marks.append(text(x, y + 4, said, kind))
    return "".join(marks)


def age_ticks(chart: Chart, y: float) -> str:
    """Return the ages under the chart, from 0 at the right to the first step."""
    every = next(n for n in ROUND if (chart.T - 1) / n <= TICKS)
    ages = [a for a in range(0, chart.T - 1, every) if (chart.T - 1 - a) * chart.step > 24] + [chart.T - 1]
    return "".join(text(chart.x(age), y, str(age), "small") for age in ages)

"""What follows from a number that slides: curves over it (`draw_curves`), and in words `describe_curves`."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation
from numpy.typing import ArrayLike

from ..arrays import numbers, same_shape
from ..explain.spelling import number
from ..notation import SYMBOLS
from . import style
from .description import Description, largest
from .picture import described
from .stepwise import magnitude, settled

LINES = ("-", "--", ":", "-.")
ROWS = 13  # of the table, at most
COUNTED = 9  # points of which each has its number


@dataclass(frozen=True, eq=False)
class Curves:
    """The number that slides, its name `along` and its `values` (n,); the `curves` (n,) by name; `points` (k, 2)."""

    along: str
    values: np.ndarray
    curves: Mapping[str, np.ndarray]
    points: np.ndarray


def checked(along: str, values: ArrayLike, curves: Mapping[str, ArrayLike], points: ArrayLike | None) -> Curves:
    """Return the arguments as arrays, or say which does not fit."""
    values = numbers(values, along, "(n,)", ndim=(1,))
    given = {name.replace("-", "−"): numbers(curve, name, "(n,)", ndim=(1,)) for name, curve in curves.items()}
    for name, curve in given.items():
        same_shape(curve, name, "(n,)", values.shape, f"as {along} has that shape")
    if not given:
        raise ValueError("curves is empty, must be {name: values (n,)}")
    points = np.empty((0, 2)) if points is None else numbers(points, "points", "(k, 2)", ndim=(2,))
    if points.shape[1] != 2:
        raise ValueError(f"points has shape {points.shape}, must be (k, 2)")
    return Curves(along, values, given, points)


def describe_curves(
    along: str, values: ArrayLike, curves: Mapping[str, ArrayLike], points: ArrayLike | None = None
) -> Description:
    """Return where each curve is lowest, and whether only because the drawing ends there; some values as a table."""
    made = checked(along, values, curves, points)
    first, last = number(made.values[0]), number(made.values[-1])
    found = "; ".join(lowest(made, name) for name in made.curves)
    count = len(made.points)
    visits = f" The {count} points begin at {spot(made, 0)} and end at {spot(made, -1)}." if count else ""
    shown = np.unique(np.linspace(0, len(made.values) - 1, min(ROWS, len(made.values))).round().astype(int))
    columns = [settled(column, magnitude(column, axis=0)) for column in (made.values, *made.curves.values())]
    rows = [tuple(number(column[k]) for column in columns) for k in shown]
    return Description(f"Over {along} from {first} to {last}: {found}.{visits}", (along, *made.curves), tuple(rows))


def lowest(made: Curves, name: str) -> str:
    """Return where this curve has its lowest value, in words."""
    curve = made.curves[name]
    if not np.ptp(curve):
        return f"{name} is {number(curve[0])} everywhere"
    k, _ = largest(curve.max() - curve)
    where = f"{number(curve[k])} at {made.along} = {number(made.values[k])}"
    ends = "" if 0 < k < len(curve) - 1 else ", only because the drawing ends there"
    return f"{name} is lowest, {where}{ends}"


def spot(made: Curves, k: int) -> str:
    """Return a point in words."""
    height = f"{next(iter(made.curves))} =" if len(made.curves) == 1 else "height"
    return f"{made.along} = {number(made.points[k, 0])}, {height} {number(made.points[k, 1])}"


def draw_curves(
    along: str,
    values: ArrayLike,
    curves: Mapping[str, ArrayLike],
    points: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw curves over one number that slides, and points that were visited, joined and counted from 0.

    along, values : name and values (n,) of the number that slides
    curves        : {name: its value (n,) at each}; a name such as "L" or "L = (y_hat - y)^2" has its symbol's colour
    points        : (k, 2), or none
    """
    made = checked(along, values, curves, points)
    ax = style.axes(ax)
    alone = next(iter(made.curves)) if len(made.curves) == 1 else ""
    style.dress(ax, alone, colour_of(alone), along)
    for (name, curve), line in zip(made.curves.items(), LINES * len(made.curves), strict=False):
        ax.plot(made.values, curve, line, color=colour_of(name), linewidth=2.5)
    ax.axhline(0.0, color=style.FAINT, linewidth=1, zorder=0)
    ax.margins(x=0.02, y=0.08)
    ax.plot(*made.points.T, "o:", color=style.INK, linewidth=1.5, markersize=8)
    number_points(ax, made.points)
    if not alone:
        name_ends(ax, made)
    return described(ax, describe_curves(along, values, curves, points))


def number_points(ax: Axes, points: np.ndarray) -> None:
    """Write its number over each of the first points, where that does not run into the number before it."""
    written_at = np.full(2, -np.inf)
    for k, point in enumerate(points[:COUNTED]):
        at = ax.transData.transform(point)
        if np.abs(at - written_at).max() >= style.LINE:
            style.label(ax, str(k), tuple(point), (0, 7), ha="center")
            written_at = at


def colour_of(name: str) -> str:
    """Return the colour of the symbol a curve's name begins with, or that of writing."""
    symbol = name.split(" = ")[0]
    return style.colour_of(symbol) if symbol in SYMBOLS else style.INK


def name_ends(ax: Axes, made: Curves) -> None:
    """Write each curve's name to the right of its end."""
    heights = [curve[-1] for curve in made.curves.values()]
    for name, height, shift in zip(made.curves, heights, style.spread(ax, heights), strict=True):
        aside = ax.transData + ScaledTranslation(10 / 72, shift / 72, ax.figure.dpi_scale_trans)
        end = (made.values[-1], height)
        style.label(ax, name, end, end, colour_of(name), textcoords=aside, va="center")

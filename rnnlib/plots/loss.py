"""The descent: the loss over the updates (`draw_loss`), and the same in words (`describe_loss`)."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from numpy.typing import ArrayLike

from ..explain.spelling import number
from . import style
from .description import Description
from .picture import described

FLOOR = 1e-20  # of a squared error smaller than this, the digits are rounding
DOTTED = 30  # losses of which each has its dot


@dataclass(frozen=True, eq=False)
class Course:
    """The losses that are finite from the start on, where the lowest is, and how many losses there are in all."""

    losses: np.ndarray
    lowest: int
    given: int

    @property
    def last(self) -> int:
        """The last update with a finite loss."""
        return len(self.losses) - 1


def course(losses: ArrayLike) -> Course:
    """Return the losses, checked: one row of real numbers; the first that is infinite or NaN ends the course."""
    try:
        given = np.asarray(losses)
    except ValueError:
        given = np.asarray(None)
    if given.dtype.kind not in "fiu":
        raise TypeError(f"losses is a {type(losses).__name__}, must be numbers in shape (steps+1,)")
    if given.ndim != 1 or given.size == 0:
        raise ValueError(f"losses has shape {given.shape}, must be (steps+1,): before the first update and after each")
    finite = np.isfinite(given)
    good = given[: len(given) if finite.all() else int(finite.argmin())].astype(np.float64)
    near = good <= max(good.min() + 1e-9 * abs(good.min()), FLOOR) if len(good) else good
    return Course(good, int(np.argmax(near)) if len(good) else 0, len(given))


def written(v: float) -> str:
    """Return a loss as a number, or as a bound where its digits mean nothing."""
    return f"below {number(FLOOR)}" if 0.0 <= v < FLOOR else number(v)


def describe_loss(losses: ArrayLike) -> Description:
    """Return the first, the last and the lowest loss, and as a table the updates 0, 1, 2, 5, 10, 20, 50, ..."""
    run = course(losses)
    chosen = {0, *(n * 10**k for k in range(9) for n in (1, 2, 5)), run.lowest, run.last}
    rows = [(str(k), written(run.losses[k])) for k in sorted(chosen) if 0 <= k <= run.last]
    if len(run.losses) < run.given:
        rows.append((str(len(run.losses)), "not finite"))
    return Description(sentence(run), ("update", "L"), tuple(rows))


def sentence(run: Course) -> str:
    """Return the finding in words."""
    if not len(run.losses):
        return "The loss is not finite from the start on."
    end = f" From update {run.last + 1} on it is not finite." if len(run.losses) < run.given else ""
    first, last, lowest = (written(run.losses[k]) for k in (0, run.last, run.lowest))
    if run.last == 0:
        return f"The loss is {first} before the first update.{end}"
    updates = f"{run.last} update{'s' * (run.last > 1)}"
    if first == last:
        way = f"is {first} before the first update and after the last of {updates}"
    else:
        low = ", its lowest value," if lowest == last else ""
        way = f"{'falls' if run.losses[-1] < run.losses[0] else 'rises'} from {first} to {last}{low} in {updates}"
    low = "" if lowest in (first, last) else f"; the lowest is {lowest}, after update {run.lowest}"
    return f"The loss {way}{low}.{end}"


def draw_loss(losses: ArrayLike, ax: Axes | None = None, log: bool = False) -> Axes:
    """Draw the loss over the updates, with its first, last and lowest value.

    losses : (steps+1,), before the first update and after each; the line ends before the first that is not finite
    log    : a logarithmic scale; it ends at 1e-20, and what is lower runs along its end
    """
    run = course(losses)
    ax, colour = style.axes(ax), style.colour_of("L")
    style.dress(ax, "loss L, on a logarithmic scale" if log else "loss L", colour, "update")
    drawn = style.drawable(np.maximum(run.losses, FLOOR) if log else run.losses)
    ax.plot(drawn, color=colour, linewidth=2, marker="o" if run.last < DOTTED else "", markersize=5)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=style.ROUND, min_n_ticks=1))
    ax.margins(y=0.12)
    if log:
        narrow = len(drawn) and drawn.max() < 100.0 * drawn.min()
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if narrow else (1.0,), numticks=6))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        ax.yaxis.set_minor_formatter(NullFormatter())
    write_values(ax, run, drawn, colour)
    return described(ax, describe_loss(losses))


def write_values(ax: Axes, run: Course, drawn: np.ndarray, colour: str) -> None:
    """Mark and write the first, the last and the lowest loss, and where the loss is no longer finite."""
    if len(drawn) < run.given:
        ax.axvline(run.last + 1, color=style.INK, linestyle=":", linewidth=2)
        where = {"xycoords": ("data", "axes fraction"), "ha": "right", "va": "center", "rotation": 90}
        style.label(ax, "not finite", (run.last + 1, 0.5), (-6, 0), **where)
    if not len(drawn):
        return
    first = {"offset": (8, 4), "va": "bottom"} if drawn[-1] <= drawn[0] else {"offset": (8, -4), "va": "top"}
    marks = {0: first, run.last: {"offset": (8, 0), "va": "center"}}
    texts = {k: written(run.losses[k]) for k in marks}
    low = written(run.losses[run.lowest])
    if low not in texts.values():
        texts[run.lowest] = f"lowest {low}"
        marks[run.lowest] = {"offset": (0, -8), "va": "top", "ha": "center" if run.lowest > run.last // 10 else "left"}
    for k, text in texts.items():
        ax.plot(k, drawn[k], "o", color=colour, markersize=8)
        style.label(ax, text, (k, drawn[k]), colour=colour, **marks[k])

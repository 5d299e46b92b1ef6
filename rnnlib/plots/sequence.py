"""One sequence through the RNN, x_t and O_t over the steps, y_hat beside y: `draw_sequence`, `describe_sequence`."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation
from numpy.typing import ArrayLike

from ..arrays import instance
from ..explain.spelling import MATRIX_LIMIT, number, value_words
from ..losses import target
from ..trace import Trace
from . import style
from .description import Description
from .picture import described
from .stepwise import magnitude, norms, settled

NAMED = 6  # entries of one letter of which each has its own name, and its own column in the table
MARKED = 40  # steps of which each has its mark
SHAPES = "os^vPX"
LOOKS = {
    "x": {"linestyle": "--", "markerfacecolor": style.PAPER},
    "O": {},
    "y_hat": {"linestyle": ":"} | style.OUTCOMES["y_hat"],
    "y": {"linestyle": ""} | style.OUTCOMES["y"],
}


ENTRY = {"x": "input", "O": "unit", "y_hat": "output", "y": "output"}  # what the entries of each letter belong to


@dataclass(frozen=True, eq=False)
class Band:
    """All entries of one letter: its `values` (n, entries) at the steps `ts` (n,)."""

    letter: str
    ts: tuple[int, ...]
    values: np.ndarray

    @property
    def names(self) -> list[str]:
        """The names of the entries, such as "O, unit 1"; many share one name, one alone is the letter itself."""
        count = self.values.shape[1]
        if count > NAMED:
            return [f"{self.letter}, {count} entries"]
        return [f"{self.letter}, {ENTRY[self.letter]} {k}" for k in range(count)] if count > 1 else [self.letter]

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """The columns of the table by name: an entry each, or the size of all together."""
        if self.values.shape[1] > NAMED:
            return {f"size of {self.letter}": norms(self.values[:, None])}
        return dict(zip(self.names, self.values.T, strict=True))


def bands(trace: Trace, y: ArrayLike | None) -> list[Band]:
    """Return x, O, y_hat and y; where only the last step predicts, y_hat and y stand after it, at T+1."""
    instance(trace, "trace", Trace, "forward(w, x)")
    if trace.B is not None:
        raise ValueError(f"trace holds a batch of B = {trace.B}, must hold one sequence: x of shape (T, D)")
    ts = tuple(range(trace.T + 1))
    end = (trace.T + 1,) if trace.predict == "last" else ts[1:]
    found = [Band("x", ts[1:], trace.x), Band("O", ts, trace.O), Band("y_hat", end, np.atleast_2d(trace.y_hat))]
    if y is not None:
        found.append(Band("y", end, np.atleast_2d(target(trace, y, "squared_error"))))
    return [Band(band.letter, band.ts, settled(band.values, magnitude(band.values, axis=None))) for band in found]


def describe_sequence(trace: Trace, y: ArrayLike | None = None) -> Description:
    """Return from where to where O_t goes and what comes out, and all values as a table."""
    shown = bands(trace, y)
    columns = {
        name: dict(zip(band.ts, map(number, values), strict=True))
        for band in shown
        for name, values in band.columns.items()
    }
    ts = sorted({t for band in shown for t in band.ts})
    rows = tuple((str(t), *(column.get(t, "") for column in columns.values())) for t in ts)
    _, O, y_hat, *targets = (band.values for band in shown)
    sentence = (
        f"In {trace.T} step{'s' * (trace.T > 1)} O_t goes from {state(O[0])} to {state(O[-1])}; "
        f"the {'last ' * (trace.predict == 'every')}prediction is y_hat = {state(y_hat[-1])}"
    )
    for y_there in targets:
        sentence += f", its target y = {state(y_there[-1])}"
    return Description(f"{sentence}.", ("t", *columns), rows)


def state(vector: np.ndarray) -> str:
    """Return all entries of a short vector, the size of a long one."""
    return value_words(vector) if len(vector) <= MATRIX_LIMIT else f"size {number(norms(vector[None, None]).item())}"


def draw_sequence(trace: Trace, y: ArrayLike | None = None, ax: Axes | None = None) -> Axes:
    """Draw x_t (dashed), every unit of O_t from t = 0 on, and at T+1 y_hat (diamonds) and, if given, y (squares).

    For one sequence. With predict="every", y_hat_t and y_t stand at their steps.
    """
    shown = bands(trace, y)
    ax, T = style.axes(ax), trace.T
    style.dress(ax, "x_t, O_t, y_hat" + (", y" if y is not None else ""), style.INK, "step t")
    for band in shown:
        for k, values in enumerate(style.drawable(band.values).T):
            mark = SHAPES[k % len(SHAPES)] if T <= MARKED else ""
            look = {"linewidth": 2, "marker": mark, "markersize": 6, "color": style.colour_of(band.letter)}
            ax.plot(band.ts, values, **look | LOOKS[band.letter])
    ax.axhline(0.0, color=style.FAINT, linewidth=1, zorder=0)
    ax.margins(x=0.02, y=0.1)
    style.steps_along(ax, 0, T, {T + 1: "T+1"} if trace.predict == "last" and T <= MARKED else {})
    name_ends(ax, shown)
    return described(ax, describe_sequence(trace, y))


def name_ends(ax: Axes, shown: list[Band]) -> None:
    """Write each name to the right of all, none over another, with a thin line to where its own line ends."""
    ends = [(band, name, values[-1]) for band in shown for name, values in zip(band.names, band.values.T, strict=False)]
    heights = np.nan_to_num(style.drawable(np.array([end for _, _, end in ends])))
    right = shown[2].ts[-1]
    for (band, name, end), height, shift in zip(ends, heights, style.spread(ax, heights), strict=True):
        text = f"{name} = {number(end)}" if band.letter in style.OUTCOMES and band.values.shape[1] <= NAMED else name
        aside = ax.transData + ScaledTranslation(18 / 72, shift / 72, ax.figure.dpi_scale_trans)
        thread = {"arrowstyle": "-", "color": style.THREAD, "shrinkA": 0, "shrinkB": 6, "relpos": (0.0, 0.5)}
        place = {"textcoords": aside, "arrowprops": thread | {"zorder": 0}, "va": "center"}
        style.label(ax, text, (band.ts[-1], height), (right, height), style.colour_of(band.letter), **place)

"""The one look of all plots: size, type and colours, and Axes dressed in them (`axes`, `dress`, `steps_along`, `label`)."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..arrays import instance
from ..explain.spelling import number
from ..notation import SYMBOLS

WIDTH, HEIGHT, DPI = 8.0, 3.6, 100  # inches and dots: readable from the back row, whole on a page of 1280 x 720
FONT = 13
LINE = 20  # pixels from one line of type to the next
PAPER, INK, QUIET, FAINT = "#ffffff", "#222222", "#595959", "#c8c8c8"
HATCH = "///"  # negative, without needing a colour


def axes(ax: Axes | None, height: float = HEIGHT) -> Axes:
    """Return `ax`, or Axes of their own in a figure that pyplot does not know."""
    if ax is None:
        return Figure((WIDTH, height), dpi=DPI, facecolor=PAPER, layout="constrained").add_subplot()
    instance(ax, "ax", Axes, "matplotlib.figure.Figure().subplots()")
    return ax


def dress(ax: Axes, quantity: str, colour: str, along: str) -> None:
    """Write what is drawn above the y axis, where it reads level, and what it is drawn along; take the frame away."""
    ax.set_facecolor(PAPER)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(QUIET)
    ax.tick_params(labelsize=FONT, labelcolor=INK, color=QUIET)
    ax.set_xlabel(along, fontsize=FONT, color=INK)
    ax.set_title(quantity, fontsize=FONT, color=colour, loc="left")
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def steps_along(ax: Axes, first: int, T: int, others: dict[float, str] | None = None) -> None:
    """Mark the steps on the x axis, few enough to read, and other places by name."""
    ts = [int(t) for t in MaxNLocator(10, integer=True, steps=[1, 2, 5, 10]).tick_values(first, T) if first <= t <= T]
    ts = list(range(first, T + 1)) if T - first < 16 else [first, *(t for t in ts if t > first + T // 20)]
    others = others or {}
    ax.set_xticks([*ts, *others], [*map(str, ts), *others.values()])


def label(ax: Axes, text: str, at: tuple[float, float], offset: tuple[float, float], colour: str = INK, **how) -> Annotation:
    """Write `text` next to a point of the data, `offset` in points, with a rim that keeps it readable on a line."""
    rim = [withStroke(linewidth=3, foreground=PAPER)]
    how = {"fontsize": FONT, "color": colour, "path_effects": rim, "annotation_clip": False} | how
    return ax.annotate(text, at, offset, textcoords="offset points", **how)


def colour_of(name: str) -> str:
    """Return the colour of a symbol on white."""
    return SYMBOLS[name].light


def ink_on(colour: object) -> str:
    """Return black or white, whichever stands out more on this colour: at least 4.5 : 1 on any."""
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour))
    luminance = sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#ffffff" if luminance < 0.179 else "#000000"


def width_of(text: str) -> float:
    """Return about how many pixels wide a number is in the type of the plots."""
    return 0.66 * FONT * DPI / 72 * len(text)


def pixels(ax: Axes) -> tuple[float, float]:
    """Return about how wide and high the Axes are, in pixels."""
    box = ax.get_window_extent()
    return box.width, box.height


def drawable(values: np.ndarray) -> np.ndarray:
    """Return the values with NaN where they are not finite, cut to what matplotlib can still add a margin to."""
    return np.clip(np.where(np.isfinite(values), values, np.nan), -1e150, 1e150)


def make_room(ax: Axes, values: np.ndarray, lengths: np.ndarray) -> None:
    """Set the y axis so that beyond each value, away from 0, there are as many pixels free as the length of its label."""
    height = 0.9 * pixels(ax)[1]
    span = np.ptp([0.0, *values]) or 1.0
    for _ in range(20):
        ends = values + np.where(values < 0.0, -1.0, 1.0) * np.minimum(lengths, 0.4 * height) * span / height
        low, high = min(0.0, ends.min()), max(0.0, ends.max())
        span = high - low
    ax.set_ylim(low, high)

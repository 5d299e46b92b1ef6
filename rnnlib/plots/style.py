"""The one look of all plots: size, type and colours, and Axes dressed in them.

`axes` and `dress` begin a plot, `steps_along` marks t on the x axis, `label` writes beside a point, `spread` keeps
labels apart.
"""

from collections.abc import Sequence

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

Point = tuple[float, float]

WIDTH, HEIGHT, DPI = 8.0, 3.6, 100  # inches and dots: readable from the back row, whole on a page of 1280 x 720
FONT = 13
LINE = 20  # pixels from one line of type to the next
PAPER, INK, QUIET, THREAD, FAINT = "#ffffff", "#222222", "#595959", "#a0a0a0", "#c8c8c8"
ROUND = [1, 2, 5, 10]  # how ticks may step
# what comes out stands beside what should: a small diamond, and an open square that shows it where they meet
OUTCOMES = {
    "y_hat": {"marker": "D", "markersize": 7},
    "y": {"marker": "s", "markersize": 12, "markerfacecolor": "none", "markeredgewidth": 2, "zorder": 3},
}
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
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=ROUND))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def steps_along(ax: Axes, first: int, T: int, others: dict[float, str] | None = None) -> None:
    """Mark the steps on the x axis, few enough to read, and other places by name."""
    ts = [int(t) for t in MaxNLocator(10, integer=True, steps=ROUND).tick_values(first, T) if first <= t <= T]
    ts = list(range(first, T + 1)) if T - first < 16 else [first, *(t for t in ts if t > first + T // 20)]
    others = others or {}
    ax.set_xticks([*ts, *others], [*map(str, ts), *others.values()])


def label(ax: Axes, text: str, at: Point, offset: Point, colour: str = INK, **how) -> Annotation:
    """Write `text` next to a point of the data, `offset` in points, with a rim that keeps it readable on a line."""
    rim = [withStroke(linewidth=3, foreground=PAPER)]
    usual = {"textcoords": "offset points", "fontsize": FONT, "color": colour, "path_effects": rim}
    return ax.annotate(text, at, offset, annotation_clip=False, **usual | how)


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
    em = {"−": 0.84, "+": 0.84, ".": 0.32}
    return FONT * DPI / 72 * sum(em.get(letter, 0.64) for letter in text)


def pixels(ax: Axes) -> tuple[float, float]:
    """Return about how wide and high the Axes are, in pixels, 100 to the inch."""
    box, scale = ax.get_window_extent(), DPI / ax.figure.dpi
    return box.width * scale, box.height * scale


def unit(ax: Axes) -> float:
    """Return about how many pixels 1 on the x axis is wide."""
    return pixels(ax)[0] / float(np.ptp(ax.get_xlim()))


def drawable(values: np.ndarray) -> np.ndarray:
    """Return the values with NaN where they are not finite, cut to what matplotlib can still add a margin to."""
    return np.clip(np.where(np.isfinite(values), values, np.nan), -1e150, 1e150)


def make_room(ax: Axes, ends: np.ndarray, lengths: np.ndarray) -> None:
    """Widen the y axis of bars so that beyond each of these ends there are as many pixels free as its label is long."""
    height, (low, high) = 0.9 * pixels(ax)[1], ax.get_ylim()
    bottom, top = low, high
    for _ in range(20):  # what a pixel is worth depends on the axis, and the axis on what the labels need
        room = np.minimum(lengths, 0.4 * height) * (top - bottom) / height
        bottom = min([low, *(ends - room)[ends < 0.0]])
        top = max([high, *(ends + room)[ends >= 0.0]])
    ax.set_ylim(bottom, top)


def spread(ax: Axes, values: Sequence[float]) -> list[float]:
    """Return by how many points the label at each value has to move up, or down, so that no two overlap."""
    height, (low, high) = 0.9 * pixels(ax)[1], ax.get_ylim()
    wanted = np.asarray(values) * height / ((high - low) or 1.0)
    order = np.argsort(wanted, kind="stable")
    gap = min(LINE, height / max(1, len(wanted) - 1))
    ranks = gap * np.arange(len(wanted))
    places = np.empty(len(wanted))
    places[order] = ranks + levelled(wanted[order] - ranks)
    return list((places - wanted) * 72 / DPI)


def levelled(values: np.ndarray) -> np.ndarray:
    """Return the nearest row of numbers that never falls: neighbours that do fall become their mean."""
    blocks: list[list[float]] = []
    for value in values:
        blocks.append([value])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    return np.concatenate([np.full(len(block), np.mean(block)) for block in blocks])

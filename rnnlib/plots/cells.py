"""A matrix as shaded cells: `shades` for all matrices of a plot, `draw_cells` for each, and the `scale` below them."""

from math import floor, log10

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PatchCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle

from ..explain.spelling import number
from . import style

NEGATIVE, MIDDLE = "#3c4650", "#f7f7f7"
FRAMED = 40  # cells in a row that have white lines between them


def cell_texts(blocks: np.ndarray, digits: int) -> np.ndarray:
    """Return what stands in the cells: the largest number in so many digits, and all with as many decimals as it."""
    largest_one = np.abs(blocks[np.isfinite(blocks)]).max(initial=0.0)
    decimals = digits - 1 - floor(log10(largest_one)) if largest_one else 0
    plain = 0 <= decimals <= 5
    texts = [f"{v:.{decimals}f}" if plain and v and np.isfinite(v) else number(v) for v in blocks.flat]
    return np.array([text.replace("-", "−") for text in texts]).reshape(blocks.shape)


def shades(blocks: np.ndarray, weight: str) -> ScalarMappable:
    """Return the shading that all share: symmetric, 0 light, positive in the colour of the weight, negative grey."""
    reach = np.nanmax(np.abs(style.drawable(blocks)), initial=0.0) or 1.0
    colours = LinearSegmentedColormap.from_list("", [NEGATIVE, MIDDLE, style.colour_of(weight)])
    return ScalarMappable(Normalize(-reach, reach), colours.with_extremes(bad=style.FAINT))


def draw_cells(
    ax: Axes,
    x: np.ndarray,
    y: np.ndarray,
    matrix: np.ndarray,
    shading: ScalarMappable,
    texts: np.ndarray | None,
    hatched: bool,
) -> None:
    """Draw a matrix between the edges x and y, with texts in its cells or its negative cells hatched, or neither."""
    finite = np.ma.masked_invalid(style.drawable(matrix))
    colours = shading.to_rgba(finite)
    lines = {"edgecolors": style.PAPER, "linewidth": 1} if max(matrix.shape) <= FRAMED else {}
    ax.pcolormesh(x, y, finite, cmap=shading.cmap, norm=shading.norm, **lines)
    ax.add_patch(Rectangle((x[0], y[0]), x[-1] - x[0], y[-1] - y[0], fill=False, edgecolor=style.QUIET, clip_on=False))
    if hatched:
        negative = [Rectangle((x[j], y[i]), x[j + 1] - x[j], y[i + 1] - y[i]) for i, j in np.argwhere(matrix < 0.0)]
        look = {"hatch": style.HATCH, "facecolor": "none", "edgecolor": style.PAPER, "linewidth": 0}
        ax.add_collection(PatchCollection(negative, **look))
    for (i, j), text in np.ndenumerate(np.empty((0, 0)) if texts is None else texts):
        middle = (x[j] + x[j + 1]) / 2, (y[i] + y[i + 1]) / 2
        ax.text(*middle, text, ha="center", va="center", fontsize=style.FONT, color=style.ink_on(colours[i, j]))


def scale(ax: Axes, shading: ScalarMappable, what: str, hatched: bool, signed: bool = True) -> None:
    """Draw the colour bar below, with what the shades stand for."""
    pad = 0.04 if ax.figure.get_layout_engine() else 0.25
    bar = ax.figure.colorbar(shading, ax=ax, orientation="horizontal", aspect=40, pad=pad, shrink=0.9)
    reach = shading.norm.vmax
    bar.set_ticks([-reach, 0.0, reach], labels=[number(-reach), "0", number(reach)])
    bar.ax.set_xlim(-reach if signed else 0.0, reach)
    bar.ax.tick_params(labelsize=style.FONT, labelcolor=style.INK, color=style.QUIET)
    bar.outline.set_edgecolor(style.QUIET)
    bar.set_label(what + (", hatched where negative" if hatched else ""), fontsize=style.FONT, color=style.INK)

"""The terms of dL/dW as the matrices they are, and their sum: `draw_terms`, and in words `describe_terms`.

Up to seven stand side by side as blocks, term + term + ... = sum; of more steps, each is a column of a strip.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
from matplotlib.axes import Axes

from ..explain.spelling import is_written_out, number
from ..gradients import Gradients
from . import style
from .cells import cell_texts, draw_cells, scale, shades
from .description import Description, largest
from .picture import described
from .stepwise import norms, stepwise

BLOCKS = 8  # matrices side by side, the sum among them
GAP, BETWEEN, CELL = 40, 34, 28  # pixels: between blocks, for the sign; above each, for its name; height of a cell
DIGITS = (4, 3)  # of the largest number in a cell; more where it costs no room
ROOM = (740.0, 700.0)  # pixels for all blocks in a figure of their own
NARROW, HATCHED = 14, 8  # pixels: blocks of cells less wide stand in two rows; smaller cells show no hatch
LONG = 150  # steps of which a strip shows no hatch


def describe_terms(grads: Gradients, weight: str = "Wh") -> Description:
    """Return where the largest entry is, and each term, entry by entry if it has no more than 16."""
    terms, total = stepwise(grads, weight)
    rows = [*terms, total]
    names = [*map(str, range(1, len(rows))), "sum"]
    if is_written_out(total):
        columns = ["t", *entries(total)] if total.size > 1 else ["t", f"term of dL/d{weight}"]
        cells = [map(number, row.ravel()) for row in rows]
    else:
        columns, cells = ["t", f"size of the term of dL/d{weight}"], [[number(size)] for size in norms(np.stack(rows))]
    table = tuple((name, *numbers) for name, numbers in zip(names, cells, strict=True))
    return Description(sentence(terms, total, weight), tuple(columns), table)


def sentence(terms: np.ndarray, total: np.ndarray, weight: str) -> str:
    """Return the finding in words, and how it is drawn if not as blocks."""
    name, T = f"dL/d{weight}", len(terms)
    strip = ""
    if T >= BLOCKS:
        each = "each entry a row" if is_written_out(total) else "the size of a term its shade"
        strip = f" Each step is a column, {each}."
    if not (np.isfinite(terms).all() and np.isfinite(total).all()):
        return f"Of the {T} terms of {name}, or in their sum, some entries are not finite.{strip}"
    if not terms.any():
        return f"Every entry of every term of {name} is 0, and so is the sum.{strip}"
    if T == 1:
        return f"There is one step, and its term is the whole of {name}."
    flat, rank = largest(np.abs(terms).ravel())
    t, i, j = np.unravel_index(flat, terms.shape)
    of, at = ("entry", f" [{i},{j}]") if total.size > 1 else ("term", "")
    its_sum = f"the sum {'has' if at else 'is'} {number(total[i, j])}{' there' * bool(at)}"
    return f"The {of}{at} of step {t + 1} is {rank}, {number(terms[t, i, j])}; {its_sum}.{strip}"


def entries(matrix: np.ndarray) -> list[str]:
    """Return the names of its entries, row by row."""
    return [f"[{i},{j}]" for i, j in np.ndindex(matrix.shape)]


def draw_terms(grads: Gradients, weight: str = "Wh", ax: Axes | None = None) -> Axes:
    """Draw the term of each step as a matrix of shaded cells, and the sum, all in one shading; weight: "Wh" or "Wi".

    Up to 7 steps: blocks, with the numbers in the cells where a matrix has up to 4 rows and columns and they find room.
    More steps: one strip, a column a step and the sum apart; a row an entry up to 16 entries, else one row of sizes.
    Cells without a number are hatched where they are negative.
    """
    terms, total = stepwise(grads, weight)
    draw = draw_blocks if len(terms) < BLOCKS else draw_strip
    return described(draw(terms, total, weight, ax), describe_terms(grads, weight))


@dataclass(frozen=True)
class Layout:
    """How blocks stand: in how many rows of how many, how large a cell is in pixels, and whether numbers are in it."""

    rows: int
    per_row: int
    width: float
    height: float
    numbered: bool


def layout(count: int, shape: tuple[int, int], widest: float, room: tuple[float, float]) -> Layout:
    """Return the layout of `count` matrices (m, n) in a room of so many pixels, whose widest number is so wide."""
    (m, n), (wide, high) = shape, room
    fit = int((wide + GAP) // (n * (widest + 4) + GAP))
    rows = ceil(count / fit) if fit else 0
    numbered = is_written_out(np.empty(shape)) and 0 < rows * (m * style.LINE + BETWEEN) <= high
    if not numbered:
        rows = 1 if (wide + GAP) / count - GAP > n * NARROW else 2
    per_row = ceil(count / rows)
    width = min(110.0, ((wide + GAP) / per_row - GAP) / n)
    return Layout(rows, per_row, width, CELL if numbered else min(width, 5 * CELL / m), numbered)


def draw_blocks(terms: np.ndarray, total: np.ndarray, weight: str, ax: Axes | None) -> Axes:
    """Draw t = 1 + t = 2 + ... = sum."""
    blocks, (m, n) = np.stack([*terms, total]), total.shape
    room = ROOM if ax is None else style.pixels(ax)
    choice = [cell_texts(blocks, digits) for digits in DIGITS]
    plans = [layout(len(blocks), (m, n), max(map(style.width_of, texts.ravel())), room) for texts in choice]
    best = next(k for k, plan in enumerate(plans) if plan.rows == plans[-1].rows)
    texts, plan, rows = choice[best], plans[best], plans[best].rows
    block = n * plan.width + GAP
    ax = style.axes(ax, (rows * (m * plan.height + BETWEEN) + 100) / style.DPI)
    shading, hatched = shades(blocks, weight), not plan.numbered and min(plan.width, plan.height) >= HATCHED
    for k, matrix in enumerate(blocks):
        left, top = k % plan.per_row * block, k // plan.per_row * (m * plan.height + BETWEEN)
        x, y = left + plan.width * np.arange(n + 1), top + plan.height * np.arange(m + 1)
        draw_cells(ax, x, y, matrix, shading, texts[k] if plan.numbered else None, hatched)
        name, sign = (f"t = {k + 1}", "+") if k < len(terms) else ("sum", "=")
        middle = (y[0] + y[-1]) / 2
        ax.text((x[0] + x[-1]) / 2, top - 6, name, ha="center", va="bottom", fontsize=style.FONT, color=style.INK)
        if k:
            ax.text(left - GAP / 2, middle, sign, ha="center", va="center", fontsize=style.FONT + 5, color=style.INK)
    width = plan.per_row * block - GAP
    spare = max(0.0, room[0] - width) / 2
    ax.set_xlim(-spare - GAP * (rows > 1), width + spare)
    ax.set_ylim(rows * (m * plan.height + BETWEEN) - BETWEEN, -BETWEEN)
    ax.set_axis_off()
    scale(ax, shading, f"{'entry of ' * (m * n > 1)}a term of dL/d{weight}", hatched)
    return ax


def draw_strip(terms: np.ndarray, total: np.ndarray, weight: str, ax: Axes | None) -> Axes:
    """Draw a column a step, and apart from them the sum: a row an entry, or one row of sizes."""
    T, by_entry = len(terms), is_written_out(total)
    if by_entry:
        columns, last = terms.reshape(T, -1).T, total.reshape(-1, 1)
    else:
        columns, last = norms(terms)[None], norms(total[None])[None]
    ax = style.axes(ax, (len(columns) * (style.LINE + 2) + 170) / style.DPI)
    style.dress(ax, "", style.INK, "step t")
    shading, y = shades(np.hstack([columns, last]), weight), np.arange(len(columns) + 1) - 0.5
    wide, at_sum = max(1.0, 0.06 * T), T + max(1.6, 0.14 * T)
    hatched = by_entry and T <= LONG
    draw_cells(ax, np.arange(0.5, T + 1), y, columns, shading, None, hatched)
    draw_cells(ax, at_sum + wide * np.array([-0.5, 0.5]), y, last, shading, None, hatched)
    ax.set(xlim=(0.5, at_sum + 0.5 * wide), ylim=(y[-1], y[0]))
    ax.spines[:].set_visible(False)
    style.steps_along(ax, 1, T, {at_sum: "sum" if by_entry else "size of\nthe sum"})
    named = by_entry and total.size > 1
    ax.set_yticks(range(len(columns)) if named else [], entries(total) if named else [])
    ax.tick_params(length=0)
    entry, size = f"{'entry of ' * named}a term of dL/d{weight}", f"size of the term of dL/d{weight} (Frobenius norm)"
    scale(ax, shading, entry if by_entry else size, hatched, signed=by_entry)
    return ax

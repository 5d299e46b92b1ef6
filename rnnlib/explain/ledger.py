"""The term ledger: a row a step, a column a factor, the product, the running sum, and the nudge that checks it.

`ledger(cycle, board)` returns an HTML table whose rows appear as their frames come, `plain_ledger(cycle)` its text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import numpy as np

from ..cycles import Cycle
from .board import Board
from .spelling import bound, derivative, math, matrix, number, plain, shape, value

WIDEST = 4  # steps whose dO_t/dO_{t-1} get a column each; with more, one column holds their product
LARGEST = 2  # rows or columns of a matrix that fits a cell


@dataclass(frozen=True)
class Row:
    """One step's row: its cells in the order of the columns (None: this factor is not on the path)."""

    t: int
    cells: tuple[np.ndarray | None, ...]
    difference: float
    share: float


def columns(cycle: Cycle) -> list[str]:
    """Return the names of the columns: each factor, the term, the running sum, the nudge and how far apart they are."""
    T, weight = cycle.trace.T, cycle.weight
    if weight == "Wo":
        factors = ["dL/dy_hat", "dy_hat/dWo"]
    elif T <= WIDEST:
        factors = ["dL/dy_hat", f"dy_hat/dO{T}", *(f"dO{s}/dO{s - 1}" for s in range(T, 1, -1)), f"dO_t/d{weight}"]
    else:
        factors = ["dL/dO_t", f"dO_t/d{weight}"]
    return [*factors, "term", "sum so far", "nudge check"]


def rows(cycle: Cycle) -> list[Row]:
    """Return the numbers of the ledger, in board order: from step T back to step 1."""
    sizes = {t: float(np.linalg.norm(cycle.chains[t].product)) for t in cycle.steps}
    whole = sum(sizes.values()) or 1.0
    found = []
    for t in cycle.steps:
        factors = [factor.value for factor in cycle.chains[t].factors]
        if cycle.weight != "Wo" and cycle.trace.T <= WIDEST:
            factors = [*factors[:-1], *[None] * (t - 1), factors[-1]]
        elif cycle.weight != "Wo":
            factors = [cycle.chains[t].partial[-2], factors[-1]]
        term, nudge = cycle.chains[t].product, cycle.finite[t]
        cells = (*factors, term, cycle.running[t], nudge)
        found.append(Row(t, cells, float(np.abs(term - nudge).max()), sizes[t] / whole))
    return found


def cell(array: np.ndarray | None, largest: int) -> str:
    """Return what stands in a cell: a matrix of up to `largest` rows and columns, or the size and shape of it."""
    if array is None:
        return '<td class="none"><span aria-label="not on this path">–</span></td>'
    block = matrix(array)
    if block.size == 1:
        return f"<td>{value(block)}</td>"
    if max(block.shape) <= largest:
        return f"<td>{value(block, digits=3)}</td>"
    return f"<td>{number(np.linalg.norm(block))} <small>{shape(block)}</small></td>"


def formula(name: str) -> str:
    """Return a derivative as a formula, and words as words."""
    return math(derivative(name), name) if "/" in name else name


def bar(cycle: Cycle, row: Row) -> str:
    """Return the contribution of a step as a bar, to the left where it is negative, with its share in per cent."""
    term = cycle.chains[row.t].product
    side = "size" if term.size > 1 else "minus" if term.item() < 0 else "plus"
    mark = {"size": "", "minus": "− ", "plus": "+ "}[side]
    width = f"{100 * row.share:.3g}"
    drawn = f'<span class="bar s-{cycle.weight}" style="width:{width}%"></span>'
    return f'<td class="share"><span class="track {side}">{drawn}</span><span>{mark}{100 * row.share:.0f} %</span></td>'


def ledger(cycle: Cycle, board: Board, heading: Callable[[str], str] = formula) -> str:
    """Return the ledger as an HTML table; a click on a row, or its button, goes to the frame of that term.

    `heading` writes the names of the derivatives: as formulas, or as `str`, for pages that strip MathML.
    """
    last, largest = board.at("sum"), LARGEST if len(cycle.steps) <= WIDEST else 1
    head = "".join(f'<th scope="col">{heading(name)}</th>' for name in columns(cycle))
    body = []
    for row in rows(cycle):
        frame = board.at("term", row.t)
        step = f'<th scope="row"><button type="button" data-go="{frame}">t = {row.t}</button></th>'
        cells = "".join(cell(array, largest) for array in row.cells)
        cells += f"<td>{escape(bound(row.difference))}</td>{bar(cycle, row)}"
        body.append(f'<tr data-at="{frame}-" data-on="{frame}" data-go="{frame}">{step}{cells}</tr>')
    blank = '<td class="none"></td>' * (len(columns(cycle)) - 3)
    apart = float(np.abs(cycle.total - cycle.finite_total).max())
    totals = cell(cycle.running[cycle.steps[-1]], largest) + cell(cycle.finite_total, largest)
    totals += f"<td>{escape(bound(apart))}</td>"
    name = heading(f"dL/d{cycle.weight}")
    foot = (
        f'<tr data-at="{last}-" data-on="{last}" data-go="{last}"><th scope="row">'
        f'<button type="button" data-go="{last}">sum</button></th>{blank}<td>{name}</td>{totals}<td></td></tr>'
    )
    sized = "" if cycle.total.size == 1 or largest > 1 else "; matrices are given by their size"
    caption = f"Term ledger of dL/d{cycle.weight}: factors from left to right multiply, rows add up{sized}"
    head = f'<th scope="col">step</th>{head}<th scope="col">difference</th><th scope="col">share of all terms</th>'
    return (
        f'<div class="ledger" data-scroll=""><table><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody><tfoot>{foot}</tfoot></table></div>"
    )


def plain_ledger(cycle: Cycle) -> str:
    """Return the ledger as an aligned plain-text table."""
    table = [["step", *columns(cycle), "difference", "share"]]
    for row in rows(cycle):
        numbers = ["-" if array is None else plain(array) for array in row.cells]
        table.append([f"t={row.t}", *numbers, bound(row.difference).replace("−", "-"), f"{100 * row.share:.0f} %"])
    widths = [max(len(line[i]) for line in table) for i in range(len(table[0]))]
    lines = ["  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)) for line in table]
    return "\n".join(lines) + f"\nsum of the terms: dL/d{cycle.weight} = {plain(cycle.total)}"

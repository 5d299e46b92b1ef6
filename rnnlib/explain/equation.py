"""The formula of each frame, in symbols and under them in numbers: `equation(cycle, frame)` returns HTML."""

from collections.abc import Iterable

import numpy as np

from ..cycles import Cycle
from ..paths import Factor
from .board import Frame
from .spelling import derivative, is_written_out, math, number, shape, symbol, value
from .words import code, loss_formula

ENDS = 3, 2  # of many factors or terms, so many are shown at each end: numbers, matrices


def tile(formula: str, under: str = "", how: str = "") -> str:
    """Return a symbol with its number under it, and under that where the number comes from."""
    below = f'<span class="how">{how}</span>' if how else ""
    return f'<span class="tile">{math(formula)}<span class="val">{under}</span>{below}</span>'


def array_tile(formula: str, array: np.ndarray, how: str = "") -> str:
    """Return a tile of an array; a matrix that is written out says its shape too."""
    size = shape(array) if np.size(array) > 1 and is_written_out(array) else ""
    return tile(formula, value(array), "<br/>".join(filter(None, (how, size))))


def sign(text: str) -> str:
    """Return an operator between tiles."""
    return f'<span class="op">{text}</span>'


def row(*parts: str) -> str:
    """Return tiles and signs in a line."""
    return f'<div class="row">{"".join(parts)}</div>'


def column(vector: np.ndarray) -> np.ndarray:
    """Return a vector the way it stands to the right of a matrix."""
    return np.asarray(vector)[:, None]


def applied(function: str, formula: str) -> str:
    """Return a function of something, as a formula."""
    return f"<mrow><mtext>{function}</mtext><mo>(</mo>{formula}<mo>)</mo></mrow>"


def joined(tiles: Iterable[str], operator: str, what: str, ends: int) -> str:
    """Return tiles with an operator between; of very many the middle is counted, not written."""
    tiles = list(tiles)
    if len(tiles) > 2 * ends + 1:
        left_out = f'<span class="tile left-out">… {len(tiles) - 2 * ends} more {what} …</span>'
        tiles = [*tiles[:ends], left_out, *tiles[-ends:]]
    return sign(operator).join(tiles)


def equation(cycle: Cycle, frame: Frame) -> str:
    """Return the frame's formula with its numbers, and the line of code that computes them."""
    body = EQUATIONS[frame.kind](cycle, frame.t)
    return f"<div>{body}</div><code>{code(cycle, frame)}</code>"


def forward_equation(cycle: Cycle, t: int) -> str:
    """Return a_t and O_t with their numbers."""
    trace, w = cycle.trace, cycle.trace.weights
    return row(
        array_tile(symbol(f"a{t}"), column(trace.a[t])),
        sign("="),
        array_tile(symbol("Wi"), w.Wi),
        sign("·"),
        array_tile(symbol(f"x{t}"), column(trace.x[t - 1])),
        sign("+"),
        array_tile(symbol("Wh"), w.Wh),
        sign("·"),
        array_tile(symbol(f"O{t - 1}"), column(trace.O[t - 1])),
    ) + row(
        array_tile(symbol(f"O{t}"), column(trace.O[t])),
        sign("="),
        tile(applied(trace.hidden, symbol(f"a{t}")), f"{trace.hidden}({value(column(trace.a[t]))})"),
    )


def loss_equation(cycle: Cycle, t: int) -> str:
    """Return y_hat and L with their numbers."""
    trace, w, y = cycle.trace, cycle.trace.weights, cycle.grads.y
    g = [] if trace.output == "linear" else [sign(f"{trace.output}(")]
    compared = f"y_hat = {value(column(trace.y_hat))}, y = {value(column(y))}"
    return row(
        array_tile(symbol("y_hat"), column(trace.y_hat)),
        sign("="),
        *g,
        array_tile(symbol("Wo"), w.Wo),
        sign("·"),
        array_tile(symbol(f"O{t}"), column(trace.O[t])),
        *([sign(")")] if g else []),
    ) + row(
        tile(symbol("L"), number(cycle.grads.loss)),
        sign("="),
        tile(f"<mtext>{loss_formula(cycle)}</mtext>", compared),
    )


def term_equation(cycle: Cycle, t: int) -> str:
    """Return the term of step t as the product of its factors."""
    term = cycle.chains[t]
    factors = (array_tile(derivative(f.symbol), f.value, origin(cycle, f)) for f in term.factors)
    name = f"<mtext>term of step {t}</mtext>"
    multiplied = joined(factors, "·", "factors", ENDS[cycle.trace.weights.H > 1])
    return row(array_tile(name, term.product, "product"), sign("="), multiplied)


def origin(cycle: Cycle, factor: Factor) -> str:
    """Return how a factor is computed, in the letters of the course."""
    trace = cycle.trace
    over, under = (part.removeprefix("d") for part in factor.symbol.split("/"))
    many, slope = trace.weights.H > 1, f"{trace.hidden}′(a{over.removeprefix('O')})"
    if over == "L":
        if cycle.grads.loss_name == "squared_error":
            return "y_hat − y"
        return "−y / y_hat" if trace.output == "softmax" else "(y_hat − y) / y_hat(1 − y_hat)"
    if over == "y_hat":
        inner = f"O{trace.T}" if under == "Wo" else "Wo"
        return inner if trace.output == "linear" else f"{trace.output}′ · {inner}"
    slope = "" if trace.hidden == "linear" else f"diag {slope} · " if many and under[0] == "O" else f"{slope} · "
    step = int(over.removeprefix("O"))
    used_with = {"Wh": f"O{step - 1}", "Wi": f"x{step}"}.get(under, "Wh")
    note = f"<br/>row i: dO_i/d{under}_ij" if many and under in ("Wh", "Wi") else ""
    return f"{slope}{used_with}{note}"


def sum_equation(cycle: Cycle, t: int) -> str:
    """Return the sum of the terms, and under it the same from the sweep and from nudging."""
    terms = (array_tile(f"<mtext>step {s}</mtext>", cycle.chains[s].product) for s in cycle.steps)
    total = derivative(f"dL/d{cycle.weight}")
    everywhere = "Wo" if cycle.weight == "Wo" else f"all copies of {cycle.weight}"
    added = joined(terms, "+", "terms", ENDS[cycle.total.size > 1])
    return row(array_tile(total, cycle.running[cycle.steps[-1]]), sign("="), added) + row(
        array_tile("<mtext>one backward sweep</mtext>", cycle.total),
        array_tile(f"<mtext>nudging {everywhere}</mtext>", cycle.finite_total),
    )


def update_equation(cycle: Cycle, t: int) -> str:
    """Return the new weight, and the loss before and after."""
    weight = cycle.weight
    return row(
        array_tile(f"<mrow>{symbol(weight)}<mtext>_new</mtext></mrow>", getattr(cycle.updated, weight)),
        sign("="),
        array_tile(symbol(weight), getattr(cycle.trace.weights, weight)),
        sign("−"),
        tile("<mtext>learning_rate</mtext>", number(cycle.learning_rate)),
        sign("·"),
        array_tile(derivative(f"dL/d{weight}"), cycle.total),
    ) + row(
        tile("<mrow><mtext>old </mtext>" + symbol("L") + "</mrow>", number(cycle.grads.loss)),
        sign("→"),
        tile("<mrow><mtext>new </mtext>" + symbol("L") + "</mrow>", number(cycle.new_loss)),
    )


EQUATIONS = {
    "forward": forward_equation,
    "loss": loss_equation,
    "term": term_equation,
    "sum": sum_equation,
    "update": update_equation,
}

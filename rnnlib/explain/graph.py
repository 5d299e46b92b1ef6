"""The unrolled graph as SVG: `graph(cycle, board)` draws every step once, and lights for each frame what it is about.

Forward arrows are straight and grey, the way back is arched and in the colour of the weight; each use of a weight is a
pill on its arrow, so that one sees the same Wh at every step.
"""

import numpy as np

from ..cycles import Cycle
from .board import Board
from .drawing import Layout, arch, arrow, hook, node, pill, text
from .spelling import is_written_out, matrix, number, shape

LONGEST = 3  # numbers in a node; of a longer vector the size is given


def graph(cycle: Cycle, board: Board) -> str:
    """Return the unrolled graph of the whole cycle, with the marks by which the stepper lights each frame."""
    w, T = cycle.trace.weights, cycle.trace.T
    place = Layout(T, lines=max(n if n <= LONGEST else 1 for n in (w.H, w.D, w.K)))
    marks = forward_marks(cycle, board, place)
    if board.at("sum") is not None:
        marks += back_marks(cycle, board, place)
    label = (
        f"Unrolled graph of {T} steps: each x_t and the O before it lead to O_t, through Wi and Wh; "
        f"O{T} leads through Wo to y_hat, which is compared with y."
    )
    return (
        f'<svg class="graph" viewBox="0 0 {place.width:.0f} {place.height:.0f}" role="img" aria-label="{label}" '
        f'style="max-width:{place.width / 16:.0f}em">{"".join(marks)}</svg>'
    )


def indices(*frames: int | None) -> str:
    """Return frames as the stepper reads them, without those that are not on the board."""
    return " ".join(str(i) for i in frames if i is not None)


def after(board: Board) -> str:
    """Return the frames after all terms: the sum and what follows it."""
    return "" if board.at("sum") is None else f"{board.at('sum')}-"


def through(board: Board, t: int) -> str:
    """Return the frames whose way back runs through O_t: from its own term on, since earlier steps come after it."""
    term = board.at("term", t)
    return "" if term is None else f"{term}-"


def using(board: Board, weight: str, name: str, t: int) -> str:
    """Return the frames that light the use of `name` at step t; those of the way back only if it is the `weight`."""
    forward = board.at("loss") if name == "Wo" else board.at("forward", t)
    return f"{indices(forward, board.at('term', t))} {after(board)}" if name == weight else indices(forward)


def values(vector: np.ndarray, digits: int) -> list[str]:
    """Return a vector's numbers, a line each, or its size when there are too many."""
    if np.size(vector) > LONGEST:
        return [f"size {number(np.linalg.norm(vector), 2)}"]
    return [number(v, digits) for v in np.ravel(vector)]


def says(place: Layout, name: str, array: np.ndarray) -> str:
    """Return what an arch says of its derivative: as much of symbol, number and shape as there is room for."""
    block = matrix(array)
    if not place.is_written_out:
        return ""
    if block.size > 1:
        return name if place.is_roomy else shape(block) if is_written_out(block) else ""
    return f"{name} = {number(block.item())}" if place.is_roomy else number(block.item())


def forward_marks(cycle: Cycle, board: Board, place: Layout) -> list[str]:
    """Return nodes, forward arrows and pills."""
    trace, weight, T, loss = cycle.trace, cycle.weight, cycle.trace.T, board.at("loss")
    digits, reach = 4 if place.is_roomy else 3, place.box / 2
    roofs, floors = place.x_row - place.half, place.O_row + place.half

    def put(column: int, row: float, name: str, vector: np.ndarray, known: int, on: str, go: int) -> str:
        return node(place, column, row, name, values(vector, digits), known, on, go)

    def onward(column: int, on: str) -> str:
        return arrow(place.x(column) + reach, place.O_row, place.x(column + 1) - reach, place.O_row, on)

    first = board.at("forward", 1)
    start = indices(first, board.at("term", 1) if weight == "Wh" else None)
    marks = [put(0, place.O_row, "O0", trace.O[0], 0, start, first)]
    for t in range(1, T + 1):
        now, here = board.at("forward", t), place.x(t)
        lit = indices(now, board.at("forward", t + 1), loss if t == T else None)
        term = board.at("term", t)
        marks += [
            onward(t - 1, indices(now)),
            arrow(here, roofs, here, floors, indices(now)),
            pill(place, place.x(t - 0.5), place.O_row, "Wh", using(board, weight, "Wh", t)),
            pill(place, here, place.Wi_row, "Wi", using(board, weight, "Wi", t), half=20),
            put(t, place.x_row, f"x{t}", trace.x[t - 1], 0, indices(now), now),
            put(t, place.O_row, f"O{t}", trace.O[t], now, f"{lit} {through(board, t)}", now if term is None else term),
        ]
    lit = f"{loss} {through(board, T)}"
    return [
        *marks,
        onward(T, indices(loss)),
        onward(T + 1, indices(loss)),
        arrow(place.x(T + 2), roofs, place.x(T + 2), floors, indices(loss)),
        pill(place, place.x(T + 0.5), place.O_row, "Wo", using(board, weight, "Wo", T)),
        put(T + 1, place.O_row, "y_hat", trace.y_hat, loss, lit, loss),
        put(T + 2, place.O_row, "L", np.array(cycle.grads.loss), loss, lit, loss),
        put(T + 2, place.x_row, "y", cycle.grads.y, 0, indices(loss), loss),
    ]


def back_marks(cycle: Cycle, board: Board, place: Layout) -> list[str]:
    """Return the way back: an arch for each factor of the longest path, one from each O_t to the weight there."""
    T, weight, roof = cycle.trace.T, cycle.weight, place.roof
    *path, last = cycle.chains[cycle.steps[-1]].factors
    marks = []
    for start, factor in zip(range(T + 2, 0, -1), path, strict=False):
        at = through(board, min(start - 1, T))
        label = says(place, factor.symbol, factor.value)
        marks.append(arch(place.x(start) - 8, roof, place.x(start - 1) + 8, roof, 40, weight, at, label))
    pill_roof = place.O_row - (11 if place.is_written_out else 4)
    if weight == "Wo":
        at, label = f"{board.at('term', T)} {after(board)}", says(place, last.symbol, last.value)
        marks.append(arch(place.x(T + 1) - 8, roof, place.x(T + 0.5), pill_roof, 34, weight, at))
        return [*marks, text(place.x(T + 0.5), place.O_row + place.half + 15, label, "derivative s-Wo", at)]
    for t in cycle.steps:
        last, term = cycle.chains[t].factors[-1], board.at("term", t)
        at, label = f"{term} {after(board)}", says(place, last.symbol, last.value)
        if weight == "Wh":
            from_x = place.x(t) - place.box / 2 + 12
            marks.append(arch(from_x, roof, place.x(t - 0.5), pill_roof, 20, weight, at))
            marks.append(text(place.x(t - 0.5), place.O_row + place.half + 15, label, "derivative s-Wh", str(term)))
        else:
            marks.append(hook(place.x(t) + 16, place.O_row + place.half, place.Wi_row + 2, weight, at))
            left, upper = place.x(t) + 41, place.Wi_row - 2
            for line, part in enumerate(label.split(" ", 1)):
                marks.append(text(left, upper + 17 * line, part, "derivative start s-Wi", str(term)))
    return marks
